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
        /// Waits for a moment or a person, without a slot. `ended` may follow.
        case waiting
        /// Nobody knows how attempt `attempt` ended: a person decides. `ready` or `ended` may follow.
        case unknown(attempt: Int)
        /// Its items or the steps of its group are under way. `ended` may follow.
        case open(interruption: Interruption?)
        /// Nothing may follow.
        case ended
    }

    /// Why a running attempt was told to end.
    enum Interruption: Hashable, Sendable {
        case timeout(Limit, after: Duration)
        case cancel
        /// The run goes on without it.
        case skip
    }

    /// Which of an attempt's limits.
    enum Limit: Hashable, Sendable {
        case startToClose
        case idle
        case heartbeat

        /// What passing it means.
        func failure(after duration: Duration) -> StepFailure {
            let text = DurationText.text(duration)
            return switch self {
            case .startToClose: StepFailure(.timeout, "took longer than its timeout of \(text)")
            case .idle: StepFailure(.timeout, "was silent for its idle timeout of \(text)")
            case .heartbeat: StepFailure(.timeout, "gave no sign of life for its heartbeat timeout of \(text)")
            }
        }
    }

    private(set) var state: State
    /// How many attempts were started.
    private(set) var attempts = 0

    init(needs: Int) {
        state = .blocked(openNeeds: needs)
    }

    /// The step as a record left it.
    init(restoring state: State, attempts: Int) {
        self.state = state
        self.attempts = attempts
    }

    var hasEnded: Bool { state == .ended }

    /// Whether attempt `attempt` runs.
    func isUnderWay(_ attempt: Int) -> Bool {
        if case .running(attempt, _) = state { true } else { false }
    }

    var isReady: Bool {
        if case .ready = state { true } else { false }
    }

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
        case .ready, .running, .awaitingRetry, .waiting, .unknown, .open:
            preconditionFailure("a need ended in \(state)")
        }
    }

    /// The step may start once there is a slot.
    mutating func becomeReady(cause: Int) {
        switch state {
        case .blocked, .awaitingRetry, .unknown: state = .ready(cause: cause)
        case .ready, .running, .waiting, .open, .ended: preconditionFailure("became ready in \(state)")
        }
    }

    /// An attempt starts. Returns its number.
    mutating func start() -> Int {
        guard case .ready = state else { preconditionFailure("started in \(state)") }
        attempts += 1
        state = .running(attempt: attempts, interruption: nil)
        return attempts
    }

    /// The step waits for a moment or a person.
    mutating func wait() {
        guard case .ready = state else { preconditionFailure("waited in \(state)") }
        state = .waiting
    }

    /// Its items, or the steps of its group, get under way.
    mutating func open() {
        guard case .ready = state else { preconditionFailure("opened in \(state)") }
        state = .open(interruption: nil)
    }

    /// The step ends without a further attempt.
    mutating func end() {
        precondition(state != .ended, "ended twice")
        state = .ended
    }

    /// Attempt `attempt` has reached a limit. Returns whether it is to be told to end.
    mutating func timeOut(attempt: Int, _ limit: Limit, _ duration: Duration) -> Bool {
        guard case .running(attempt, nil) = state else { return false }
        state = .running(attempt: attempt, interruption: .timeout(limit, after: duration))
        return true
    }

    /// What is open has taken `limit`. Returns whether what is inside is to be ended.
    mutating func timeOutOpen(_ limit: Duration) -> Bool {
        guard case .open(nil) = state else { return false }
        state = .open(interruption: .timeout(.startToClose, after: limit))
        return true
    }

    /// What a cancellation asks for.
    enum Cancellation: Hashable, Sendable {
        /// It has not started, or waits to be tried again: it ends here and now.
        case endNow
        /// The attempt is to be told to end.
        case interrupt(attempt: Int)
        /// What is inside of it is to be ended.
        case stopInside
        /// It is ending for another reason; what its end means has changed.
        case noted
        /// It has ended, or was told already.
        case nothing
    }

    mutating func cancel() -> Cancellation {
        switch state {
        case .blocked, .ready, .awaitingRetry, .waiting, .unknown: return .endNow
        case .open(let interruption):
            state = .open(interruption: .cancel)
            switch interruption {
            case nil: return .stopInside
            case .timeout?, .skip?: return .noted
            case .cancel?: return .nothing
            }
        case .running(let attempt, let interruption):
            state = .running(attempt: attempt, interruption: .cancel)
            switch interruption {
            case nil: return .interrupt(attempt: attempt)
            // The attempt is ending already; only what its end means changes.
            case .timeout?, .skip?: return .noted
            case .cancel?: return .nothing
            }
        case .ended: return .nothing
        }
    }

    /// The run goes on without the step. What was cancelled stays cancelled.
    mutating func skip() -> Cancellation {
        switch state {
        case .blocked, .ready, .awaitingRetry, .waiting, .unknown: return .endNow
        case .open(nil):
            state = .open(interruption: .skip)
            return .stopInside
        case .open(.timeout?):
            state = .open(interruption: .skip)
            return .noted
        case .running(let attempt, nil):
            state = .running(attempt: attempt, interruption: .skip)
            return .interrupt(attempt: attempt)
        case .running(let attempt, .timeout?):
            state = .running(attempt: attempt, interruption: .skip)
            return .noted
        case .open(.cancel?), .open(.skip?), .running(_, .cancel?), .running(_, .skip?), .ended: return .nothing
        }
    }

    /// What the end of an attempt means.
    enum AttemptEnd: Hashable, Sendable {
        case succeeded(ToolOutput)
        case failed(StepFailure)
        case failedForNow(StepFailure)
        case cancelled
        case skipped
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
        case (.failed, .skip), (.cancelled, .skip):
            state = .ended
            return .skipped
        case (.failed, .timeout(let limit, let duration)), (.cancelled, .timeout(let limit, let duration)):
            let failure = limit.failure(after: duration)
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
