import HeapModule
import OrderedCollections
import SwitchyardCore

// What people and programs ask of a run.

extension RunMachine {
    mutating func perform(_ command: RunCommand, by actor: Actor) {
        do throws(CommandRefusal) {
            guard phase != .idle, phase != .ended else { throw .runHasEnded }
            if phase == .queued { return try performQueued(command, by: actor) }
            switch command {
            case .pause: try pause(by: actor)
            case .resume: try resume(by: actor)
            case .step: try singleStep(by: actor)
            case .stepGroup: try stepGroup(by: actor)
            case .cancel: try cancel(by: actor)
            case .cancelStep(let path): try cancelStep(path, by: actor)
            case .skipStep(let path): try skipStep(path, by: actor)
            case .retryStep(let path): try retryStep(path, by: actor)
            case .setBreakpoint(let breakpoint): try set(breakpoint, by: actor)
            case .clearBreakpoint(let breakpoint): try clear(breakpoint, by: actor)
            case .answerApproval(let path, let isApproved): try answerApproval(path, isApproved, by: actor)
            case .resolve(let path, let resolution): try resolve(path, resolution, by: actor)
            case .setBudget(let step, let budget): try set(budget, of: step, by: actor)
            case .forceBreaker(let breaker, let force): self.force(force, breaker, by: actor)
            case .rate(let path, let isUp): try rate(path, isUp: isUp, by: actor)
            }
        } catch {
            instructions.append(.refuse(error))
        }
    }

    private mutating func pause(by actor: Actor) throws(CommandRefusal) {
        guard !isPaused else { throw .alreadyPaused }
        isPaused = true
        emit(.runPaused, actor: actor)
        passOn(.pause, by: actor)
    }

    private mutating func resume(by actor: Actor) throws(CommandRefusal) {
        guard isPaused else { throw .notPaused }
        isPaused = false
        released = []
        emit(.runResumed, actor: actor)
        passOn(.resume, by: actor)
    }

    private mutating func singleStep(by actor: Actor) throws(CommandRefusal) {
        guard isPaused else { throw .notPaused }
        if !startNext(actor: actor) { throw snapshot.counts.ready == 0 ? .nothingReady : .noFreeSlot }
    }

    private mutating func stepGroup(by actor: Actor) throws(CommandRefusal) {
        guard isPaused else { throw .notPaused }
        guard snapshot.counts.ready > 0 else { throw .nothingReady }
        released = frames.indices.flatMap { frame in
            frames[frame].steps.indices.filter { frames[frame].steps[$0].isReady }
                .map { (frames[frame].paths[$0], actor) }
        }
    }

    private mutating func retryStep(_ target: StepPath, by actor: Actor) throws(CommandRefusal) {
        guard let unit = units[target] else {
            throw snapshot.steps[target] == nil ? .unknownStep(target) : .stepHasEnded(target)
        }
        guard case .awaitingRetry(let attempt, _) = state(unit) else {
            throw frames[unit.frame].steps[unit.index].hasEnded ? .stepHasEnded(target) : .notRetrying(target)
        }
        instructions.append(.cancelTimer(.retry(AttemptID(target, attempt))))
        let seq = emit(.stepReady, step: target, actor: actor)
        becomeReady(unit, cause: seq)
    }

    private mutating func cancel(by actor: Actor) throws(CommandRefusal) {
        // What was done is undone to its end, whoever asks, and however often: half of it helps nobody.
        guard phase != .compensation else { throw .isUndoing }
        // A second cancellation, while `finally` runs, ends that; there is no third.
        guard frames[root].stop != .cancelled else { throw .alreadyCancelling }
        let cause = emit(.runCancelRequested, actor: actor, durability: .disk)
        isCancelled = true
        // `finally` runs in a paused run too: a person who cancels wants it to end.
        isPaused = false
        stop(root, .cancelled, cause: cause)
    }

    private mutating func resolve(
        _ target: StepPath, _ resolution: Resolution, by actor: Actor
    ) throws(CommandRefusal) {
        guard let unit = units[target], case .unknown(let attempt) = state(unit) else {
            throw snapshot.steps[target] == nil ? .unknownStep(target) : .outcomeIsKnown(target)
        }
        let cause = emit(.stepResolved(resolution), step: target, attempt: attempt, actor: actor, durability: .disk)
        switch resolution {
        case .retry where frames[unit.frame].stop == .cancelled:
            // It took no effect, and nothing new starts.
            frames[unit.frame].steps[unit.index].end()
            endCancelled(unit, attempt: attempt, cause: cause, failsFrame: false)
        case .retry:
            let seq = emit(.stepReady, step: target, cause: cause)
            becomeReady(unit, cause: seq)
        case .done where snapshot.steps[target]?.conversation.unsafeOpenCalls.isEmpty == false:
            // What took effect is the call of a tool: the conversation goes on behind it.
            settleOpenCalls(of: unit, attempt: attempt, cause: cause)
            let seq = emit(.stepReady, step: target, cause: cause)
            becomeReady(unit, cause: seq)
        case .done:
            frames[unit.frame].steps[unit.index].end()
            endSucceeded(unit, ToolOutput(.null), attempt: attempt, cause: cause, durability: .disk)
        case .failed:
            frames[unit.frame].steps[unit.index].end()
            endFailed(unit, StepFailure(.exitCode, "a person says that it failed"), attempt: attempt, cause: cause)
        }
    }

    private mutating func skipStep(_ target: StepPath, by actor: Actor) throws(CommandRefusal) {
        guard let unit = units[target] else {
            throw snapshot.steps[target] == nil ? .unknownStep(target) : .stepHasEnded(target)
        }
        // The run fails because of it already, and what was done is undone: passing over it now would keep the failure
        // from counting, and not its consequences from coming.
        if let inside = inside[unit], case .failed? = frames[inside].stop,
            frames[inside].stop == frames[unit.frame].stop
        {
            throw .failedRun(target)
        }
        let state = state(unit)
        switch frames[unit.frame].steps[unit.index].skip() {
        case .nothing where frames[unit.frame].steps[unit.index].hasEnded: throw .stepHasEnded(target)
        case .nothing:
            throw snapshot.steps[target]?.isSkipRequested == true ? .alreadySkipping(target) : .alreadyCancelling
        case .noted: emit(.stepSkipRequested, step: target, actor: actor, durability: .disk)
        case .interrupt(let attempt):
            emit(.stepSkipRequested, step: target, attempt: attempt, actor: actor, durability: .disk)
            instructions.append(.cancelAttempt(AttemptID(target, attempt)))
        case .stopInside:
            let cause = emit(.stepSkipRequested, step: target, actor: actor, durability: .disk)
            if let inside = inside[unit] { stop(inside, .cancelled, cause: cause) }
        case .endNow:
            endWaiting(unit, state, at: target)
            endSkipped(unit, attempt: attempt(in: state), actor: actor)
        }
    }

    /// Ends `unit`, which is not under way, and what it waits for.
    private mutating func endWaiting(_ unit: UnitID, _ state: StepMachine.State, at path: StepPath) {
        frames[unit.frame].steps[unit.index].end()
        switch state {
        case .awaitingRetry(let attempt, _): instructions.append(.cancelTimer(.retry(AttemptID(path, attempt))))
        case .waiting:
            left(unit)
            instructions.append(.cancelTimer(.wait(path)))
        case .blocked, .ready, .running, .open, .unknown, .ended: break
        }
    }

    /// The attempt that was the last, where that is known.
    private func attempt(in state: StepMachine.State) -> Int? {
        switch state {
        case .awaitingRetry(let attempt, _), .unknown(let attempt): attempt
        case .blocked, .ready, .running, .waiting, .open, .ended: nil
        }
    }

    private mutating func cancelStep(_ target: StepPath, by actor: Actor) throws(CommandRefusal) {
        guard let unit = units[target] else {
            // Steps of the other phases are known, and not alive.
            throw snapshot.steps[target] == nil ? .unknownStep(target) : .stepHasEnded(target)
        }
        let state = state(unit)
        switch frames[unit.frame].steps[unit.index].cancel() {
        case .nothing: throw frames[unit.frame].steps[unit.index].hasEnded ? .stepHasEnded(target) : .alreadyCancelling
        case .noted: emit(.stepCancelRequested, step: target, actor: actor)
        case .interrupt(let attempt):
            emit(.stepCancelRequested, step: target, attempt: attempt, actor: actor)
            instructions.append(.cancelAttempt(AttemptID(target, attempt)))
        case .stopInside:
            let cause = emit(.stepCancelRequested, step: target, actor: actor)
            if let inside = inside[unit] { stop(inside, .cancelled, cause: cause) }
        case .endNow:
            endWaiting(unit, state, at: target)
            endCancelled(unit, actor: actor, failsFrame: true)
        }
    }
}
