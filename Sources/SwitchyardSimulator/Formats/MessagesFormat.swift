import SwitchyardCore

/// Anthropic's Messages, in both versions of the API.
struct MessagesFormat: WireFormat {
    let provider = "anthropic"

    static let versions = ["2023-06-01", "2026-10-21"]

    /// Models that refuse to be told which tool to call.
    private static let unforced = ["claude-fable-5-", "claude-opus-5-5", "claude-sonnet-5-5"]

    func request(
        _ body: Value, model: String?, provider: String, path: String, header: (String) -> String?
    ) throws(Refusal) -> SimulatedRequest {
        guard let version = header("anthropic-version") else {
            throw Refusal(invalid: "anthropic-version: header is required")
        }
        guard Self.versions.contains(version) else {
            throw Refusal(invalid: "anthropic-version: \"\(version)\" is not a valid version")
        }
        guard let model = body["model"].stringValue, !model.isEmpty else {
            throw Refusal(invalid: "model: Field required")
        }
        guard let messages = body["messages"].arrayValue, !messages.isEmpty else {
            throw Refusal(invalid: "messages: at least one message is required")
        }
        let isCounting = path.hasSuffix("count_tokens")
        let maxTokens = body["max_tokens"].intValue
        if !isCounting, maxTokens == nil { throw Refusal(invalid: "max_tokens: Field required") }
        if version == "2026-10-21" {
            for name in ["temperature", "top_p", "top_k"] where !body[name].isNull {
                throw Refusal(invalid: "\(name): Extra inputs are not permitted")
            }
        }
        let choice = body["tool_choice"]["type"].stringValue
        if ["any", "tool"].contains(choice), Self.unforced.contains(where: { model.hasPrefix($0) }) {
            throw Refusal(invalid: "tool_choice: forcing a tool is not supported by \(model)")
        }
        var request = SimulatedRequest(provider: provider, path: path, model: model, body: body)
        request.system = body["system"].contentText
        for message in messages { Self.read(message, into: &request) }
        request.tools = (body["tools"].arrayValue ?? []).compactMap { tool in
            tool["name"].stringValue.map {
                ToolDefinition(
                    name: $0, description: tool["description"].stringValue ?? "", parameters: tool["input_schema"])
            }
        }
        request.toolChoice =
            switch choice {
            case "any"?: .required
            case "none"?: .none
            case "tool"?: .named(body["tool_choice"]["name"].stringValue ?? "")
            default: .automatic
            }
        let format = body["output_config"]["format"]
        if format["type"].stringValue == "json_schema" { request.schema = format["schema"] }
        request.maxTokens = maxTokens
        request.stopSequences = body["stop_sequences"].stopTexts
        request.streams = body["stream"].boolValue ?? false
        return request
    }

    private static func read(_ message: Value, into request: inout SimulatedRequest) {
        let parts = message["content"].arrayValue ?? []
        for part in parts where part["type"].stringValue == "tool_result" {
            request.turns.append(.init(role: .tool, text: part["content"].contentText))
        }
        let text = message["content"].contentText
        switch message["role"].stringValue {
        case "assistant"?: request.turns.append(.init(role: .assistant, text: text))
        case "system"?: request.system += (request.system.isEmpty ? "" : "\n") + text
        default:
            let isOnlyResults = !parts.isEmpty && parts.allSatisfy { $0["type"].stringValue == "tool_result" }
            if !isOnlyResults { request.turns.append(.init(role: .user, text: text)) }
        }
    }
}
