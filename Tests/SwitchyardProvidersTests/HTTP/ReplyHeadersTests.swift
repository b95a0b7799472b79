import NIOHTTP1
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

@Suite struct ReplyHeadersTests {
    func headers(_ fields: (String, String)...) -> ReplyHeaders { ReplyHeaders(HTTPHeaders(fields)) }

    @Test(
        arguments: [
            ("retry-after", "7", 7000), ("retry-after", "0.25", 250), ("retry-after-ms", "1500", 1500),
            ("retry-after", "Sun, 06 Nov 1994 08:50:30 GMT", 60_000),
            ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("retry-after", "99999999999999999999", 31_536_000_000),
        ] as [(String, String, Int64)])
    func waits(name: String, value: String, milliseconds: Int64) {
        let wait = headers((name, value), ("date", "Sun, 06 Nov 1994 08:49:30 GMT")).retryAfter
        #expect(wait.map { min($0, .seconds(31_536_000)) } == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "soon", "-1", "nan", "inf", "Sun, 06 Nov 1994", "1,5"]) func noWaits(value: String) {
        #expect(headers(("retry-after", value)).retryAfter == nil)
    }

    @Test func milliseconds() {
        #expect(headers(("retry-after", "2"), ("retry-after-ms", "1500")).retryAfter == .milliseconds(1500))
    }

    @Test func openAIHeadroom() {
        let found = headers(
            ("x-ratelimit-limit-requests", "500"), ("x-ratelimit-remaining-requests", "499"),
            ("x-ratelimit-reset-requests", "120ms"), ("x-ratelimit-limit-tokens", "-1"),
            ("x-ratelimit-remaining-tokens", "29000"), ("x-ratelimit-reset-tokens", "1m0s"))
        #expect(
            found.headroom
                == RateHeadroom(
                    requests: .init(limit: 500, remaining: 499, resetsAfter: .milliseconds(120)),
                    tokens: .init(remaining: 29000, resetsAfter: .seconds(60))))
    }

    @Test func anthropicHeadroom() {
        let found = headers(
            ("date", "Fri, 20 Nov 2026 10:00:00 GMT"), ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-reset", "2026-11-20T10:00:30Z"),
            ("anthropic-ratelimit-input-tokens-remaining", "100"), ("anthropic-ratelimit-output-tokens-remaining", "7"))
        #expect(
            found.headroom
                == RateHeadroom(
                    requests: .init(limit: 50, resetsAfter: .seconds(30)), tokens: .init(remaining: 7)))
        #expect(headers(("x", "y")).headroom == nil)
    }

    @Test func contentTypes() {
        #expect(headers(("content-type", "Text/Event-Stream; charset=utf-8")).contentType == "text/event-stream")
        #expect(headers().contentType == "")
    }
}
