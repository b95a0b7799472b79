import SwitchyardCore

/// OpenAI's Responses. Nothing is kept at the server: the conversation is sent whole, with the reasoning encrypted.
struct ResponsesCodec: WireCodec {
    let target: WireTarget
    let framing = StreamFraming.serverSentEvents
    let knowsShouldRetry = true

    func encode(_ request: ModelRequest) throws(WireFailure) -> WireRequest {
        WireRequest("POST", "/responses", body: try ResponsesRequest(target: target).body(request))
    }

    func makeDecoder(for request: ModelRequest) -> any StreamDecoder { ResponsesStream(codec: self) }

    func encodeTokenCount(of request: ModelRequest) throws(WireFailure) -> WireRequest? {
        WireRequest("POST", "/responses/input_tokens", body: try ResponsesRequest(target: target).counted(request))
    }

    func tokenCount(in body: Value) -> Int? { WireCount.of(body["input_tokens"]) }

    func reply(from body: Value, to request: ModelRequest) throws(WireFailure) -> WireReply {
        guard body["output"].arrayValue != nil || body["status"].stringValue != nil else {
            throw failure(in: body, status: nil) ?? WireFailure(.invalidOutput, .misses("output"))
        }
        return try reply(from: body, items: body["output"].arrayValue ?? [])
    }

    /// The answer of a response that has ended, made of `items`.
    func reply(from response: Value, items: [Value]) throws(WireFailure) -> WireReply {
        let status = response["status"].stringValue
        switch status {
        case nil, "completed", "incomplete": break
        case "failed", "cancelled", "in_progress", "queued":
            throw failure(in: response, status: nil) ?? WireFailure(.server, .said(nil), code: status)
        // A status that is not known yet says nothing about the items.
        default: break
        }
        var parts: [MessagePart] = []
        var isRefused = false
        for item in items {
            switch item["type"] {
            case "message":
                for content in item["content"].arrayValue ?? [] {
                    let text = content["text"].stringValue ?? content["refusal"].stringValue ?? ""
                    if !text.isEmpty { parts.append(.text(text)) }
                    if content["type"] == "refusal" { isRefused = true }
                }
            case "function_call": if let call = call(item, number: parts.count) { parts.append(.toolCall(call)) }
            case "reasoning":
                // Without it the server, which keeps nothing, would not know the item.
                guard item["encrypted_content"].stringValue != nil else { continue }
                parts.append(.carried(CarriedState(model: target.model, content: item)))
            default: continue
            }
        }
        let reason = response["incomplete_details"]["reason"].stringValue
        return WireReply(
            parts: parts, finish: isRefused ? .refused(nil) : finish(status: status, reason: reason),
            usage: Self.usage(response["usage"]), rawUsage: response["usage"],
            answeredBy: response["model"].stringValue)
    }

    private func call(_ item: Value, number: Int) -> ToolCall? {
        guard let name = item["name"].stringValue, !name.isEmpty else { return nil }
        let id = item["call_id"].stringValue ?? ToolCall.madeUpID(number, seed: target.callSeed)
        return ToolCall(
            id: id, name: name, arguments: ToolCall.Arguments(parsing: item["arguments"].stringValue ?? ""))
    }

    private func finish(status: String?, reason: String?) -> FinishReason {
        guard status == "incomplete" else { return .stop }
        return switch reason {
        case "max_output_tokens": .length
        case "content_filter": .refused("content_filter")
        case let other: .other(other ?? "incomplete")
        }
    }

    static func usage(_ usage: Value) -> TokenUsage {
        let details = usage["input_tokens_details"]
        let input = WireCount.of(usage["input_tokens"])
        let cached = WireCount.part(details["cached_tokens"], of: input)
        let written = WireCount.part(details["cache_write_tokens"], of: input)
        return TokenUsage(
            uncachedInput: WireCount.rest(of: input, without: cached, written), cacheRead: cached, cacheWrite: written,
            output: WireCount.of(usage["output_tokens"]),
            reasoning: WireCount.of(usage["output_tokens_details"]["reasoning_tokens"]))
    }
}
