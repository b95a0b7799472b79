import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// Why answers end, in words that are not the usual ones.
@Suite struct FinishTests {
    func finishes(_ dialect: Dialect, _ whole: String, _ stream: [String]) throws -> [FinishReason] {
        let reply = try dialect.codec().reply(from: try JSON.parse(whole), to: dialect.request(streams: false))
        let bytes = Array(stream.map { "data: \($0)\n\n" }.joined().utf8)
        return [reply.finish, try dialect.decode(bytes).reply.get().finish]
    }

    @Test(arguments: ["pause_turn", "compaction", "a word of next year"]) func anthropic(word: String) throws {
        let blocks = #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#
        let found = try finishes(
            .anthropic, "{\"content\":[\(blocks)],\"stop_reason\":\"\(word)\"}",
            [
                #"{"type":"message_start","message":{"content":[]}}"#,
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":\(blocks)}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"\(word)\"}}", #"{"type":"message_stop"}"#,
            ])
        #expect(found == [.other(word), .other(word)])
    }

    /// What a pause leaves is sent back as it came.
    @Test func aPausedTurnGoesOn() throws {
        let block: Value = ["type": "server_tool_use", "id": "s", "name": "web_search", "input": ["query": "x"]]
        let body: Value = ["content": [["type": "text", "text": "I look."], block], "stop_reason": "pause_turn"]
        let reply = try Dialect.anthropic.codec().reply(from: body, to: Dialect.anthropic.request())
        #expect(reply.finish == .other("pause_turn"))
        var request = Dialect.anthropic.request()
        request.messages.append(ModelMessage(.assistant, reply.parts))
        let sent = try #require(try Dialect.anthropic.codec().encode(request).body)
        #expect(sent["messages"].arrayValue?.last?["content"] == body["content"])
    }

    @Test(arguments: [
        "FINISH_REASON_UNSPECIFIED", "OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS",
        "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE", "CONTINUATION", "NO_IMAGE", "IMAGE_OTHER", "A_NEW_ONE",
    ])
    func gemini(word: String) throws {
        // Such candidates often come without any content.
        for content in ["", #""content":{},"#, #""content":{"role":"model","parts":[{"text":"So"}]},"#] {
            let body = "{\"candidates\":[{\(content)\"finishReason\":\"\(word)\",\"finishMessage\":\"m\"}]}"
            #expect(try finishes(.gemini, body, [body]) == [.other(word), .other(word)])
        }
    }

    /// A call that stands there is made, but the answer did not simply stop for it.
    @Test func geminiCallsBesideATrouble() throws {
        let body = try JSON.parse(
            #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]},"finishReason":"TOO_MANY_TOOL_CALLS"}]}"#
        )
        let reply = try Dialect.gemini.codec().reply(from: body, to: Dialect.gemini.request())
        #expect(reply.calls.count == 1 && reply.finish == .other("TOO_MANY_TOOL_CALLS"))
    }
}
