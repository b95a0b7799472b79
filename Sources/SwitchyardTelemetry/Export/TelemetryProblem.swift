/// Why telemetry is off although the environment asks for it.
package enum TelemetryProblem: Error, Hashable, Sendable {
    /// The value of a variable is not of its form. The value is not kept: it may be a key.
    case malformed(variable: String)
    /// The value of a variable asks for what is not there.
    case unsupported(variable: String, value: String)

    /// One sentence, without a full stop.
    package var message: String {
        switch self {
        case .malformed(let variable): "the value of \(variable) is not of the form that OpenTelemetry gives it"
        case .unsupported(let variable, let value): "\(variable)=\(value) is not supported"
        }
    }
}

/// Why something was not exported.
package enum ExportFailure: Hashable, Sendable {
    /// The collector answered something else than that it took it: the HTTP status.
    case status(Int)
    /// The collector could not be reached, or broke off. The words are the HTTP client's.
    case unreachable(String)
    /// The collector took the rest only. The words are its own.
    case refused(String)
    /// More gathered than there is room for.
    case queueFull
    /// There was no time left.
    case deadline
}

/// What was not exported, in all.
package struct TelemetryLosses: Hashable, Sendable {
    package var spans = 0
    /// Exports of metrics; a later one usually made up for it.
    package var metricExports = 0
    /// Why, the first time.
    package var reason: ExportFailure?

    package init(spans: Int = 0, metricExports: Int = 0, reason: ExportFailure? = nil) {
        self.spans = spans
        self.metricExports = metricExports
        self.reason = reason
    }

    package var isEmpty: Bool { spans == 0 && metricExports == 0 }
}
