import SwitchyardCore

/// Anthropic's Messages.
struct AnthropicCodec: WireCodec {
    /// The newest version; it refuses `temperature` and its kind for every model.
    static let newestVersion = "2026-10-21"
    /// The version before, for models that still take them.
    static let samplingVersion = "2023-06-01"

    let target: WireTarget
    let framing = StreamFraming.serverSentEvents
    /// It says so in words alone.
    let namesOverflow = false
    let knowsShouldRetry = true

    func encode(_ request: ModelRequest) throws(WireFailure) -> WireRequest {
        let version = version(for: request)
        return wire("/messages", try AnthropicRequest(codec: self, version: version).body(request), version)
    }

    func makeDecoder(for request: ModelRequest) -> any StreamDecoder {
        AnthropicStream(codec: self, structuredTool: structuredTool(for: request))
    }

    func encodeTokenCount(of request: ModelRequest) throws(WireFailure) -> WireRequest? {
        let version = version(for: request)
        return wire(
            "/messages/count_tokens", try AnthropicRequest(codec: self, version: version).counted(request), version)
    }

    func tokenCount(in body: Value) -> Int? { WireCount.of(body["input_tokens"]) }

    func reply(from body: Value, to request: ModelRequest) throws(WireFailure) -> WireReply {
        if let failure = failure(in: body, status: nil) { throw failure }
        guard let content = body["content"].arrayValue else { throw WireFailure(.invalidOutput, .misses("content")) }
        return reply(
            blocks: content.enumerated().map { block($1, number: $0) }, stop: body["stop_reason"].stringValue,
            details: body["stop_details"], usage: body["usage"], model: body["model"].stringValue,
            structuredTool: structuredTool(for: request))
    }

    private func wire(_ path: String, _ body: Value, _ version: String) -> WireRequest {
        // Both ways to write the address are common.
        let hasVersion = target.settings.baseURL.hasSuffix("/v1")
        var request = WireRequest("POST", (hasVersion ? "" : "/v1") + path, body: body)
        request.headers["anthropic-version"] = version
        request.authorization = Self.authorization(version: version)
        return request
    }

    static func authorization(version: String) -> WireRequest.Authorization {
        version == samplingVersion ? .header("x-api-key") : .bearer
    }

    private func version(for request: ModelRequest) -> String {
        if let version = target.settings.apiVersion { return version }
        let needsSampling = request.temperature != nil && target.facts?.can(.samplingParameters) == true
        return needsSampling ? Self.samplingVersion : Self.newestVersion
    }

    /// The tool that stands for the schema, at models that take no schema but can be forced to call.
    func structuredTool(for request: ModelRequest) -> String? {
        guard let schema = request.outputSchema, target.facts?.can(.jsonSchema) == false,
            target.facts?.can(.forcedToolChoice) != false, request.tools.isEmpty, schema.schema["type"] == "object"
        else { return nil }
        return schema.name
    }

    // MARK: Answers

    /// A block of an answer.
    enum Block: Hashable {
        case part(MessagePart)
        case nothing
    }

    func block(_ block: Value, number: Int) -> Block {
        switch block["type"] {
        case "text":
            let text = block["text"].stringValue ?? ""
            return text.isEmpty ? .nothing : .part(.text(text))
        case "tool_use":
            guard let name = block["name"].stringValue, !name.isEmpty else { return .nothing }
            let id = block["id"].stringValue ?? ToolCall.madeUpID(number, seed: target.callSeed)
            let arguments: ToolCall.Arguments =
                switch block["input"] {
                case .object: .object(block["input"])
                case .null: .object([:])
                // What a stream brought that is no JSON.
                case .string(let text): .malformed(text)
                case .bool, .int, .double, .array: .malformed(block["input"].rendered)
                }
            return .part(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
        case "thinking" where block["signature"].stringValue?.isEmpty != false:
            // Unsigned thoughts are refused when they are sent back.
            return .nothing
        default: return .part(.carried(CarriedState(model: target.model, content: block)))
        }
    }

    func reply(
        blocks: [Block], stop: String?, details: Value, usage: Value, model: String?, structuredTool: String? = nil
    ) -> WireReply {
        let parts = blocks.compactMap { block -> MessagePart? in
            guard case .part(let part) = block else { return nil }
            guard case .toolCall(let call) = part, call.name == structuredTool else { return part }
            return .text(call.arguments.wireText)
        }
        let finish = structuredTool != nil && stop == "tool_use" ? .stop : finish(stop, details)
        return WireReply(
            parts: parts, finish: finish, usage: Self.usage(usage), rawUsage: usage, answeredBy: model)
    }

    private func finish(_ reason: String?, _ details: Value) -> FinishReason {
        switch reason {
        case nil, "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "refusal": .refused(details["category"].stringValue)
        case let other?: .other(other)
        }
    }

    static func usage(_ usage: Value) -> TokenUsage {
        let written = WireCount.of(usage["cache_creation_input_tokens"])
        let long = WireCount.of(usage["cache_creation"]["ephemeral_1h_input_tokens"])
        return TokenUsage(
            uncachedInput: WireCount.of(usage["input_tokens"]),
            cacheRead: WireCount.of(usage["cache_read_input_tokens"]),
            cacheWrite: WireCount.of(usage["cache_creation"]["ephemeral_5m_input_tokens"])
                ?? WireCount.rest(of: written, without: long),
            cacheWriteLong: long, output: WireCount.of(usage["output_tokens"]),
            reasoning: WireCount.of(usage["output_tokens_details"]["thinking_tokens"]))
    }
}
