import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Requests that are no question to a model.
struct ListsTests {
    private static let rules = "- {match: {path: /v1/models, provider: spare}, reply: {fault: auth}}"

    private func get(_ path: String, headers: [String: String] = [:], body: String? = nil) throws -> (Int, Value) {
        let scenario = try scenario(Self.rules, head: "models: [both, openai/o, anthropic/a, google/g, ollama/l, x/y]")
        let exchange = Exchange(scenario, now: { Timestamp(microseconds: 0) }, onRequest: { _ in })
        let script = exchange.script(
            for: IncomingRequest(
                method: body == nil ? "GET" : "POST", path: path, headers: headers, body: body ?? ""))
        return (script.status, try JSON.parse(script.text))
    }

    private func names(_ value: Value, _ list: String, _ member: String) -> [String] {
        (value[list].arrayValue ?? []).map { $0[member].rendered }
    }

    @Test func `each provider's clients see its models`() throws {
        #expect(names(try get("/v1/models").1, "data", "id") == ["both", "o", "x/y"])
        let version = ["anthropic-version": "2026-10-21"]
        let anthropic = try get("/v1/models?limit=20", headers: version).1
        #expect(names(anthropic, "data", "id") == ["both", "a", "x/y"])
        #expect(anthropic["first_id"] == "both" && anthropic["has_more"] == false)
        let google = try get("/v1/models", headers: ["x-goog-api-key": "k"]).1
        #expect(names(google, "models", "name") == ["models/both", "models/g", "models/x/y"])
        #expect(names(try get("/v1beta/models?key=k").1, "models", "name").count == 3)
        #expect(names(try get("/api/tags").1, "models", "name") == ["both", "l", "x/y"])
        #expect(names(try get("/api/ps").1, "models", "name") == ["both"])
    }

    @Test func `one model, if it is there`() throws {
        #expect(try get("/v1/models/x/y").1["id"] == "x/y")
        #expect(try get("/v1/models/a").0 == 404)
        #expect(try get("/v1/models/a", headers: ["anthropic-version": "2023-06-01"]).1["type"] == "model")
        #expect(try get("/api/show", body: #"{"model":"l"}"#).1["capabilities"].arrayValue?.contains("tools") == true)
    }

    @Test func `tokens are counted as answers count them`() throws {
        let texts = #""messages":[{"role":"user","content":"One two three"}]"#
        let version = ["anthropic-version": "2026-10-21"]
        let counted = try get("/v1/messages/count_tokens", headers: version, body: #"{"model":"m",\#(texts)}"#).1
        let used = try get("/v1/messages", headers: version, body: #"{"model":"m","max_tokens":9,\#(texts)}"#).1
        #expect(counted["input_tokens"] == 7 && used["usage"]["input_tokens"] == 7)
        let contents = #"{"contents":[{"parts":[{"text":"One two three"}]}]}"#
        #expect(try get("/v1/models/g:countTokens", body: contents).1["totalTokens"] == 7)
        #expect(
            try get("/v1/models/g:countTokens", body: #"{"generateContentRequest":\#(contents)}"#).1["totalTokens"]
                == 7)
        let responses = try get("/v1/responses/input_tokens", body: #"{"model":"m","input":"One two three"}"#).1
        #expect(responses == ["object": "response.input_tokens", "input_tokens": 7])
    }

    @Test func `a rule that names the path answers instead`() throws {
        #expect(try get("/spare/v1/models").0 == 401)
        #expect(try get("/v1/models").0 == 200)
    }
}
