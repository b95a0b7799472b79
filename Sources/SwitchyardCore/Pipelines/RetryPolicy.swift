/// How often a step is tried and how long it waits in between.
package struct RetryPolicy: Hashable, Sendable {
    /// All attempts counted, the first included; at least 1.
    package var maxAttempts: Int
    package var backoff: Backoff
    /// The classes of failure that are tried again; nil is every class a new attempt could cure.
    package var on: Set<FailureClass>?

    /// One attempt.
    package static let none = RetryPolicy(maxAttempts: 1)

    package init(maxAttempts: Int, backoff: Backoff = Backoff(), on: Set<FailureClass>? = nil) {
        self.maxAttempts = maxAttempts
        self.backoff = backoff
        self.on = on
    }

    /// Whether a step that failed with `failure` at attempt `attempt` (from 1) is tried again.
    package func allowsRetry(after failure: FailureClass, attempt: Int) -> Bool {
        attempt < maxAttempts && (on?.contains(failure) ?? failure.isRetryable)
    }
}

/// The waits between attempts: `initial`, then `factor` times as much each time, at most `maximum`.
package struct Backoff: Hashable, Sendable {
    package enum Jitter: String, Hashable, Sendable, CaseIterable {
        /// Exactly the computed wait.
        case none
        /// Anything from nothing to the computed wait, evenly (Marc Brooker, "Exponential Backoff And Jitter",
        /// AWS Architecture Blog, 2015: "full jitter").
        case full
    }

    package var initial: Duration
    package var factor: Double
    package var maximum: Duration
    package var jitter: Jitter

    package init(
        initial: Duration = .seconds(1), factor: Double = 2, maximum: Duration = .seconds(60), jitter: Jitter = .full
    ) {
        self.initial = initial
        self.factor = factor
        self.maximum = maximum
        self.jitter = jitter
    }

    /// The wait before the attempt after `attempt` (from 1).
    ///
    /// - Parameter random: an evenly distributed number in 0..<1, drawn by the caller.
    package func delay(after attempt: Int, random: Double) -> Duration {
        var ceiling = initial.inSeconds
        let limit = maximum.inSeconds
        // Multiplying stops at the limit, so a large attempt number neither overflows nor costs time.
        for _ in 1..<max(1, attempt) where ceiling < limit { ceiling *= factor }
        ceiling = min(ceiling, limit)
        let seconds = jitter == .full ? ceiling * random : ceiling
        return .microseconds(Int64(seconds * 1e6))
    }
}

/// The limits on one attempt.
package struct StepTimeout: Hashable, Sendable {
    /// From the start of an attempt to its end; nil is no limit.
    package var startToClose: Duration?
    /// The longest silence: no line printed, no token come; nil is no limit.
    package var idle: Duration?
    /// The longest time without a sign of life from an executor elsewhere; nil is no limit.
    package var heartbeat: Duration?

    package static let none = StepTimeout()

    package init(startToClose: Duration? = nil, idle: Duration? = nil, heartbeat: Duration? = nil) {
        self.startToClose = startToClose
        self.idle = idle
        self.heartbeat = heartbeat
    }
}
