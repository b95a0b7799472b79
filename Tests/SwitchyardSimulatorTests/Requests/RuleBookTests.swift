import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Which rule answers: read as transcripts of requests and the replies they get.
struct RuleBookTests {
    private func request(
        _ question: String = "Hello, world", provider: String = "openai", model: String = "gpt-6-luna",
        system: String = "Be kind.", tools: Int = 0, schema: Value? = nil, results: [String] = [],
        streams: Bool = false
    ) -> SimulatedRequest {
        var request = SimulatedRequest(
            provider: provider, path: "/v1/chat/completions", model: model,
            body: ["question": .string(question), "temperature": 0.5])
        request.system = system
        request.turns = [.init(role: .user, text: question)]
        if !results.isEmpty {
            request.turns.append(.init(role: .assistant, text: ""))
            request.turns += results.map { .init(role: .tool, text: $0) }
        }
        request.tools = (0..<tools).map { ToolDefinition(name: "t\($0)", description: "", parameters: [:]) }
        request.schema = schema
        request.streams = streams
        return request
    }

    /// The texts that requests get, `-` for none of the rules.
    private func replies(_ rules: String, _ requests: [SimulatedRequest]) throws -> [String] {
        var book = RuleBook(try scenario(rules).rules)
        return requests.map { request in
            let choice = book.choice(for: request)
            guard choice.rule != nil, case .text(let text) = choice.reply.content else { return "-" }
            return text.literalText ?? "?"
        }
    }

    @Test(arguments: [
        ("provider: openai", true), ("provider: ollama", false), ("model: 'gpt-*'", true),
        ("model: 'gpt-?-luna'", true), ("model: 'luna'", false), ("model: 'gpt.6*'", false),
        ("path: '/v1/*'", true), ("path: '/v1'", false), ("contains: WORLD", true), ("contains: kind", false),
        ("{contains: kind, in: system}", true), ("{contains: temperature, in: anything}", true),
        ("regex: 'w.rld$'", true), ("regex: '^world'", false), ("regex: '(?i)^HELLO'", true),
        ("has_tools: true", false), ("has_tools: false", true), ("has_schema: true", false),
        ("has_tool_results: true", false), ("streams: false", true), ("streams: true", false), ("call: 1", true),
        ("call: 2-", false), ("{provider: openai, model: x}", false),
    ])
    func `conditions`(match: String, fits: Bool) throws {
        let rule = match.hasPrefix("{") ? match : "{\(match)}"
        #expect(try replies("- {match: \(rule), reply: Yes}", [request()]) == [fits ? "Yes" : "-"])
    }

    @Test func `requests that have what is asked for`() throws {
        #expect(try replies("- {match: {has_tools: true}, reply: Yes}", [request(tools: 1)]) == ["Yes"])
        #expect(try replies("- {match: {has_schema: true}, reply: Yes}", [request(schema: [:])]) == ["Yes"])
        #expect(try replies("- {match: {has_tool_results: true}, reply: Yes}", [request(results: ["x"])]) == ["Yes"])
        #expect(try replies("- {match: {streams: true}, reply: Yes}", [request(streams: true)]) == ["Yes"])
    }

    @Test func `the first rule that fits answers`() throws {
        let rules = "- {match: {contains: a}, reply: A}\n- {match: {contains: b}, reply: B}\n- {reply: other}"
        #expect(
            try replies(rules, ["b", "ab", "c"].map { request($0) }) == ["B", "A", "other"])
    }

    @Test func `a rule that was used often enough is passed over`() throws {
        let rules = "- {match: {contains: x}, times: 2, reply: A}\n- {reply: B}"
        #expect(
            try replies(rules, ["x", "y", "x", "x"].map { request($0) }) == ["A", "B", "A", "B"])
    }

    @Test func `calls are counted by rule among the requests that meet its other conditions`() throws {
        let rules = "- {match: {contains: x, call: 2-3}, reply: A}\n- {match: {call: 2}, reply: B}\n- {reply: C}"
        #expect(
            try replies(rules, ["x", "y", "x", "x", "x"].map { request($0) }) == ["C", "B", "A", "A", "C"])
    }

    @Test func `a sequence goes on with its last reply, or ends with times`() throws {
        let endless = "- {sequence: [a, b]}"
        let ending = "- {sequence: [a, b], times: 3}"
        let four = Array(repeating: request(), count: 4)
        #expect(try replies(endless, four) == ["a", "b", "b", "b"])
        #expect(try replies(ending, four) == ["a", "b", "b", "-"])
    }

    @Test func `other paths are answered by rules that name them, and by no others`() throws {
        var book = RuleBook(
            try scenario("- {reply: all}\n- {match: {path: /v1/models, provider: anthropic}, reply: {fault: auth}}")
                .rules)
        #expect(book.choice(provider: "openai", path: "/v1/models") == nil)
        #expect(book.choice(provider: "anthropic", path: "/v1/models")?.rule == 1)
        #expect(book.choice(provider: "anthropic", path: "/v1/messages/count_tokens") == nil)
    }
}
