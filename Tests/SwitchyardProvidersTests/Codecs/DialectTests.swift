import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// What servers that imitate OpenAI do otherwise.
@Suite struct DialectTests {
    func decode(_ chunks: String..., end: String = "data: [DONE]\n\n") -> Decoded {
        Dialect.compatible.decode(Array((chunks.map { "data: \($0)\n\n" }.joined() + end).utf8))
    }

    func delta(_ delta: String, _ finish: String = "null", _ more: String = "") -> String {
        "{\"choices\":[{\"index\":0,\"delta\":\(delta),\"finish_reason\":\(finish)}]\(more)}"
    }

    @Test func reasoningUnderEitherName() throws {
        for name in ["reasoning", "reasoning_content"] {
            let decoded = decode(
                delta("{\"\(name)\":\"Hm\"}"), delta("{\"content\":\"Hi\",\"\(name)\":null}"), delta("{}", "\"stop\""))
            #expect(decoded.deltas == [.reasoning("Hm"), .text("Hi")])
            #expect(try decoded.reply.get().parts == [.text("Hi")])
        }
    }

    /// DeepSeek wants its reasoning back with calls of tools.
    @Test func reasoningWithCalls() throws {
        let reply = try decode(
            delta("{\"reasoning_content\":\"Hm\"}"),
            delta(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                "\"stop\"")
        ).reply.get()
        #expect(reply.finish == .toolCalls)
        var request = Dialect.compatible.request()
        request.messages += [ModelMessage(.assistant, reply.parts), .user("Go on")]
        let body = try #require(try Dialect.compatible.codec().encode(request).body)
        #expect(body["messages"].arrayValue?[1]["reasoning_content"] == "Hm")
    }

    @Test func usageOnAChunkWithChoices() throws {
        let reply = try decode(
            delta("{\"content\":\"Hi\"}", "\"stop\"", ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}"),
            end: ""
        ).reply.get()
        #expect(reply.usage == TokenUsage(uncachedInput: 3, cacheRead: 0, cacheWrite: 0, output: 2))
    }

    @Test func usageThatMakesNoSense() throws {
        let usage =
            ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":-2,\"prompt_tokens_details\":{\"cached_tokens\":9e99}}"
        let reply = try decode(delta("{\"content\":\"Hi\"}", "\"stop\"", usage)).reply.get()
        #expect(reply.usage == TokenUsage(uncachedInput: 0, cacheRead: 1 << 40, cacheWrite: 0, output: 0))
        #expect(try decode(delta("{}", "\"stop\"")).reply.get().usage == TokenUsage())
    }

    @Test func anyEnd() throws {
        #expect(try decode(delta("{\"content\":\"Hi\"}", "\"eos\"")).reply.get().finish == .other("eos"))
        #expect(try decode(delta("{\"content\":\"Hi\"}")).reply.get().finish == .stop)
        #expect(decode(delta("{\"content\":\"Hi\"}"), end: "").failure?.kind == .transport)
    }

    @Test func wholeCallsAsObjects() throws {
        let reply = try decode(
            delta(
                "{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}},{\"function\":{\"name\":\"g\",\"arguments\":{}}}]}",
                "\"stop\"")
        ).reply.get()
        #expect(reply.calls.map(\.name) == ["f", "g"])
        #expect(reply.calls.map(\.arguments) == [.object(["a": 1]), .object([:])])
        #expect(reply.calls.map(\.id) == ["call_seed_1", "call_seed_2"])
    }

    @Test func contentInPieces() throws {
        let content = "{\"content\":[{\"type\":\"thinking\",\"thinking\":[]},{\"type\":\"text\",\"text\":\"Hi\"}]}"
        #expect(try decode(delta(content, "\"stop\"")).reply.get().text == "Hi")
    }

    @Test func aWholeAnswerInsteadOfAStream() throws {
        let body = JSON.text(of: try Dialect.chat.whole("text"), layout: .indented)
        let decoded = Dialect.compatible.decode(Array(body.utf8))
        #expect(try decoded.reply.get().text == "Hello, wörld 👋")
        #expect(decoded.text == "Hello, wörld 👋")
    }

    /// A response that leaves its items out of the last event.
    @Test func responsesWithoutOutput() throws {
        let events = [
            "{\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{\"}}",
            "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}}",
            "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}",
        ]
        let bytes = Array(events.map { "data: \($0)\n\n" }.joined().utf8)
        let reply = try Dialect.responses.decode(bytes).reply.get()
        #expect(
            reply.parts == [.text("Hi"), .toolCall(ToolCall(id: "call_seed_2", name: "f", arguments: .malformed("{")))])
    }

    @Test func anthropicArgumentsThatAreNoJSON() throws {
        let text = String(decoding: try Dialect.anthropic.stream("tools"), as: UTF8.self)
        let broken = text.replacing("\\\"Paris\\\"}", with: "\\\"Paris")
        let reply = try Dialect.anthropic.decode(Array(broken.utf8)).reply.get()
        #expect(reply.calls.map(\.arguments) == [.malformed("{\"city\": \"Paris")])
    }

    @Test func anthropicCacheWrites() {
        let usage: Value = [
            "input_tokens": 10, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 30,
            "cache_creation": ["ephemeral_5m_input_tokens": 12, "ephemeral_1h_input_tokens": 18], "output_tokens": 5,
        ]
        let counted = AnthropicCodec.usage(usage)
        #expect(counted.input == 60 && counted.cacheWrite == 12 && counted.cacheWriteLong == 18)
        #expect(AnthropicCodec.usage(["cache_creation_input_tokens": 30]).cacheWrite == 30)
    }
}
