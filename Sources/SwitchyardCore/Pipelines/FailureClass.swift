/// Why an attempt failed, decided from structure, never from the words of a message.
package enum FailureClass: String, Hashable, Sendable, CaseIterable {
    /// The attempt took longer than its timeout.
    case timeout
    /// The other side could not be reached, or the connection broke.
    case connection
    /// The other side asked for fewer calls (HTTP 429).
    case rateLimit = "rate_limit"
    /// The other side is up but cannot serve (HTTP 502, 503, 504, 529).
    case unavailable
    /// The other side failed (other HTTP 5xx).
    case server
    /// The other side refused the request (HTTP 4xx).
    case rejected
    /// A program ended with a status other than 0.
    case exitCode = "exit_code"
    /// A program was ended by a signal that Switchyard did not send.
    case signal
    /// The program or file is not there.
    case notFound = "not_found"
    /// The operating system or a sandbox denied it.
    case permission
    /// The step's expressions or parameters are wrong; nothing was started.
    case invalidInput = "invalid_input"
    /// The tool answered something that is not what it promised.
    case invalidOutput = "invalid_output"
    /// The result is not as good as the step's `quality` wants it.
    case lowQuality = "low_quality"
    /// A group was repeated as often as it may be, and its `until` was still false.
    case exhausted
    /// A step that belongs to this one failed: an item, or a step of the group.
    case part
    /// A call could cost more than a budget has left; nothing was sent.
    case budget
    /// A disk, a database or another local resource failed.
    case io
    /// A fault of Switchyard's own.
    case `internal`

    /// Whether a new attempt could end otherwise: what `retry` tries again when it has no `on`.
    package var isRetryable: Bool {
        switch self {
        case .timeout, .connection, .rateLimit, .unavailable, .server, .exitCode, .signal, .invalidOutput, .io: true
        // Whether low quality is tried again is what `quality.on_low` says.
        case .lowQuality, .rejected, .notFound, .permission, .invalidInput, .exhausted, .part, .budget,
            .internal:
            false
        }
    }
}

extension FailureClass {
    /// Whether what a model had answered is of no use to the next attempt.
    package var wantsNewAnswer: Bool {
        switch self {
        case .lowQuality, .invalidOutput, .exhausted: true
        case .timeout, .connection, .rateLimit, .unavailable, .server, .rejected, .exitCode, .signal, .notFound,
            .permission, .invalidInput, .part, .budget, .io, .internal:
            false
        }
    }
}

/// What went wrong with an attempt.
package struct StepFailure: Hashable, Sendable, Error {
    package var kind: FailureClass
    /// One sentence, without a full stop, that a person understands.
    package var message: String
    /// Facts a program can use: `exit_code`, `status`, `signal`, ….
    package var details: Value
    /// How long the other side asked to wait; the wait before a retry is never shorter.
    package var retryAfter: Duration?

    package init(_ kind: FailureClass, _ message: String, details: Value = .null, retryAfter: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }
}
