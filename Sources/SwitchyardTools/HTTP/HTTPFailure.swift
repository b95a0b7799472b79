import AsyncHTTPClient
import Glibc
import NIOHTTP1
import SwitchyardCore

/// Says why a call over HTTP failed.
enum HTTPFailure {
    /// How much of an answer's body a failure quotes.
    static let quoteLimit = 2048

    /// The failure that an answer with a status of 400 or above is.
    static func classify(
        _ status: HTTPResponseStatus, _ headers: HTTPHeaders, body: [UInt8], _ call: HTTPCall
    ) -> StepFailure {
        let kind: FailureClass =
            switch status.code {
            case 429: .rateLimit
            case 502, 503, 504, 529: .unavailable
            case 500...: .server
            default: .rejected
            }
        var wait: Duration?
        if kind == .rateLimit || kind == .unavailable, let text = headers.first(name: "retry-after") {
            // The server's own clock where it tells it: a date means that one.
            wait = RetryAfter.parse(text, now: headers.first(name: "date").flatMap { RetryAfter.date($0) } ?? now())
        }
        let quote = Text.repaired(body.prefix(quoteLimit), droppingPartialEnd: body.count > quoteLimit)
        return StepFailure(
            kind, "\(call.method) \(HTTPAddress.shown(call.url)) answered \(name(of: status))",
            details: ["status": .int(Int(status.code)), "body": .string(quote)], retryAfter: wait)
    }

    /// The failure that an error of the client is.
    static func classify(_ error: any Error, _ call: HTTPCall) -> StepFailure {
        let address = HTTPAddress.shown(call.url)
        guard let error = error as? HTTPClientError else {
            // The system's and TLS's errors: no route, refused, reset, a certificate that is not trusted.
            let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
            let problem = ConnectionProblem.text(error, at: String(address[start...].prefix { $0 != "/" }))
            return StepFailure(.connection, "no connection to \(address): \(problem)")
        }
        switch error {
        case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            return StepFailure(.timeout, "\(address) did not answer in time")
        case .redirectLimitReached, .redirectCycleDetected:
            return StepFailure(.rejected, "\(address) redirects in a circle or too often")
        case .invalidURL, .emptyHost, .emptyScheme, .bodyLengthMismatch:
            return StepFailure(.invalidInput, "\(address) cannot be called: \(error.shortDescription)")
        default:
            return StepFailure(.connection, "the connection to \(address) broke: \(error.shortDescription)")
        }
    }

    static func timeout(_ call: HTTPCall) -> StepFailure {
        StepFailure(
            .timeout, "\(HTTPAddress.shown(call.url)) did not answer within \(DurationText.text(call.timeout))")
    }

    /// `404 Not Found`.
    static func name(of status: HTTPResponseStatus) -> String {
        status.reasonPhrase.isEmpty ? "\(status.code)" : "\(status.code) \(status.reasonPhrase)"
    }

    private static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
