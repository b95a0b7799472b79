import HeapModule
import OrderedCollections
import SwitchyardCore

// How steps become ready and start.

extension RunMachine {
    /// All needs of `unit` have ended: it becomes ready, is skipped, or fails.
    mutating func needsEnded(_ unit: UnitID, cause: Int) {
        guard frames[unit.frame].stop == nil else { return }
        let readiness = definition.readiness(
            of: step(unit), at: path(unit), needs: endedNeeds(of: unit), in: snapshot, run: runStatus)
        go(on: unit, readiness, cause: cause)
    }

    private func endedNeeds(of unit: UnitID) -> [RunDefinition.EndedNeed] {
        let frame = frames[unit.frame]
        return frame.node(unit.index).needs.compactMap { edge in
            snapshot.steps[frame.paths[edge.node]].map {
                RunDefinition.EndedNeed(node: frame.node(edge.node), origin: edge.origin, snapshot: $0)
            }
        }
    }

    /// Makes as many items ready as may be under way at once.
    mutating func fillWindow(_ frame: Int, cause: Int) {
        guard frames[frame].stop == nil, let window = frames[frame].window else { return }
        while frames[frame].nextItem < frames[frame].count {
            guard frames[frame].inWindow < window else { return }
            let unit = UnitID(frame: frame, index: frames[frame].nextItem)
            frames[frame].nextItem += 1
            // A person may have cancelled it before its turn.
            guard case .blocked = state(unit) else { continue }
            frames[frame].inWindow += 1
            let step = step(unit)
            let isAsked = frames[frame].kind == .compensation || step.asksWhenForEachItem
            let readiness =
                isAsked
                ? definition.condition(of: step, at: path(unit), in: snapshot, needs: NeedsStatus()) : .runs
            go(on: unit, readiness, cause: cause)
        }
    }

    private mutating func go(on unit: UnitID, _ readiness: RunDefinition.Readiness, cause: Int) {
        switch readiness {
        case .runs:
            let seq = emit(.stepReady, step: path(unit), cause: cause)
            becomeReady(unit, cause: seq)
        case .skipped(let reason):
            frames[unit.frame].steps[unit.index].end()
            let seq = emit(.stepSkipped(reason), step: path(unit), cause: cause)
            ended(unit, cause: seq)
        case .fails(let failure):
            failWithoutAttempt(unit, failure, cause: cause)
        }
    }

    mutating func becomeReady(_ unit: UnitID, cause: Int) {
        frames[unit.frame].steps[unit.index].becomeReady(cause: cause)
        frames[unit.frame].ready.insert(unit.index)
        enqueue(unit.frame)
    }

    /// Looks at `frame` again when something may start.
    mutating func enqueue(_ frame: Int) {
        guard !frames[frame].isQueued, !frames[frame].ready.isEmpty else { return }
        frames[frame].isQueued = true
        startable.insert(frame)
    }

    /// How the main list has gone so far, as `failed()`, `succeeded()` and `always()` see it in `finally`.
    private var runStatus: NeedsStatus {
        NeedsStatus(
            anyFailed: !failures.isEmpty, anyCancelled: isCancelled, allSucceeded: failures.isEmpty && !isCancelled)
    }

    // MARK: Slots

    mutating func fillSlots() {
        hitConditions()
        returnSlots()
        if isPaused {
            startReleased()
        } else {
            while startNext(actor: nil) {}
        }
    }

    /// Starts those steps that a person let start, as far as there are slots.
    private mutating func startReleased() {
        guard !released.isEmpty else { return }
        let waiting = released
        released = []
        for (step, actor) in waiting {
            // What it stood inside of may have ended meanwhile.
            guard let unit = units[step], case .ready = state(unit) else { continue }
            if running < definition.slots, frames[unit.frame].admits(unit.index) {
                start(unit, actor: actor)
            } else {
                released.append((step, actor))
            }
        }
    }

    /// Starts the first ready step if a slot is free. Returns whether anything changed.
    mutating func startNext(actor: Actor?) -> Bool {
        while let frame = startable.min {
            // Those that were ended, or let start, since they became ready.
            while let index = frames[frame].ready.min, !frames[frame].steps[index].isReady {
                frames[frame].ready.removeMin()
            }
            guard let index = frames[frame].ready.min, frames[frame].admits(index) else {
                startable.removeMin()
                frames[frame].isQueued = false
                continue
            }
            guard running < definition.slots else { return false }
            let unit = UnitID(frame: frame, index: index)
            if actor == nil, pauses(before: unit) { return false }
            frames[frame].ready.removeMin()
            start(unit, actor: actor)
            return true
        }
        return false
    }

    private mutating func start(_ unit: UnitID, actor: Actor?) {
        guard case .ready(let cause) = state(unit) else {
            preconditionFailure("a queued step is \(state(unit))")
        }
        let step = step(unit)
        if let foreach = step.foreach, !frames[unit.frame].isItems {
            expand(unit, foreach, cause: cause, actor: actor)
            return
        }
        switch step.kind {
        case .group: openGroup(unit, cause: cause, actor: actor)
        case .wait(let wait): beginWait(unit, wait, cause: cause, actor: actor)
        case .approval(let approval): ask(unit, approval, cause: cause, actor: actor)
        case .run, .argv, .tool, .prompt, .agent, .decide, .pipeline: startAttempt(unit, cause: cause, actor: actor)
        }
    }

    private mutating func startAttempt(_ unit: UnitID, cause: Int, actor: Actor?) {
        var attempt: StepAttempt
        do throws(StepFailure) {
            attempt = try definition.attempt(of: step(unit), at: path(unit), in: snapshot, now: now)
        } catch {
            failWithoutAttempt(unit, error, cause: cause)
            return
        }
        guard !takeRecorded(unit, input: attempt.arguments, cause: cause) else { return }
        let number = frames[unit.frame].steps[unit.index].start()
        attempt.id = AttemptID(path(unit), number)
        if let cache = attempt.cache { cacheKeys[attempt.id] = cache.key }
        attempt.cache?.takesKept = number == 1 && definition.recorded?.isRedone(path(unit)) != true
        if attempt.delegate != nil { attempt.delegate = definition.delegate(of: attempt.id, at: now) }
        running += 1
        frames[unit.frame].began(unit.index)
        emit(
            .stepStarted(
                StepStarted(
                    key: attempt.key, input: attempt.arguments, inputHash: attempt.arguments.hash,
                    effect: attempt.effect
                )
            ), step: attempt.id.step, attempt: number, cause: cause, actor: actor,
            durability: attempt.effect == .pure ? .process : .disk
        )
        if let delegate = attempt.delegate {
            emit(.stepDelegated(to: delegate), step: attempt.id.step, attempt: number, durability: .disk)
        }
        instructions.append(.start(attempt))
        let timeout = step(unit).timeout
        if let limit = timeout.startToClose { instructions.append(.setTimer(.timeout(attempt.id), after: limit)) }
        if let limit = timeout.idle { instructions.append(.setTimer(.idle(attempt.id), after: limit)) }
        if let limit = timeout.heartbeat { instructions.append(.setTimer(.heartbeat(attempt.id), after: limit)) }
    }

    /// Ends `unit` as it ended in the run that this one is a fork of, if it did with the same input. Returns whether it
    /// did.
    mutating func takeRecorded(_ unit: UnitID, input: Value, cause: Int) -> Bool {
        guard let recorded = definition.recorded, frames[unit.frame].steps[unit.index].attempts == 0,
            let outcome = recorded.outcome(of: path(unit), inputHash: definition.mask.masking(input).hash)
        else { return false }
        frames[unit.frame].steps[unit.index].end()
        switch outcome {
        case .succeeded(let success): endSucceeded(unit, success, cause: cause, durability: .process)
        case .failed(let failure): endFailed(unit, failure, cause: cause)
        }
        return true
    }
}
