import SwitchyardCore

/// OpenAI's Chat Completions, as OpenAI and the many servers that imitate it speak it.
struct ChatCodec: WireCodec {
    let target: WireTarget
    let framing = StreamFraming.serverSentEvents
    let knowsShouldRetry = true

    /// Whether the server is one that only imitates OpenAI: it is sent what all of them know.
    var isCompatible: Bool { target.settings.kind != .openai }

    func encode(_ request: ModelRequest) throws(WireFailure) -> WireRequest {
        WireRequest("POST", "/chat/completions", body: try ChatRequest(codec: self).body(request))
    }

    func makeDecoder(for request: ModelRequest) -> any StreamDecoder { ChatStream(codec: self) }

    func reply(from body: Value, to request: ModelRequest) throws(WireFailure) -> WireReply {
        if let failure = failure(in: body, status: nil) { throw failure }
        guard let choice = body["choices"].arrayValue?.first else {
            throw WireFailure(.invalidOutput, .misses("choices"))
        }
        var answer = ChatAnswer()
        _ = try answer.add(choice["message"], finish: choice["finish_reason"].stringValue)
        answer.usage = body["usage"]
        answer.model = body["model"].stringValue
        return answer.reply(codec: self)
    }

    /// llama.cpp counts; others answer that they know no such address.
    func encodeTokenCount(of request: ModelRequest) throws(WireFailure) -> WireRequest? {
        guard isCompatible else { return try ResponsesCodec(target: target).encodeTokenCount(of: request) }
        return WireRequest("POST", "/chat/completions/input_tokens", body: try ChatRequest(codec: self).body(request))
    }

    func tokenCount(in body: Value) -> Int? { WireCount.of(body["input_tokens"]) }

    // MARK: Dialects

    /// An error may stand within a choice, and in a stream or a body whose status was fine.
    func failure(in value: Value, status: Int?) -> WireFailure? {
        let body = ErrorBody(value) ?? value["choices"].arrayValue?.first.flatMap { ErrorBody($0) }
        return body?.failure(status: status)
    }

    static func usage(_ usage: Value) -> TokenUsage {
        let prompt = WireCount.of(usage["prompt_tokens"])
        // DeepSeek has its own name for what OpenAI calls cached.
        let cached =
            WireCount.of(usage["prompt_tokens_details"]["cached_tokens"])
            ?? WireCount.part(usage["prompt_cache_hit_tokens"], of: prompt)
        let written = WireCount.part(usage["prompt_tokens_details"]["cache_write_tokens"], of: prompt)
        return TokenUsage(
            uncachedInput: WireCount.rest(of: prompt, without: cached, written), cacheRead: cached, cacheWrite: written,
            output: WireCount.of(usage["completion_tokens"]),
            reasoning: WireCount.of(usage["completion_tokens_details"]["reasoning_tokens"]))
    }

    static func finish(_ reason: String?) -> FinishReason {
        switch reason {
        case nil, "stop": .stop
        case "length": .length
        case "tool_calls", "function_call": .toolCalls
        case "content_filter": .refused("content_filter")
        case let other?: .other(other)
        }
    }
}
