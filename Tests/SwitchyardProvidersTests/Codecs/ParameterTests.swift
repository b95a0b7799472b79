import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// Choices, limits and other parameters, in each format.
@Suite struct ParameterTests {
    let weather = ToolDefinition(
        name: "get_weather", description: "The weather.",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])

    func body(_ dialect: Dialect, facts: ModelFacts? = nil, _ change: (inout ModelRequest) -> Void) throws -> Value {
        var request = dialect.request()
        change(&request)
        return try #require(try dialect.codec(facts: facts).encode(request).body)
    }

    // MARK: Choices

    @Test(arguments: [true, false]) func toolChoice(isForcible: Bool) throws {
        func choice(_ dialect: Dialect, _ choice: ToolChoice) throws -> Value {
            try body(dialect, facts: dialect.facts([.forcedToolChoice: isForcible])) {
                $0.tools = [weather, ToolDefinition(name: "other", description: "", parameters: ["type": "object"])]
                $0.toolChoice = choice
            }
        }
        #expect(try choice(.chat, .none)["tool_choice"] == "none")
        #expect(try choice(.chat, .automatic)["tool_choice"] == .null)
        #expect(try choice(.chat, .required)["tool_choice"] == (isForcible ? "required" : .null))
        #expect(
            try choice(.responses, .named("other"))["tool_choice"]
                == (isForcible ? ["type": "function", "name": "other"] : .null))
        #expect(try choice(.anthropic, .required)["tool_choice"] == (isForcible ? ["type": "any"] : .null))
        #expect(try choice(.anthropic, .named("other"))["tools"].arrayValue?.count == (isForcible ? 2 : 1))
        #expect(
            try choice(.gemini, .required)["toolConfig"]
                == (isForcible ? ["functionCallingConfig": ["mode": "ANY"]] : .null))
        #expect(try choice(.ollama, .named("other"))["tools"].arrayValue?.count == 1)
        #expect(try choice(.ollama, .none)["tools"] == .null)
    }

    @Test func oneCallAtATime() throws {
        func change(_ request: inout ModelRequest) {
            request.tools = [weather]
            request.allowsParallelToolCalls = false
        }
        #expect(try body(.chat, change)["parallel_tool_calls"] == false)
        #expect(try body(.responses, change)["parallel_tool_calls"] == false)
        #expect(try body(.anthropic, change)["tool_choice"] == ["type": "auto", "disable_parallel_tool_use": true])
    }

    // MARK: Parameters

    @Test func samplingParameters() throws {
        func temperature(_ dialect: Dialect, _ takes: Bool?) throws -> Value {
            let facts = takes.map { dialect.facts([.samplingParameters: $0]) }
            let body = try body(dialect, facts: facts) { $0.temperature = 0.5 }
            return [body["temperature"], body["options"]["temperature"], body["generationConfig"]["temperature"]]
                .first { !$0.isNull } ?? .null
        }
        for dialect in Dialect.allCases {
            #expect(try temperature(dialect, true) == 0.5)
            #expect(try temperature(dialect, false) == .null)
            #expect(try temperature(dialect, nil) == (dialect == .anthropic ? .null : 0.5))
        }
        let reasons = Dialect.responses.facts([.reasoning: true])
        #expect(try body(.responses, facts: reasons) { $0.temperature = 0.5 }["temperature"] == .null)
        #expect(
            try body(.responses, facts: reasons) {
                $0.temperature = 0.5
                $0.effort = ReasoningEffort.none
            }["temperature"] == 0.5)
    }

    @Test func anthropicVersions() throws {
        func wire(_ facts: ModelFacts?, version: String? = nil, temperature: Double?) throws -> WireRequest {
            var settings = Dialect.anthropic.settings
            settings.apiVersion = version
            var request = Dialect.anthropic.request()
            request.temperature = temperature
            return try Dialect.anthropic.codec(facts: facts, settings: settings).encode(request)
        }
        let sampling = Dialect.anthropic.facts([.samplingParameters: true])
        let new = try wire(sampling, temperature: nil)
        #expect(new.headers["anthropic-version"] == "2026-10-21" && new.authorization == .bearer)
        let old = try wire(sampling, temperature: 0)
        #expect(old.headers["anthropic-version"] == "2023-06-01" && old.authorization == .header("x-api-key"))
        #expect(old.body?["temperature"] == 0)
        let pinned = try wire(sampling, version: "2026-10-21", temperature: 0)
        #expect(pinned.headers["anthropic-version"] == "2026-10-21" && pinned.body?["temperature"] == .null)
    }

    @Test func longestAnswers() throws {
        let names: [Dialect: String] = [
            .chat: "max_completion_tokens", .compatible: "max_tokens", .responses: "max_output_tokens",
            .anthropic: "max_tokens",
        ]
        for (dialect, name) in names {
            #expect(try body(dialect) { $0.maxTokens = 100 }[name] == 100)
            let facts = dialect.facts([:], maxOutputTokens: 50)
            #expect(try body(dialect, facts: facts) { $0.maxTokens = 100 }[name] == 50)
        }
        #expect(
            try body(.anthropic, facts: Dialect.anthropic.facts([:], maxOutputTokens: 50)) { _ in }["max_tokens"] == 50)
        #expect(try body(.gemini) { $0.maxTokens = 100 }["generationConfig"]["maxOutputTokens"] == 100)
        #expect(try body(.ollama) { $0.maxTokens = 100 }["options"]["num_predict"] == 100)
    }

    @Test func effort() throws {
        func body(_ dialect: Dialect, _ effort: ReasoningEffort, _ facts: [ModelCapability: Bool] = [:]) throws -> Value
        {
            try self.body(dialect, facts: dialect.facts(facts)) { $0.effort = effort }
        }
        #expect(try body(.chat, .high)["reasoning_effort"] == "high")
        #expect(try body(.chat, .high, [.reasoning: false])["reasoning_effort"] == .null)
        #expect(try body(.responses, .none, [.effortNone: false])["reasoning"] == ["effort": "low"])
        #expect(try body(.responses, .low)["include"] == ["reasoning.encrypted_content"])
        #expect(try body(.anthropic, .minimal)["output_config"] == ["effort": "low"])
        #expect(try body(.anthropic, .max, [.reasoning: true])["thinking"] == ["type": "adaptive"])
        #expect(try body(.gemini, .medium)["generationConfig"]["thinkingConfig"] == ["thinkingLevel": "MEDIUM"])
        #expect(try body(.ollama, .none)["think"] == false)
        #expect(try body(.ollama, .xhigh)["think"] == "high")
        let withTools = try self.body(.chat, facts: Dialect.chat.facts([.effortNone: true])) {
            $0.effort = .high
            $0.tools = [weather]
        }
        #expect(withTools["reasoning_effort"] == "none")
    }

    /// Generation 2.5 of Gemini takes a number of tokens.
    @Test(arguments: [
        ("gemini-2.5-flash", ReasoningEffort.none, 0), ("gemini-2.5-flash-lite", .low, 1024),
        ("models/gemini-2.5-flash", .medium, 8192), ("gemini-2.5-flash", .max, 24_576), ("gemini-2.5-pro", .none, 128),
        ("gemini-2.5-pro", .high, 24_576), ("gemini-2.5-pro", .xhigh, 32_768),
    ])
    func thinkingBudgets(name: String, effort: ReasoningEffort, tokens: Int) throws {
        let model = ModelID(provider: "google", name: name)
        let target = WireTarget(settings: Dialect.gemini.settings, model: model, facts: nil, callSeed: "seed")
        var request = Dialect.gemini.request()
        request.effort = effort
        let body = try #require(try GeminiCodec(target: target).encode(request).body)
        #expect(body["generationConfig"] == ["thinkingConfig": ["thinkingBudget": .int(tokens)]])
    }

    @Test func stopsSeedsAndStreams() throws {
        func change(_ request: inout ModelRequest) {
            request.stopSequences = ["END"]
            request.seed = 7
            request.streams = false
        }
        let chat = try body(.chat, change)
        #expect(chat["stop"] == ["END"] && chat["seed"] == 7 && chat["stream"] == .null)
        #expect(try body(.anthropic, change)["stop_sequences"] == ["END"])
        #expect(try body(.gemini, change)["generationConfig"] == ["stopSequences": ["END"], "seed": 7])
        let ollama = try body(.ollama, change)
        #expect(ollama["stream"] == false && ollama["options"] == ["seed": 7, "stop": ["END"]])
        #expect(try body(.chat) { _ in }["stream_options"] == ["include_usage": true])
    }

    @Test func ollamaContext() throws {
        #expect(try body(.ollama) { _ in }["options"] == .null)
        let long = String(repeating: "word ", count: 10_000)
        #expect(try body(.ollama) { $0.messages = [.user(long)] }["options"]["num_ctx"] == 32_768)
        var facts = Dialect.ollama.facts([:])
        facts.contextWindow = 8192
        #expect(try body(.ollama, facts: facts) { $0.messages = [.user(long)] }["options"]["num_ctx"] == 8192)
    }
}
