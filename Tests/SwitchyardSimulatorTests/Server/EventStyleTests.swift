import Testing

@testable import SwitchyardSimulator

/// Server-sent events that are written otherwise.
struct EventStyleTests {
    private static let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}"#
    private static let messages =
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"stream":true}"#

    private func text(_ asked: Asked, _ body: String, _ fault: String) throws -> String {
        try asked.script(body, rules: "- reply: {text: One two, \(fault)}").text
    }

    @Test(arguments: [("crlf", "\r\n"), ("cr", "\r")])
    func `lines end as the standard allows`(word: String, end: String) throws {
        let usual = try text(.messages, Self.messages, "usage: {}")
        let other = try text(.messages, Self.messages, "fault: {line_ends: \(word)}")
        #expect(usual.contains("\n\n") && !usual.contains("\r"))
        #expect(other == usual.replacing("\n", with: end) && other != usual)
    }

    @Test func `comments stand before events and in them`() throws {
        let usual = try text(.messages, Self.messages, "usage: {}")
        let other = try text(.messages, Self.messages, "fault: {comments: true}")
        #expect(other.hasPrefix(": SIMULATED PROCESSING\nevent: message_start\n:\ndata: "))
        let lines = other.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { !$0.hasPrefix(":") }.joined(separator: "\n") == usual)
    }

    @Test func `both at once, and neither where there are no events`() throws {
        let both = try text(.chat, Self.chat, "fault: {comments: true, line_ends: crlf}")
        #expect(both.hasSuffix("\r\n\r\n: SIMULATED PROCESSING\r\n:\r\ndata: [DONE]\r\n\r\n"))
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
        #expect(try !text(.ollama, body, "fault: {comments: true, line_ends: crlf}").contains("\r"))
    }
}
