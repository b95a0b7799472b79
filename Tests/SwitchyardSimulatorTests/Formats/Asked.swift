import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// What a simulator sends for one request, without a server.
struct Asked {
    var path: String
    var headers: [String: String] = [:]

    static let chat = Asked(path: "/v1/chat/completions")
    static let responses = Asked(path: "/v1/responses")
    static let messages = Asked(path: "/v1/messages", headers: ["anthropic-version": "2026-10-21"])
    static let gemini = Asked(path: "/v1beta/models/gemini-3.8-flash:generateContent")
    static let geminiStream = Asked(path: "/v1/models/gemini-3.8-flash:streamGenerateContent?alt=sse")
    static let geminiArray = Asked(path: "/v1/models/gemini-3.8-flash:streamGenerateContent")
    static let ollama = Asked(path: "/api/chat")

    func script(_ body: String, rules: String) throws -> Script {
        try scripts([body], rules: rules)[0]
    }

    func scripts(_ bodies: [String], rules: String) throws -> [Script] {
        let scenario = try scenario(rules, head: "stream: {chunk_tokens: 2}")
        let time = try #require(Timestamp(iso8601: "2026-11-21T10:00:00Z"))
        let exchange = Exchange(scenario, now: { time }, onRequest: { _ in })
        return bodies.map {
            exchange.script(for: IncomingRequest(method: "POST", path: path, headers: headers, body: $0))
        }
    }

    /// The head and the body, as a person reads them.
    func transcript(_ body: String, rules: String) throws -> String {
        let script = try script(body, rules: rules)
        let head = script.headers.map { "\($0.name): \($0.value)\n" }.joined()
        var text = script.text
        if script.length != nil, let value = try? JSON.parse(text) {
            text = JSON.text(of: value, layout: .indented) + "\n"
        }
        return "\(script.status)\n\(head)\n\(text)"
    }
}
