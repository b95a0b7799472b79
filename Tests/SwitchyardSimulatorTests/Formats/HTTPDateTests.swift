import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Moments in headers.
struct HTTPDateTests {
    @Test(arguments: [
        ("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("2024-02-29T23:59:59.000001Z", "Fri, 01 Mar 2024 00:00:00 GMT"),
        ("2026-11-21T10:00:00.5Z", "Sat, 21 Nov 2026 10:00:01 GMT"),
    ])
    func `are those of a clock`(moment: String, text: String) throws {
        #expect(HTTPDate.text(of: try #require(Timestamp(iso8601: moment))) == text)
    }

    @Test(arguments: [Asked.chat, .messages, .gemini, .ollama])
    func `a wait can be one`(asked: Asked) throws {
        let body =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"contents":[{"parts":[{"text":"x"}]}]}"#
        let script = try asked.script(
            body, rules: "- reply: {fault: {error: rate_limit, retry_after: 90s, retry_after_date: true}}")
        let waits = script.headers.filter { $0.name.hasPrefix("retry-after") }
        #expect(waits.map(\.name) == ["retry-after"] && waits[0].value == "Sat, 21 Nov 2026 10:01:30 GMT")
    }
}
