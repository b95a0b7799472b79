import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Stop sequences, in each format that has them.
struct StopTests {
    private static let rule = "- reply: {text: One. Two. Three., usage: {input: 1}}"
    private static let turns = #""messages":[{"role":"user","content":"x"}]"#

    private func reply(_ asked: Asked, _ body: String, rules: String = rule) throws -> Value {
        try JSON.parse(try asked.script(body, rules: rules).text)
    }

    @Test(arguments: [#"" Three""#, #"["zz"," Th"," Three"]"#])
    func `chat completions`(stop: String) throws {
        let choice = try reply(.chat, "{\"model\":\"m\",\(Self.turns),\"stop\":\(stop)}")["choices"].arrayValue?[0]
        #expect(choice?["message"]["content"] == "One. Two." && choice?["finish_reason"] == "stop")
    }

    @Test func `the first place counts, not the first of the list`() throws {
        let choice = try reply(.chat, "{\"model\":\"m\",\(Self.turns),\"stop\":[\"Three\",\" Two\"]}")["choices"]
        #expect(choice.arrayValue?[0]["message"]["content"] == "One.")
    }

    @Test func `messages say which one it was`() throws {
        let body = "{\"model\":\"m\",\"max_tokens\":99,\(Self.turns),\"stop_sequences\":[\" Two\"]"
        let whole = try reply(.messages, body + "}")
        #expect(whole["content"].arrayValue?[0]["text"] == "One.")
        #expect(whole["stop_reason"] == "stop_sequence" && whole["stop_sequence"] == " Two")
        let stream = try Asked.messages.script(body + ",\"stream\":true}", rules: Self.rule).text
        #expect(stream.contains(#""stop_reason":"stop_sequence","stop_sequence":" Two""#) && !stream.contains("Three"))
        let unmet = try reply(.messages, body.replacing(" Two", with: "zz") + "}")
        #expect(unmet["stop_reason"] == "end_turn" && unmet["stop_sequence"].isNull)
    }

    @Test func `generateContent and ollama`() throws {
        let google = try reply(
            .gemini, #"{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"stopSequences":["Two"]}}"#)
        let candidate = try #require(google["candidates"].arrayValue?[0])
        #expect(candidate["content"]["parts"].arrayValue?[0]["text"] == "One. " && candidate["finishReason"] == "STOP")
        let ollama = try reply(
            .ollama, "{\"model\":\"m\",\"stream\":false,\(Self.turns),\"options\":{\"stop\":[\"Two\"]}}")
        #expect(ollama["message"]["content"] == "One. " && ollama["done_reason"] == "stop")
    }

    @Test func `what would have followed is not said, and a limit that comes first counts`() throws {
        let body = "{\"model\":\"m\",\(Self.turns),\"stop\":\"Two\""
        let called = try reply(
            .chat, body + "}", rules: "- reply: {text: One. Two., tool_calls: [{name: f, arguments: {}}]}")
        let choice = try #require(called["choices"].arrayValue?[0])
        #expect(choice["message"]["tool_calls"].isNull && choice["finish_reason"] == "stop")
        let cut = try reply(.chat, body + ",\"max_completion_tokens\":1}", rules: "- reply: One and then Two.")
        #expect(cut["choices"].arrayValue?[0]["finish_reason"] == "length")
        let empty = try reply(.chat, "{\"model\":\"m\",\(Self.turns),\"stop\":[\"\"]}")["choices"].arrayValue?[0]
        #expect(empty?["message"]["content"] == "One. Two. Three.")
    }
}
