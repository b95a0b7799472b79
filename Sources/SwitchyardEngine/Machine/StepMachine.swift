import SwitchyardCore

/// One step's life inside a run, from its needs to its end.
///
/// It decides only about the step itself; ``RunMachine`` decides when it may start and what its end means to others.
struct StepMachine: Hashable, Sendable {
    enum State: Hashable, Sendable {
        /// Waits for `openNeeds` steps to end. `ready` or `ended` may follow.
        case blocked(openNeeds: Int)
        /// Waits for a slot; `cause` is the event that made it ready. `running` or `ended` may follow.
        case ready(cause: Int)
        /// An attempt is under way. `awaitingRetry` or `ended` may follow.
        case running(attempt: Int, interruption: Interruption?)
        /// Waits to be tried again after `attempt` failed. `ready` or `ended` may follow.
        case awaitingRetry(attempt: Int, failure: StepFailure)
        /// Nothing may follow.
        case ended
    }

    /// Why a running attempt was told to end.
    enum Interruption: Hashable, Sendable {
        case timeout(after: Duration)
        case cancel
    }

    private(set) var state: State
    /// How many attempts were started.
    private(set) var attempts = 0

    init(needs: Int) {
        state = .blocked(openNeeds: needs)
    }

    var hasEnded: Bool { state == .ended }

    var isRunning: Bool {
        if case .running = state { true } else { false }
    }

    /// One of the step's needs has ended. Returns whether it was the last.
    mutating func needEnded() -> Bool {
        switch state {
        case .blocked(let openNeeds):
            state = .blocked(openNeeds: openNeeds - 1)
            return openNeeds == 1
        // It was cancelled or skipped before its needs ended.
        case .ended: return false
        case .ready, .running, .awaitingRetry: preconditionFailure("a need ended in \(state)")
        }
    }

    /// The step may start once there is a slot.
    mutating func becomeReady(cause: Int) {
        switch state {
        case .blocked, .awaitingRetry: state = .ready(cause: cause)
        case .ready, .running, .ended: preconditionFailure("became ready in \(state)")
        }
    }

    /// An attempt starts. Returns its number.
    mutating func start() -> Int {
        guard case .ready = state else { preconditionFailure("started in \(state)") }
        attempts += 1
        state = .running(attempt: attempts, interruption: nil)
        return attempts
    }

    /// The step ends without a further attempt.
    mutating func end() {
        precondition(state != .ended, "ended twice")
        state = .ended
    }

    /// Attempt `attempt` has taken `limit`. Returns whether it is to be told to end.
    mutating func timeOut(attempt: Int, limit: Duration) -> Bool {
        guard case .running(attempt, nil) = state else { return false }
        state = .running(attempt: attempt, interruption: .timeout(after: limit))
        return true
    }

    /// What a cancellation asks for.
    enum Cancellation: Hashable, Sendable {
        /// It has not started, or waits to be tried again: it ends here and now.
        case endNow
        /// The attempt is to be told to end.
        case interrupt(attempt: Int)
        /// It has ended, or was told already.
        case nothing
    }

    mutating func cancel() -> Cancellation {
        switch state {
        case .blocked, .ready, .awaitingRetry: return .endNow
        case .running(let attempt, let interruption):
            state = .running(attempt: attempt, interruption: .cancel)
            // After a timeout the attempt is ending already; only what its end means changes.
            return interruption == nil ? .interrupt(attempt: attempt) : .nothing
        case .ended: return .nothing
        }
    }

    /// What the end of an attempt means.
    enum AttemptEnd: Hashable, Sendable {
        case succeeded(ToolOutput)
        case failed(StepFailure)
        case failedForNow(StepFailure)
        case cancelled
    }

    /// The attempt under way ended with `result`. Nil if `attempt` is not under way.
    ///
    /// A result that came just before the attempt was told to end counts: what happened, happened.
    ///
    /// - Parameter mayRetry: whether the run still starts anything.
    mutating func attemptEnded(_ attempt: Int, _ result: ToolResult, policy: RetryPolicy, mayRetry: Bool)
        -> AttemptEnd?
    {
        guard case .running(attempt, let interruption) = state else { return nil }
        switch (result, interruption) {
        case (.succeeded(let output), _):
            state = .ended
            return .succeeded(output)
        case (.failed, .cancel), (.cancelled, .cancel):
            state = .ended
            return .cancelled
        case (.failed, .timeout(let limit)), (.cancelled, .timeout(let limit)):
            let failure = StepFailure(.timeout, "took longer than its timeout of \(DurationText.text(limit))")
            return fail(failure, attempt: attempt, policy: policy, mayRetry: mayRetry)
        case (.failed(let failure), nil):
            return fail(failure, attempt: attempt, policy: policy, mayRetry: mayRetry)
        case (.cancelled, nil):
            let failure = StepFailure(.internal, "ended as cancelled though nobody cancelled it")
            return fail(failure, attempt: attempt, policy: policy, mayRetry: mayRetry)
        }
    }

    private mutating func fail(_ failure: StepFailure, attempt: Int, policy: RetryPolicy, mayRetry: Bool)
        -> AttemptEnd
    {
        if mayRetry, policy.allowsRetry(after: failure.kind, attempt: attempt) {
            state = .awaitingRetry(attempt: attempt, failure: failure)
            return .failedForNow(failure)
        }
        state = .ended
        return .failed(failure)
    }
}
