import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// How each format asks for an answer of a schema.
@Suite struct SchemaTests {
    let weather = ToolDefinition(
        name: "get_weather", description: "The weather.",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])

    func body(_ dialect: Dialect, facts: ModelFacts? = nil, _ change: (inout ModelRequest) -> Void) throws -> Value {
        var request = dialect.request()
        change(&request)
        return try #require(try dialect.codec(facts: facts).encode(request).body)
    }

    let open: Value = ["type": "object", "properties": ["age": ["type": "integer", "minimum": 0]]]
    let strict: Value = [
        "type": "object", "properties": ["age": ["type": "integer"]], "required": ["age"],
        "additionalProperties": false,
    ]

    @Test func outputSchemas() throws {
        func body(_ dialect: Dialect, _ schema: Value, _ facts: [ModelCapability: Bool] = [:], tools: Bool = false)
            throws -> Value
        {
            try self.body(dialect, facts: dialect.facts(facts)) {
                $0.outputSchema = OutputSchema(name: "person", schema: schema)
                if tools { $0.tools = [weather] }
            }
        }
        #expect(
            try body(.chat, strict)["response_format"] == [
                "type": "json_schema", "json_schema": ["name": "person", "schema": strict, "strict": true],
            ])
        #expect(try body(.chat, open)["response_format"]["json_schema"]["strict"] == .null)
        #expect(try body(.responses, open)["text"]["format"]["strict"] == false)
        #expect(try body(.responses, strict)["text"]["format"]["strict"] == true)
        let words = try body(.compatible, open, [.jsonSchema: false])
        #expect(words["response_format"] == ["type": "json_object"])
        #expect(words["messages"].arrayValue?[0]["content"].stringValue?.contains("\"minimum\":0") == true)
        #expect(
            try body(.anthropic, open)["output_config"]["format"]["schema"] == [
                "type": "object", "properties": ["age": ["type": "integer"]], "additionalProperties": false,
            ])
        let generation = try body(.gemini, open)["generationConfig"]
        #expect(generation == ["responseMimeType": "application/json", "responseJsonSchema": open])
        #expect(try body(.ollama, open)["format"] == open)
        // A format would keep Ollama's models from calling.
        let withTools = try body(.ollama, open, tools: true)
        #expect(withTools["format"] == .null)
        #expect(withTools["messages"].arrayValue?[0]["role"] == "system")
    }

    /// Where Anthropic's model takes no schema, a tool that it must call stands for it.
    @Test func anthropicFallback() throws {
        let facts = Dialect.anthropic.facts([.jsonSchema: false])
        var request = Dialect.anthropic.request()
        request.outputSchema = OutputSchema(name: "get_weather", schema: open)
        let codec = Dialect.anthropic.codec(facts: facts)
        let body = try #require(try codec.encode(request).body)
        #expect(body["tool_choice"] == ["type": "tool", "name": "get_weather"])
        #expect(body["output_config"] == .null)
        let reply = try codec.reply(from: Dialect.anthropic.whole("tools"), to: request)
        #expect(reply.calls == [] && reply.finish == .stop)
        #expect(reply.text.hasSuffix("{\"city\":\"Paris\"}"))
        var stream = ReplyStream(codec, for: request, framing: .serverSentEvents)
        let deltas = try Dialect.anthropic.stream("tools").withUnsafeBytes { stream.feed($0) }
        #expect(!deltas.contains(.toolCall(name: "get_weather")))
        #expect(try stream.finish().reply.get() == reply)
        let neither = Dialect.anthropic.facts([.jsonSchema: false, .forcedToolChoice: false])
        let words = try #require(try Dialect.anthropic.codec(facts: neither).encode(request).body)
        #expect(words["system"].stringValue?.contains("JSON Schema") == true && words["tools"] == .null)
    }

    @Test func strictness() {
        #expect(StrictSchema.holds(for: strict))
        #expect(!StrictSchema.holds(for: open))
        for change: Value in [
            ["required": []], ["additionalProperties": true], ["type": "array"], ["oneOf": []], ["anyOf": []],
            ["properties": ["age": open]], ["properties": ["age": ["type": "string", "minLength": 1]]],
        ] { #expect(!StrictSchema.holds(for: strict.adding(change)), "\(change.rendered)") }
        #expect(StrictSchema.holds(for: strict.adding(["properties": ["age": ["type": ["integer", "null"]]]])))
        #expect(StrictSchema.holds(for: strict.adding(["properties": ["age": ["anyOf": [strict, ["type": "null"]]]]])))
    }
}
