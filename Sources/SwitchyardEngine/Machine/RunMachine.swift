import HeapModule
import OrderedCollections
package import SwitchyardCore

/// Decides everything about a run: stimulus in, instructions out.
///
/// A value with no clock, no randomness and no `await`: the same stimuli at the same times give the same
/// instructions, so the whole engine can be simulated and every decision tested as a transcript. Jitter comes from
/// the run's seed, the step and the attempt.
///
/// Among ready steps the one that stands first in the file starts first.
package struct RunMachine: Sendable {
    /// Where the run stands.
    enum Phase: Hashable, Sendable {
        /// Not started. `main` may follow.
        case idle
        /// The steps run. `finally` may follow.
        case main
        /// The steps have ended; the `finally` steps run. `ended` may follow.
        case finally
        /// Final.
        case ended
    }

    /// Why nothing new of the main list starts any more.
    enum Stop: Hashable, Sendable {
        case failed(by: Int)
        case cancelled
    }

    /// The fold of every event so far.
    package private(set) var snapshot: RunSnapshot
    let definition: RunDefinition

    private(set) var phase: Phase = .idle
    private(set) var stop: Stop?
    private(set) var isPaused = false
    private var isCancellingFinally = false
    private var steps: [StepMachine]
    private var ready = Heap<Int>()
    private var running = 0
    /// Whether the one running step must run alone.
    private var runsAlone = false
    /// How many steps of the current phase have not ended.
    private var open: Int
    /// The steps whose failure fails the run, in the order they failed.
    private var failures: [Int] = []
    /// Ends that dependents have not been told of yet. A queue and not recursion: a chain of skipped steps may be as
    /// long as the file.
    private var settled: [(node: Int, cause: Int)] = []
    /// The last event of each step.
    private var lastSeq: [StepPath: Int] = [:]
    private var now = Timestamp(microseconds: 0)
    private var instructions: [Instruction] = []

    package init(_ definition: RunDefinition) {
        self.definition = definition
        snapshot = RunSnapshot(run: definition.run)
        steps = definition.graph.nodes.map { StepMachine(needs: $0.needs.count) }
        open = definition.graph.mainCount
    }

    /// Acts on `stimulus`, which came at `time`.
    package mutating func handle(_ stimulus: Stimulus, at time: Timestamp) -> [Instruction] {
        now = max(now, time)
        switch stimulus {
        case .start(let paused): begin(paused: paused)
        case .attemptEnded(let attempt, let result): attemptEnded(attempt, result)
        case .processStarted(let attempt, let progress):
            emit(.stepProgress(progress), step: attempt.step, attempt: attempt.number)
        case .timerFired(.timeout(let attempt)): timedOut(attempt)
        case .timerFired(.retry(let attempt)): retryDue(attempt)
        case .command(let command, let actor): perform(command, by: actor)
        }
        advance()
        defer { instructions.removeAll(keepingCapacity: true) }
        return instructions
    }

    // MARK: Recording

    /// Records an event and folds it in. Returns its `seq`.
    ///
    /// - Parameter cause: what led to it; nil is the step's last event.
    @discardableResult
    private mutating func emit(
        _ event: RunEvent, step: StepPath? = nil, attempt: Int? = nil, cause: Int? = nil, actor: Actor? = nil,
        durability: Durability = .process
    ) -> Int {
        let envelope = EventEnvelope(
            run: definition.run, seq: snapshot.lastSeq + 1, time: now, step: step, attempt: attempt,
            cause: cause ?? step.flatMap { lastSeq[$0] }, actor: actor, event: event
        )
        snapshot.apply(envelope)
        if let step { lastSeq[step] = envelope.seq }
        instructions.append(.record(envelope, durability))
        return envelope.seq
    }

    private func path(_ node: Int) -> StepPath { definition.graph.nodes[node].path }
    private func step(_ node: Int) -> Step { definition.graph.nodes[node].step }

    // MARK: Beginning and end

    private mutating func begin(paused: Bool) {
        precondition(phase == .idle, "started in \(phase)")
        emit(.runCreated(definition.created), actor: definition.actor, durability: .disk)
        emit(.planCompiled(definition.plan))
        let cause = emit(.runStarted)
        if paused {
            isPaused = true
            emit(.runPaused, actor: definition.actor)
        }
        phase = .main
        for node in definition.graph.mainNodes where definition.graph.nodes[node].needs.isEmpty {
            needsEnded(node, cause: cause)
        }
    }

    /// Starts what may start, and moves on when nothing of the phase is open.
    private mutating func advance() {
        settleAndFill()
        if phase == .main, open == 0 {
            phase = .finally
            open = definition.graph.finallyNodes.count
            for node in definition.graph.finallyNodes where definition.graph.nodes[node].needs.isEmpty {
                needsEnded(node, cause: snapshot.lastSeq)
            }
            settleAndFill()
        }
        if phase == .finally, open == 0 { finish() }
    }

    private mutating func finish() {
        phase = .ended
        switch stop {
        case .cancelled:
            emit(.runCancelled, durability: .disk)
        case .failed, nil:
            if !failures.isEmpty {
                emit(.runFailed(runFailure), durability: .disk)
            } else {
                do throws(EvaluationError) {
                    let outputs = try definition.outputs(after: snapshot)
                    emit(.runSucceeded(outputs: outputs), durability: .disk)
                } catch {
                    let message = "an output could not be computed: \(error.message)"
                    emit(.runFailed(RunFailure(message: message, steps: [])), durability: .disk)
                }
            }
        }
        instructions.append(.finish)
    }

    private var runFailure: RunFailure {
        let paths = failures.map { path($0) }
        let first = snapshot.steps[paths[0]]
        let verb = first?.state == .cancelled ? "was cancelled" : "failed"
        let reason = first?.failure.map { ": \($0.message)" } ?? ""
        let others = paths.count > 1 ? ", and \(paths.count - 1) more" : ""
        return RunFailure(message: "step \(paths[0]) \(verb)\(reason)\(others)", steps: paths)
    }

    // MARK: Becoming ready

    /// Whether steps of the node's list may still start.
    private func mayStart(_ node: Int) -> Bool {
        // `finally` steps run after failure and cancellation; only a cancellation in their own phase stops them.
        phase == .finally ? definition.graph.finallyNodes.contains(node) : stop == nil
    }

    /// All needs of `node` have ended: it becomes ready, is skipped, or fails.
    private mutating func needsEnded(_ node: Int, cause: Int) {
        guard mayStart(node) else { return }
        switch definition.readiness(of: node, in: snapshot, run: runStatus) {
        case .runs:
            let seq = emit(.stepReady, step: path(node), cause: cause)
            steps[node].becomeReady(cause: seq)
            ready.insert(node)
        case .skipped(let reason):
            steps[node].end()
            let seq = emit(.stepSkipped(reason), step: path(node), cause: cause)
            ended(node, cause: seq)
        case .fails(let failure):
            failWithoutAttempt(node, failure, cause: cause)
        }
    }

    /// How the main list has gone so far, as `failed()`, `succeeded()` and `always()` see it in `finally`.
    private var runStatus: NeedsStatus {
        NeedsStatus(
            anyFailed: !failures.isEmpty, anyCancelled: stop == .cancelled,
            allSucceeded: failures.isEmpty && stop != .cancelled
        )
    }

    private mutating func failWithoutAttempt(_ node: Int, _ failure: StepFailure, cause: Int) {
        steps[node].end()
        let seq = emit(.stepFailed(failure, willRetry: false), step: path(node), cause: cause, durability: .disk)
        failed(node, cause: seq)
        ended(node, cause: seq)
    }

    /// `node` has ended for good: its dependents have one need less.
    private mutating func ended(_ node: Int, cause: Int) {
        open -= 1
        settled.append((node, cause))
    }

    /// Tells dependents of every end, then starts what may start, until neither changes anything.
    private mutating func settleAndFill() {
        repeat {
            var next = 0
            while next < settled.count {
                let (node, cause) = settled[next]
                next += 1
                for dependent in definition.graph.nodes[node].dependents where steps[dependent].needEnded() {
                    needsEnded(dependent, cause: cause)
                }
            }
            settled.removeAll(keepingCapacity: true)
            fillSlots()
        } while !settled.isEmpty
    }

    /// What the failure of `node` means for the run.
    private mutating func failed(_ node: Int, cause: Int) {
        switch step(node).onFailure {
        case .continue: break
        case .skipDependents: failures.append(node)
        case .fail:
            failures.append(node)
            if phase == .main, stop == nil {
                stop = .failed(by: node)
                endUnstarted(cause: cause) { .stepSkipped(.runFailed($0)) }
            }
        }
    }

    /// Ends every step of the current phase that has no attempt under way.
    private mutating func endUnstarted(cause: Int, _ event: (_ failedBy: StepPath) -> RunEvent) {
        let failedBy = failures.first.map { path($0) } ?? ""
        for node in phase == .finally ? definition.graph.finallyNodes : definition.graph.mainNodes {
            switch steps[node].state {
            case .running, .ended: continue
            case .blocked, .ready:
                steps[node].end()
                emit(event(failedBy), step: path(node), cause: cause)
            case .awaitingRetry(let attempt, let failure):
                steps[node].end()
                instructions.append(.cancelTimer(.retry(AttemptID(path(node), attempt))))
                // It did fail; there is only no further attempt.
                let isCancelled = stop == .cancelled
                let event = isCancelled ? event(failedBy) : .stepFailed(failure, willRetry: false)
                emit(event, step: path(node), attempt: attempt, cause: cause)
                if !isCancelled, step(node).onFailure != .continue { failures.append(node) }
            }
            open -= 1
        }
        ready = Heap()
    }

    // MARK: Attempts

    private mutating func fillSlots() {
        guard !isPaused else { return }
        while startNext(actor: nil) {}
    }

    /// Starts the first ready step if a slot is free for it. Returns whether anything changed.
    private mutating func startNext(actor: Actor?) -> Bool {
        while let node = ready.min, steps[node].hasEnded { ready.removeMin() }
        guard let node = ready.min, canStart(node) else { return false }
        ready.removeMin()
        start(node, actor: actor)
        return true
    }

    private func canStart(_ node: Int) -> Bool {
        guard running < definition.slots, !runsAlone else { return false }
        return step(node).executionMode == .concurrent || running == 0
    }

    private mutating func start(_ node: Int, actor: Actor?) {
        guard case .ready(let cause) = steps[node].state else {
            preconditionFailure("a queued step is \(steps[node].state)")
        }
        var attempt: StepAttempt
        do throws(StepFailure) {
            attempt = try definition.attempt(of: node, in: snapshot)
        } catch {
            failWithoutAttempt(node, error, cause: cause)
            return
        }
        let number = steps[node].start()
        attempt.id = AttemptID(path(node), number)
        running += 1
        runsAlone = step(node).executionMode == .serial
        emit(
            .stepStarted(
                StepStarted(
                    key: attempt.key, input: attempt.arguments, inputHash: attempt.arguments.hash,
                    effect: attempt.effect
                )
            ), step: attempt.id.step, attempt: number, cause: cause, actor: actor,
            durability: attempt.effect == .pure ? .process : .disk
        )
        instructions.append(.start(attempt))
        if let limit = step(node).timeout.startToClose {
            instructions.append(.setTimer(.timeout(attempt.id), after: limit))
        }
    }

    private mutating func attemptEnded(_ attempt: AttemptID, _ result: ToolResult) {
        guard let node = definition.node(at: attempt.step),
            let end = steps[node].attemptEnded(
                attempt.number, result, policy: step(node).retry, mayRetry: mayStart(node)
            )
        else { return }
        running -= 1
        runsAlone = false
        if step(node).timeout.startToClose != nil { instructions.append(.cancelTimer(.timeout(attempt))) }
        switch end {
        case .succeeded(let output) where !output.value.nests(atMost: JSON.maximumRecordedDepth):
            let failure = StepFailure(
                .invalidOutput, "the result nests deeper than \(JSON.maximumRecordedDepth) levels"
            )
            let seq = emit(
                .stepFailed(failure, willRetry: false), step: attempt.step, attempt: attempt.number, durability: .disk
            )
            failed(node, cause: seq)
            ended(node, cause: seq)
        case .succeeded(let output):
            let success = StepSucceeded(
                output: output.value, outputHash: output.value.hash, bytesBeforeCut: output.bytesBeforeCut,
                summary: output.summary
            )
            let isPure = snapshot.steps[attempt.step]?.attempts.last?.effect == .pure
            let seq = emit(
                .stepSucceeded(success), step: attempt.step, attempt: attempt.number,
                durability: isPure ? .process : .disk
            )
            ended(node, cause: seq)
        case .failed(let failure):
            let seq = emit(
                .stepFailed(failure, willRetry: false), step: attempt.step, attempt: attempt.number,
                durability: .disk
            )
            failed(node, cause: seq)
            ended(node, cause: seq)
        case .failedForNow(let failure): scheduleRetry(node, attempt, failure)
        case .cancelled:
            let seq = emit(.stepCancelled, step: attempt.step, attempt: attempt.number, durability: .disk)
            if stop != .cancelled { failures.append(node) }
            ended(node, cause: seq)
        }
    }

    private mutating func scheduleRetry(_ node: Int, _ attempt: AttemptID, _ failure: StepFailure) {
        let seq = emit(
            .stepFailed(failure, willRetry: true), step: attempt.step, attempt: attempt.number, durability: .disk
        )
        var delay = step(node).retry.backoff.delay(after: attempt.number, random: definition.random(for: attempt))
        if let retryAfter = failure.retryAfter { delay = max(delay, retryAfter) }
        emit(
            .stepRetryScheduled(delay: delay, until: now.advanced(by: delay)), step: attempt.step,
            attempt: attempt.number, cause: seq
        )
        instructions.append(.setTimer(.retry(attempt), after: delay))
    }

    private mutating func retryDue(_ attempt: AttemptID) {
        guard let node = definition.node(at: attempt.step),
            case .awaitingRetry(attempt.number, _) = steps[node].state
        else { return }
        let seq = emit(.stepReady, step: attempt.step)
        steps[node].becomeReady(cause: seq)
        ready.insert(node)
    }

    private mutating func timedOut(_ attempt: AttemptID) {
        guard let node = definition.node(at: attempt.step), let limit = step(node).timeout.startToClose,
            steps[node].timeOut(attempt: attempt.number, limit: limit)
        else { return }
        emit(.stepTimedOut(after: limit), step: attempt.step, attempt: attempt.number)
        instructions.append(.cancelAttempt(attempt))
    }

    // MARK: Commands

    private mutating func perform(_ command: RunCommand, by actor: Actor) {
        do throws(CommandRefusal) {
            guard phase == .main || phase == .finally else { throw .runHasEnded }
            switch command {
            case .pause: try pause(by: actor)
            case .resume: try resume(by: actor)
            case .step: try singleStep(by: actor)
            case .cancel: try cancel(by: actor)
            case .cancelStep(let path): try cancelStep(path, by: actor)
            }
        } catch {
            instructions.append(.refuse(error))
        }
    }

    private mutating func pause(by actor: Actor) throws(CommandRefusal) {
        guard !isPaused else { throw .alreadyPaused }
        isPaused = true
        emit(.runPaused, actor: actor)
    }

    private mutating func resume(by actor: Actor) throws(CommandRefusal) {
        guard isPaused else { throw .notPaused }
        isPaused = false
        emit(.runResumed, actor: actor)
    }

    private mutating func singleStep(by actor: Actor) throws(CommandRefusal) {
        guard isPaused else { throw .notPaused }
        if !startNext(actor: actor) { throw ready.isEmpty ? .nothingReady : .noFreeSlot }
    }

    private mutating func cancel(by actor: Actor) throws(CommandRefusal) {
        // A second cancellation, in the `finally` phase, ends the `finally` steps; there is no third.
        guard stop != .cancelled || phase == .finally && !isCancellingFinally else { throw .alreadyCancelling }
        if phase == .finally { isCancellingFinally = true }
        let cause = emit(.runCancelRequested, actor: actor, durability: .disk)
        stop = .cancelled
        // `finally` runs in a paused run too: a person who cancels wants it to end.
        isPaused = false
        endUnstarted(cause: cause) { _ in .stepCancelled }
        for node in steps.indices where steps[node].isRunning {
            guard case .interrupt(let attempt) = steps[node].cancel() else { continue }
            instructions.append(.cancelAttempt(AttemptID(path(node), attempt)))
        }
    }

    private mutating func cancelStep(_ target: StepPath, by actor: Actor) throws(CommandRefusal) {
        guard let node = definition.node(at: target) else { throw .unknownStep(target) }
        let isInPhase = (phase == .finally) == target.isFinally
        guard !steps[node].hasEnded, isInPhase else { throw .stepHasEnded(target) }
        let state = steps[node].state
        switch steps[node].cancel() {
        case .nothing: throw .stepHasEnded(target)
        case .interrupt(let attempt):
            emit(.stepCancelRequested, step: target, attempt: attempt, actor: actor)
            instructions.append(.cancelAttempt(AttemptID(target, attempt)))
        case .endNow:
            steps[node].end()
            if case .awaitingRetry(let attempt, _) = state {
                instructions.append(.cancelTimer(.retry(AttemptID(target, attempt))))
            }
            let seq = emit(.stepCancelled, step: target, actor: actor, durability: .disk)
            failures.append(node)
            ended(node, cause: seq)
        }
    }
}
