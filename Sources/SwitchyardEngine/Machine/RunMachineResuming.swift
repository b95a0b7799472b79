import HeapModule
import OrderedCollections
import SwitchyardCore

// How a run goes on that another process left: everything is made again from the record.

extension RunMachine {
    mutating func takeOver(by actor: Actor, paused: Bool) {
        precondition(phase == .idle, "taken over in \(phase)")
        guard snapshot.startedAt != nil else {
            // It was created and had not come to start.
            startsPaused = paused
            return enterGroup()
        }
        let cause = emit(.leaseTaken(epoch: snapshot.epoch + 1), actor: actor, durability: .disk)
        startsPaused = snapshot.isPaused || paused
        guard definition.created.concurrencyGroup == nil else { return enterGroup() }
        goOnWithRecord(paused: startsPaused, cause: cause)
    }

    /// Makes everything again from the record, and goes on.
    mutating func goOnWithRecord(paused: Bool, cause: Int) {
        isPaused = paused
        if paused, !snapshot.isPaused { emit(.runPaused, cause: cause, actor: definition.actor) }
        isCancelled = snapshot.isCancelRequested
        endLostWaits(cause: cause)
        settleLostCalls()
        for case .condition(let text) in snapshot.breakpoints where isTrue(text) { trueConditions.insert(text) }
        let reached = reachedPhase
        restoreCompensable()
        phase = .main
        root = restore(Frame(.main, list: definition.graph.main, prefix: ""), cause: cause)
        if reached != .main {
            failures += frames[root].failures
            phase = .compensation
            root = restore(Frame(compensations: plannedCompensations), cause: cause)
        }
        if reached == .finally {
            failures += frames[root].failures
            phase = .finally
            root = restore(
                Frame(.finally, list: definition.graph.finally, prefix: StepPath.finallyPrefix), cause: cause)
        }
        goOn(cause: cause)
    }

    /// The part of the run that had begun last.
    private var reachedPhase: RunPhase {
        let steps = snapshot.steps.values
        if steps.contains(where: { $0.path.isFinally && $0.state != .pending }) { return .finally }
        guard let planned = snapshot.compensations else { return .main }
        // Where nothing of `finally` has begun, the end of the compensation leads to it again.
        return planned.isEmpty ? .main : .compensation
    }

    private var plannedCompensations: [(path: StepPath, node: StepGraph.Node)] {
        (snapshot.compensations ?? []).compactMap { path in
            definition.steps[path.planned].map { (path, StepGraph.Node(step: $0, path: path.planned)) }
        }
    }

    private mutating func restoreCompensable() {
        let done = snapshot.steps.values.filter { step in
            step.state == .succeeded && !step.path.isFinally && !step.path.isCompensation
        }
        for step in done.sorted(by: { $0.endedSeq ?? 0 < $1.endedSeq ?? 0 }) {
            guard let definition = definition.steps[step.path.planned], !definition.compensate.isEmpty,
                definition.foreach == nil || step.item != nil, isOwnWork(step.path)
            else { continue }
            compensable.append((step.path, definition))
        }
    }

    // MARK: Frames

    /// Brings `frame` back as the record has it, with what is inside of it. Returns its number. Nothing is started.
    private mutating func restore(_ frame: Frame, cause: Int) -> Int {
        let number = frames.count
        frames.append(frame)
        var failed: [(path: StepPath, seq: Int)] = []
        for (index, path) in frame.paths.enumerated() {
            let unit = UnitID(frame: number, index: index)
            units[path] = unit
            guard let step = snapshot.steps[path] else { continue }
            restore(unit, step, cause: cause)
            if fails(unit, step) { failed.append((path, step.endedSeq ?? 0)) }
            if step.wasCut { frames[number].wasCut = true }
        }
        frames[number].failures = failed.sorted { $0.seq < $1.seq }.map(\.path)
        if frames[number].window != nil {
            let next = frame.paths.firstIndex { snapshot.steps[$0]?.state == .pending } ?? frame.count
            frames[number].nextItem = next
            frames[number].inWindow = frames[number].steps[..<next].count { !$0.hasEnded }
        }
        return number
    }

    /// Whether a step that has ended keeps its frame from succeeding.
    private func fails(_ unit: UnitID, _ step: StepSnapshot) -> Bool {
        switch step.state {
        case .cancelled: step.isCancelRequested
        // What else was done is undone all the same, and the failure is one of the run.
        case .failed where frames[unit.frame].kind == .compensation: true
        case .failed:
            switch self.step(unit).onFailure {
            case .continue: false
            case .goto: frames[unit.frame].window != nil
            case .fail, .skipDependents: true
            }
        case .pending, .ready, .running, .waiting, .succeeded, .skipped, .outcomeUnknown: false
        }
    }

    private mutating func restore(_ unit: UnitID, _ step: StepSnapshot, cause: Int) {
        let attempts = step.attempts.count
        func set(_ state: StepMachine.State) {
            frames[unit.frame].steps[unit.index] = StepMachine(restoring: state, attempts: attempts)
        }
        switch step.state {
        case .succeeded, .failed, .skipped, .cancelled:
            set(.ended)
            frames[unit.frame].open -= 1
        case .pending:
            set(.blocked(openNeeds: openNeeds(of: unit)))
        case .ready: set(.blocked(openNeeds: 0))
        case .waiting(.retry(let until)):
            let failure = step.failure ?? StepFailure(.internal, "the failure was not recorded")
            set(.awaitingRetry(attempt: attempts, failure: failure))
            let timer = TimerID.retry(AttemptID(step.path, attempts))
            instructions.append(.setTimer(timer, after: max(.zero, until.since(now))))
        case .waiting(.timer(let until)):
            set(.waiting)
            frames[unit.frame].began(unit.index)
            instructions.append(.setTimer(.wait(step.path), after: max(.zero, until.since(now))))
        case .waiting(.approval(let request)):
            set(.waiting)
            frames[unit.frame].began(unit.index)
            if let until = request.until {
                instructions.append(.setTimer(.wait(step.path), after: max(.zero, until.since(now))))
            }
        case .outcomeUnknown: set(.unknown(attempt: attempts))
        // Its wait has ended with the process that waited.
        case .running, .waiting(.call): restoreRunning(unit, step, cause: cause)
        }
    }

    /// How many needs of `unit` have not ended. A function of its own: a copy of the frame that lived on here would
    /// make every change to it copy all of its steps.
    private func openNeeds(of unit: UnitID) -> Int {
        guard frames[unit.frame].window == nil else { return 0 }
        return node(unit).needs.count { snapshot.steps[frames[unit.frame].paths[$0.node]]?.state.isFinal != true }
    }

    private mutating func restoreRunning(_ unit: UnitID, _ step: StepSnapshot, cause: Int) {
        func set(_ state: StepMachine.State) {
            frames[unit.frame].steps[unit.index] = StepMachine(restoring: state, attempts: step.attempts.count)
        }
        if let frame = inside(of: unit, step) {
            set(.open(interruption: nil))
            frames[unit.frame].began(unit.index)
            inside[unit] = restore(frame, cause: cause)
            if frame.isItems == false, let limit = self.step(unit).timeout.startToClose {
                let rest = limit - now.since(step.startedAt ?? now)
                instructions.append(.setTimer(.timeout(AttemptID(step.path, 0)), after: max(.zero, rest)))
            }
            return
        }
        if let (attempt, delegate) = step.lostRun { return restoreDelegated(unit, attempt, as: delegate) }
        // Who wants the run to go on without it does not need to know what became of it.
        let isOpen = !step.conversation.unsafeOpenCalls.isEmpty
        guard let attempt = step.attempts.last, attempt.effect == .unsafe || isOpen, !step.isSkipRequested else {
            // It runs again: it changes nothing, or is recognised by its key.
            set(.blocked(openNeeds: 0))
            return
        }
        emit(.stepOutcomeUnknown, step: step.path, attempt: attempt.number, cause: cause, durability: .disk)
        set(.unknown(attempt: attempt.number))
    }

    /// The frame inside of a step that holds others; nil for a step that does not, or had not begun to.
    private func inside(of unit: UnitID, _ step: StepSnapshot) -> Frame? {
        let definition = self.step(unit)
        if let foreach = definition.foreach, !frames[unit.frame].isItems {
            return step.expansion.map { expansion in
                Frame(
                    items: expansion.keys.map { step.path.item($0) }, of: unit, node: node(unit),
                    window: foreach.maxParallel ?? Int.max)
            }
        }
        guard let body = node(unit).body else { return nil }
        guard definition.until != nil else {
            return Frame(.body(of: unit, iteration: nil), list: body, prefix: step.path.rawValue + "/")
        }
        return step.iteration.map { iteration in
            Frame(
                .body(of: unit, iteration: iteration), list: body,
                prefix: step.path.iteration(iteration).rawValue + "/")
        }
    }

    // MARK: Going on

    /// Does what the record had not come to: ends what was being stopped, and makes ready what is due.
    private mutating func goOn(cause: Int) {
        for frame in frames.indices.reversed() { stopAgain(frame, cause: cause) }
        for frame in frames.indices { endOverdueGroup(around: frame) }
        let recorded: RunPhase =
            switch phase {
            case .main: .main
            case .compensation: .compensation
            case .finally, .idle, .queued, .ended: .finally
            }
        if snapshot.cancelledPhases.contains(recorded) { stop(root, .cancelled, cause: cause) }
        for frame in frames.indices {
            for index in 0..<frames[frame].count { goOn(UnitID(frame: frame, index: index), cause: cause) }
            if frames[frame].window != nil { fillWindow(frame, cause: cause) }
            if frames[frame].open == 0, frames[frame].owner != nil { endedFrames.append((frame, cause)) }
        }
    }

    /// Stops a frame that a failure, or a person, had stopped.
    private mutating func stopAgain(_ frame: Int, cause: Int) {
        // A failure reached no further than what a person, or a timeout, had stopped before it.
        let stopSeq = firstStop(around: frame) ?? Int.max
        let failed = frames[frame].failures.first { path in
            guard let unit = units[path], let step = snapshot.steps[path], step.state == .failed,
                step.endedSeq.map({ $0 < stopSeq }) == true
            else { return false }
            return frames[frame].isItems
                ? self.step(unit).foreach?.failFast == true : self.step(unit).onFailure == .fail
        }
        if let failed, frames[frame].kind != .compensation { doom(frame, by: failed, cause: cause) }
        guard let owner = frames[frame].owner, let step = snapshot.steps[path(owner)] else { return }
        if step.isCancelRequested {
            _ = frames[owner.frame].steps[owner.index].cancel()
        } else if step.isSkipRequested {
            _ = frames[owner.frame].steps[owner.index].skip()
        } else {
            return
        }
        stop(frame, .cancelled, cause: cause)
    }

    /// The event that first asked for the end of a step around `frame`.
    private func firstStop(around frame: Int) -> Int? {
        var first: Int?
        var next = frames[frame].owner
        while let owner = next {
            if let seq = snapshot.steps[path(owner)]?.stopSeq { first = min(first ?? seq, seq) }
            next = frames[owner.frame].owner
        }
        return first
    }

    /// A group whose time ran out, at the latest while no process had the run, starts nothing new.
    private mutating func endOverdueGroup(around frame: Int) {
        guard case .body(let owner, _) = frames[frame].kind, let limit = step(owner).timeout.startToClose,
            let group = snapshot.steps[path(owner)], let start = group.startedAt
        else { return }
        // What is recorded counts, whatever the clock says now.
        if group.timedOutAfter != nil {
            groupTimedOut(owner, isRecorded: true)
        } else if now.since(start) >= limit {
            groupTimedOut(owner)
        }
    }

    private mutating func goOn(_ unit: UnitID, cause: Int) {
        guard frames[unit.frame].stop == nil, case .blocked(openNeeds: 0) = state(unit),
            let step = snapshot.steps[path(unit)]
        else { return }
        switch step.state {
        case .ready: becomeReady(unit, cause: cause)
        case .running where step.isSkipRequested && !step.isCancelRequested:
            frames[unit.frame].steps[unit.index].end()
            endSkipped(unit, attempt: step.attempts.last?.number, cause: cause)
        case .running where step.isCancelRequested:
            frames[unit.frame].steps[unit.index].end()
            endCancelled(unit, attempt: step.attempts.last?.number, cause: cause, failsFrame: true)
        case .running:
            let seq = emit(.stepReady, step: step.path, cause: cause)
            becomeReady(unit, cause: seq)
        case .pending:
            if frames[unit.frame].window == nil { needsEnded(unit, cause: cause) }
        case .waiting, .succeeded, .failed, .skipped, .cancelled, .outcomeUnknown: break
        }
    }
}
