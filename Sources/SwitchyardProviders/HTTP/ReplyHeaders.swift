import Glibc
import NIOHTTP1
import SwitchyardCore

/// What the headers of an answer say besides its content.
struct ReplyHeaders: Hashable, Sendable {
    /// The provider's name for the request.
    var requestID: String?
    var headroom: RateHeadroom?
    var retryAfter: Duration?
    /// Whether the server says that the same request may, or may not, come again.
    var shouldRetry: Bool?
    /// In small letters, without parameters; empty if there is none.
    var contentType: String

    init(_ headers: HTTPHeaders) {
        // A date means the server's clock where it tells it.
        let now = headers.first(name: "date").flatMap { RetryAfter.date($0) } ?? Self.now()
        requestID = headers.first(name: "x-request-id") ?? headers.first(name: "request-id")
        retryAfter = RetryAfter.wait(in: headers, now: now)
        shouldRetry = headers.first(name: "x-should-retry").flatMap { Bool($0) }
        contentType = (headers.first(name: "content-type") ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        headroom = Self.headroom(headers, now: now)
    }

    /// OpenAI's names, or Anthropic's.
    private static func headroom(_ headers: HTTPHeaders, now: Timestamp) -> RateHeadroom? {
        func limit(_ limit: String, _ remaining: String, _ reset: String) -> RateHeadroom.Limit? {
            // Azure writes -1 for what it does not know.
            func count(_ name: String) -> Int? {
                headers.first(name: name).flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
            }
            let value = RateHeadroom.Limit(
                limit: count(limit), remaining: count(remaining),
                resetsAfter: headers.first(name: reset).flatMap { wait($0, now: now) })
            return value == RateHeadroom.Limit() ? nil : value
        }
        func openAI(_ what: String) -> RateHeadroom.Limit? {
            limit("x-ratelimit-limit-\(what)", "x-ratelimit-remaining-\(what)", "x-ratelimit-reset-\(what)")
        }
        func anthropic(_ what: String) -> RateHeadroom.Limit? {
            let name = "anthropic-ratelimit-\(what)"
            return limit("\(name)-limit", "\(name)-remaining", "\(name)-reset")
        }
        let scarcer = [anthropic("input-tokens"), anthropic("output-tokens")].compactMap(\.self).min {
            ($0.remaining ?? .max) < ($1.remaining ?? .max)
        }
        let headroom = RateHeadroom(
            requests: openAI("requests") ?? anthropic("requests"),
            tokens: openAI("tokens") ?? anthropic("tokens") ?? scarcer)
        return headroom == RateHeadroom() ? nil : headroom
    }

    /// A duration such as `6m0s`, or a moment.
    private static func wait(_ text: String, now: Timestamp) -> Duration? {
        if let duration = DurationText.parse(text) { return duration }
        return Timestamp(iso8601: text).map { max(.zero, $0.since(now)) }
    }

    private static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
