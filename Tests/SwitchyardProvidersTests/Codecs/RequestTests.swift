import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// What each format makes of the same request.
@Suite struct RequestTests {
    let weather = ToolDefinition(
        name: "get_weather", description: "The weather.",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])

    // MARK: Conversations

    /// A conversation with everything in it.
    func conversation(_ dialect: Dialect, carriedBy model: ModelID) -> ModelRequest {
        var request = dialect.request()
        request.system = "Be brief."
        request.tools = [weather]
        request.messages = [
            ModelMessage(.user, [.text("Look"), .image(ImageContent(mediaType: "image/png", bytes: [1, 2, 3]))]),
            ModelMessage(
                .assistant,
                [
                    .carried(CarriedState(model: model, content: ["type": "thinking", "thinking": "hm"])),
                    .text("I look."),
                    .toolCall(
                        ToolCall(
                            id: "call_1", name: "get_weather", arguments: .object(["city": "Paris"]), signature: "sig",
                            signedBy: model)),
                    .toolCall(ToolCall(id: "call_2", name: "get_weather", arguments: .malformed("{"))),
                ]),
            ModelMessage(
                .tool,
                [
                    .toolResult(ToolCallResult(id: "call_1", name: "get_weather", content: "sunny")),
                    .toolResult(ToolCallResult(id: "call_2", name: "get_weather", content: "no city", isError: true)),
                ]),
        ]
        return request
    }

    func encoded(_ dialect: Dialect, carriedBy model: ModelID? = nil) throws -> Value {
        try #require(
            try dialect.codec().encode(conversation(dialect, carriedBy: model ?? dialect.model)).body)
    }

    @Test func chatConversation() throws {
        let messages = try encoded(.chat)["messages"].arrayValue ?? []
        #expect(messages.map { $0["role"] } == ["developer", "user", "assistant", "tool", "tool"])
        #expect(messages[1]["content"].arrayValue?.last?["image_url"]["url"] == "data:image/png;base64,AQID")
        #expect(
            messages[2]["tool_calls"].arrayValue?.map { $0["function"]["arguments"] } == ["{\"city\":\"Paris\"}", "{"])
        #expect(messages[4]["content"] == "error: no city")
        let compatible = try encoded(.compatible)["messages"].arrayValue ?? []
        #expect(compatible[0]["role"] == "system")
        // Servers that parse the arguments fail on those that are no JSON.
        let arguments = compatible[2]["tool_calls"].arrayValue?.last?["function"]["arguments"].stringValue ?? ""
        #expect(try JSON.parse(arguments) == ["malformed_arguments": "{"])
    }

    @Test func responsesConversation() throws {
        let body = try encoded(.responses)
        #expect(body["instructions"] == "Be brief.")
        #expect(body["store"] == false)
        let items = body["input"].arrayValue ?? []
        #expect(
            items.map { $0["type"].stringValue ?? $0["role"].stringValue ?? "" } == [
                "user", "thinking", "assistant", "function_call", "function_call", "function_call_output",
                "function_call_output",
            ])
        #expect(items[0]["content"].arrayValue?.map { $0["type"] } == ["input_text", "input_image"])
        #expect(items[2]["content"].arrayValue?.first?["type"] == "output_text")
        #expect(body["tools"].arrayValue?.first?["strict"] == false)
    }

    @Test func anthropicConversation() throws {
        let body = try encoded(.anthropic)
        #expect(body["system"] == "Be brief.")
        #expect(body["max_tokens"] == 8192)
        let messages = body["messages"].arrayValue ?? []
        #expect(messages.map { $0["role"] } == ["user", "assistant", "user"])
        #expect(messages[0]["content"].arrayValue?.last?["source"]["data"] == "AQID")
        let answer = messages[1]["content"].arrayValue ?? []
        #expect(answer.map { $0["type"] } == ["thinking", "text", "tool_use", "tool_use"])
        #expect(answer[3]["input"] == ["malformed_arguments": "{"])
        #expect(messages[2]["content"].arrayValue?.map { $0["is_error"] } == [.null, true])
    }

    @Test func geminiConversation() throws {
        let body = try encoded(.gemini)
        #expect(body["systemInstruction"]["parts"].arrayValue == [["text": "Be brief."]])
        let contents = body["contents"].arrayValue ?? []
        #expect(contents.map { $0["role"] } == ["user", "model", "user"])
        let parts = contents[1]["parts"].arrayValue ?? []
        #expect(parts[2]["thoughtSignature"] == "sig")
        #expect(parts[3]["thoughtSignature"] == .null)
        #expect(
            contents[2]["parts"].arrayValue?.map { $0["functionResponse"]["response"] } == [
                ["output": "sunny"], ["error": "no city"],
            ])
    }

    @Test func ollamaConversation() throws {
        let body = try encoded(.ollama)
        #expect(body["stream"] == true)
        let messages = body["messages"].arrayValue ?? []
        #expect(messages.map { $0["role"] } == ["system", "user", "assistant", "tool", "tool"])
        #expect(messages[1]["images"] == ["AQID"])
        #expect(messages[2]["tool_calls"].arrayValue?.first?["function"]["arguments"] == ["city": "Paris"])
        #expect(messages[3]["tool_name"] == "get_weather")
    }

    /// Reasoning goes back to the model that had it, and to no other.
    @Test(arguments: Dialect.allCases) func carriedState(dialect: Dialect) throws {
        for name in ["text", "tools"] {
            let reply = try dialect.decode(dialect.stream(name)).reply.get()
            var request = dialect.request()
            request.messages.append(ModelMessage(.assistant, reply.parts))
            request.messages.append(.user("Go on"))
            let own = JSON.text(of: try #require(dialect.codec().encode(request).body))
            var settings = dialect.settings
            settings.name = "other"
            let target = WireTarget(
                settings: settings, model: ModelID(provider: "other", name: "x"), facts: nil, callSeed: "")
            let foreign = JSON.text(of: try #require(ProviderExecutor.codec(for: target).encode(request).body))
            let marks: [Dialect: String] = [
                .responses: "gAAAAABencrypted==", .anthropic: "EqQBsig==", .gemini: "Csig",
                .ollama: "\"thinking\":\"Hm\"",
            ]
            guard let mark = marks[dialect], name == "text" || dialect != .ollama else { continue }
            #expect(own.contains(mark), "\(name)")
            #expect(!foreign.contains(mark), "\(name)")
        }
    }

    @Test func geminiSignatures() throws {
        let text = try Dialect.gemini.codec().reply(from: Dialect.gemini.whole("text"), to: Dialect.gemini.request())
        var request = Dialect.gemini.request()
        request.messages.append(ModelMessage(.assistant, text.parts))
        request.messages.append(.user("Go on"))
        let body = try #require(try Dialect.gemini.codec().encode(request).body)
        #expect(
            body["contents"].arrayValue?[1]["parts"] == [["text": "Hello, wörld 👋", "thoughtSignature": "CsigX"]])
        // A call of another model has none, and the API wants one.
        request.messages[1] = ModelMessage(
            .assistant,
            [.toolCall(ToolCall(id: "a", name: "f", arguments: .object([:]), signature: "s", signedBy: ModelID("a/b")))]
        )
        let foreign = try #require(try Dialect.gemini.codec().encode(request).body)
        #expect(
            foreign["contents"].arrayValue?[1]["parts"].arrayValue?[0]["thoughtSignature"]
                == .string(GeminiRequest.foreignSignature))
    }
}
