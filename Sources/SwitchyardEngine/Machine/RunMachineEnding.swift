import HeapModule
import OrderedCollections
import SwitchyardCore

// How attempts and steps end, and what that means for others.

extension RunMachine {
    mutating func attemptEnded(_ attempt: AttemptID, _ result: ToolResult) {
        let cacheKey = cacheKeys.removeValue(forKey: attempt)
        guard let unit = units[attempt.step], frames[unit.frame].steps[unit.index].isUnderWay(attempt.number)
        else { return }
        let (result, policy) = judged(result, of: unit, attempt)
        guard
            let end = frames[unit.frame].steps[unit.index].attemptEnded(
                attempt.number, result, policy: policy, mayRetry: frames[unit.frame].stop == nil)
        else { return }
        callEnded(attempt)
        left(unit)
        let timeout = step(unit).timeout
        if timeout.startToClose != nil { instructions.append(.cancelTimer(.timeout(attempt))) }
        if timeout.idle != nil { instructions.append(.cancelTimer(.idle(attempt))) }
        if timeout.heartbeat != nil { instructions.append(.cancelTimer(.heartbeat(attempt))) }
        switch end {
        case .succeeded(let output) where !output.value.nests(atMost: JSON.maximumRecordedDepth):
            let failure = StepFailure(
                .invalidOutput, "the result nests deeper than \(JSON.maximumRecordedDepth) levels"
            )
            endFailed(unit, failure, attempt: attempt.number)
        case .succeeded(let output):
            let isPure = snapshot.steps[attempt.step]?.attempts.last?.effect == .pure
            endSucceeded(
                unit, output, attempt: attempt.number, cacheKey: isSimulated(attempt.step) ? nil : cacheKey,
                durability: isPure ? .process : .disk)
        case .failed(let failure): endFailed(unit, failure, attempt: attempt.number)
        case .failedForNow(let failure): scheduleRetry(unit, attempt, failure)
        case .cancelled:
            endCancelled(unit, attempt: attempt.number, failsFrame: frames[unit.frame].stop != .cancelled)
        case .skipped: endSkipped(unit, attempt: attempt.number)
        }
    }

    /// Whether a simulator answered for the step: that is no result to keep.
    private func isSimulated(_ path: StepPath) -> Bool { (snapshot.steps[path]?.modelUse.simulated ?? 0) > 0 }

    /// `unit` is no longer under way.
    mutating func left(_ unit: UnitID) {
        frames[unit.frame].left()
        enqueue(unit.frame)
    }

    private mutating func scheduleRetry(_ unit: UnitID, _ attempt: AttemptID, _ failure: StepFailure) {
        let seq = emit(
            .stepFailed(failure, willRetry: true), step: attempt.step, attempt: attempt.number, durability: .disk
        )
        var delay = step(unit).retry.backoff.delay(after: attempt.number, random: definition.random(for: attempt))
        if let retryAfter = failure.retryAfter { delay = max(delay, retryAfter) }
        emit(
            .stepRetryScheduled(delay: delay, until: now.advanced(by: delay)), step: attempt.step,
            attempt: attempt.number, cause: seq
        )
        instructions.append(.setTimer(.retry(attempt), after: delay))
    }

    mutating func retryDue(_ attempt: AttemptID) {
        guard let unit = units[attempt.step], case .awaitingRetry(attempt.number, _) = state(unit) else { return }
        let seq = emit(.stepReady, step: attempt.step)
        becomeReady(unit, cause: seq)
    }

    /// An attempt was too slow or too silent.
    mutating func timedOut(_ attempt: AttemptID, _ limit: StepMachine.Limit) {
        guard let unit = units[attempt.step] else { return }
        if attempt.number == 0 { return groupTimedOut(unit) }
        let timeout = step(unit).timeout
        let allowed =
            switch limit {
            case .startToClose: timeout.startToClose
            case .idle: timeout.idle
            case .heartbeat: timeout.heartbeat
            }
        guard let duration = allowed,
            frames[unit.frame].steps[unit.index].timeOut(attempt: attempt.number, limit, duration)
        else { return }
        emit(.stepTimedOut(after: duration), step: attempt.step, attempt: attempt.number)
        instructions.append(.cancelAttempt(attempt))
    }

    // MARK: Ends of steps

    mutating func endSucceeded(
        _ unit: UnitID, _ output: ToolOutput, attempt: Int? = nil, cause: Int? = nil, cacheKey: String? = nil,
        durability: Durability
    ) {
        let success = StepSucceeded(
            output: output.value, outputHash: output.value.hash, bytesBeforeCut: output.bytesBeforeCut,
            summary: output.summary, source: output.source,
            // What was taken is kept where it was made; what was cut is not the result.
            cacheKey: output.source == nil && output.bytesBeforeCut == nil ? cacheKey : nil
        )
        endSucceeded(unit, success, attempt: attempt, cause: cause, durability: durability)
    }

    mutating func endSucceeded(
        _ unit: UnitID, _ success: StepSucceeded, attempt: Int? = nil, cause: Int? = nil, durability: Durability
    ) {
        let seq = emit(
            .stepSucceeded(success), step: path(unit), attempt: attempt, cause: cause, durability: durability)
        if !step(unit).compensate.isEmpty, frames[unit.frame].kind != .compensation, phase == .main,
            step(unit).foreach == nil || frames[unit.frame].isItems, isOwnWork(path(unit))
        {
            compensable.append((path(unit), step(unit)))
        }
        ended(unit, cause: seq)
    }

    /// Whether this run did what the step at `path` did, or a part of it: what a fork or a cache took over is the work
    /// of the run that did it, and is undone there or nowhere.
    func isOwnWork(_ path: StepPath) -> Bool {
        guard let step = snapshot.steps[path], step.source == nil else { return false }
        guard step.attempts.isEmpty else { return true }
        var isTakenOver = false
        for inner in snapshot.steps.values where inner.path != path && inner.path.isInside(path) {
            if inner.source != nil { isTakenOver = true } else if !inner.attempts.isEmpty { return true }
        }
        return !isTakenOver
    }

    mutating func endFailed(_ unit: UnitID, _ failure: StepFailure, attempt: Int? = nil, cause: Int? = nil) {
        let seq = emit(
            .stepFailed(failure, willRetry: false), step: path(unit), attempt: attempt, cause: cause, durability: .disk)
        failed(unit, cause: seq)
        ended(unit, cause: seq)
    }

    mutating func failWithoutAttempt(_ unit: UnitID, _ failure: StepFailure, cause: Int) {
        frames[unit.frame].steps[unit.index].end()
        endFailed(unit, failure, cause: cause)
    }

    /// - Parameter failsFrame: whether the frame cannot succeed any more: who cancels a step means that, who stops
    ///   everything means no step in particular.
    mutating func endCancelled(
        _ unit: UnitID, attempt: Int? = nil, cause: Int? = nil, actor: Actor? = nil, failsFrame: Bool
    ) {
        let seq = emit(
            .stepCancelled, step: path(unit), attempt: attempt, cause: cause, actor: actor, durability: .disk)
        if failsFrame {
            frames[unit.frame].failures.append(path(unit))
        } else {
            frames[unit.frame].wasCut = true
        }
        ended(unit, cause: seq)
    }

    /// The run goes on without `unit`: a person wants that.
    mutating func endSkipped(_ unit: UnitID, attempt: Int? = nil, cause: Int? = nil, actor: Actor? = nil) {
        let seq = emit(
            .stepSkipped(.requested), step: path(unit), attempt: attempt, cause: cause, actor: actor, durability: .disk)
        ended(unit, cause: seq)
    }

    /// What the failure of `unit` means for its frame.
    private mutating func failed(_ unit: UnitID, cause: Int) {
        let step = step(unit)
        let path = path(unit)
        switch frames[unit.frame].kind {
        case .items:
            // An item that may fail leaves `null` in its place.
            if step.onFailure == .continue { return }
            frames[unit.frame].failures.append(path)
            if step.foreach?.failFast == true { doom(unit.frame, by: path, cause: cause) }
        case .compensation:
            // What else was done is undone all the same.
            frames[unit.frame].failures.append(path)
        case .main, .finally, .body:
            switch step.onFailure {
            case .continue: break
            case .goto(let target):
                let prefix = path.rawValue.dropLast(step.id.count)
                emit(.branchDecided(to: StepPath(prefix + target.value)), step: path, cause: cause)
            case .skipDependents: frames[unit.frame].failures.append(path)
            case .fail:
                frames[unit.frame].failures.append(path)
                doom(unit.frame, by: path, cause: cause)
            }
        }
    }

    /// Nothing new of `frame` starts, and nothing of what is around it if that fails with it.
    mutating func doom(_ frame: Int, by path: StepPath, cause: Int) {
        var next: Int? = frame
        while let frame = next, frames[frame].stop == nil, frames[frame].kind != .finally {
            stop(frame, .failed(by: path), cause: cause)
            next = nil
            guard let owner = frames[frame].owner, step(owner).onFailure == .fail else { return }
            if frames[owner.frame].isItems, step(owner).foreach?.failFast != true { return }
            next = owner.frame
        }
    }

    /// Ends every step of `frame` that has no attempt under way, and of the frames inside of it.
    mutating func stop(_ frame: Int, _ stop: Frame.Stop, cause: Int) {
        // Not recursion: groups nest as deep as the file says.
        var queue = [frame]
        while let frame = queue.popLast() {
            if case .cancelled? = frames[frame].stop { continue }
            if frames[frame].stop != nil, stop != .cancelled { continue }
            frames[frame].stop = stop
            frames[frame].ready = Heap()
            for index in 0..<frames[frame].count {
                let unit = UnitID(frame: frame, index: index)
                if case .open = state(unit), let inside = inside[unit] { queue.append(inside) }
                endUnstarted(unit, stop, cause: cause)
            }
        }
    }

    private mutating func endUnstarted(_ unit: UnitID, _ stop: Frame.Stop, cause: Int) {
        let event: RunEvent =
            switch stop {
            case .failed(let path): .stepSkipped(.runFailed(path))
            case .cancelled: .stepCancelled
            }
        switch state(unit) {
        case .ended, .open: return
        case .running:
            guard stop == .cancelled,
                case .interrupt(let attempt) = frames[unit.frame].steps[unit.index].cancel()
            else { return }
            instructions.append(.cancelAttempt(AttemptID(path(unit), attempt)))
            return
        case .blocked where stop != .cancelled && wasUnderWay(unit):
            let attempt = snapshot.steps[path(unit)]?.attempts.last?.number ?? 1
            emit(.stepOutcomeUnknown, step: path(unit), attempt: attempt, cause: cause, durability: .disk)
            let restored = StepMachine(restoring: .unknown(attempt: attempt), attempts: attempt)
            frames[unit.frame].steps[unit.index] = restored
            return
        case .blocked, .ready:
            frames[unit.frame].steps[unit.index].end()
            emit(event, step: path(unit), cause: cause)
        case .unknown(let attempt):
            // A failure elsewhere does not answer the question. Who cancels does not want it answered, but where the
            // step would have to be undone.
            guard stop == .cancelled, step(unit).compensate.isEmpty else { return }
            frames[unit.frame].steps[unit.index].end()
            emit(.stepCancelled, step: path(unit), attempt: attempt, cause: cause)
        case .waiting:
            frames[unit.frame].steps[unit.index].end()
            frames[unit.frame].left()
            instructions.append(.cancelTimer(.wait(path(unit))))
            emit(.stepCancelled, step: path(unit), cause: cause)
        case .awaitingRetry(let attempt, let failure):
            frames[unit.frame].steps[unit.index].end()
            instructions.append(.cancelTimer(.retry(AttemptID(path(unit), attempt))))
            // It did fail; there is only no further attempt.
            let isCancelled = stop == .cancelled
            emit(
                isCancelled ? event : .stepFailed(failure, willRetry: false), step: path(unit), attempt: attempt,
                cause: cause)
            if !isCancelled, step(unit).onFailure != .continue { frames[unit.frame].failures.append(path(unit)) }
        }
        frames[unit.frame].wasCut = true
        frames[unit.frame].open -= 1
        if frames[unit.frame].open == 0 { endedFrames.append((unit.frame, cause)) }
    }

    /// Whether the record says that an attempt of `unit` with an effect was under way when its process died, and no more
    /// of it: nothing new starts any more, so nobody would learn what became of it.
    private func wasUnderWay(_ unit: UnitID) -> Bool {
        guard let step = snapshot.steps[path(unit)], let attempt = step.attempts.last, attempt.effect != .pure else {
            return false
        }
        // A person may have asked for another attempt, which had not started.
        return step.state == .running || step.state == .ready && attempt.failure == nil
    }
}
