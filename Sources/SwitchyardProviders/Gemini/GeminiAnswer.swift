import SwitchyardCore

/// The streamed answer of generateContent: whole answers that each hold a piece.
struct GeminiStream: StreamDecoder {
    let codec: GeminiCodec
    private var answer: GeminiAnswer
    let isOver = false

    init(codec: GeminiCodec) {
        self.codec = codec
        answer = GeminiAnswer(target: codec.target)
    }

    mutating func receive(_ event: StreamEvent) throws(WireFailure) -> [ModelDelta] {
        guard case .json(let chunk) = event else { return [] }
        if let failure = codec.failure(in: chunk, status: nil) { throw failure }
        return answer.add(chunk)
    }

    mutating func finish() throws(WireFailure) -> WireReply { try answer.reply() }
}

/// What has come of an answer of generateContent.
struct GeminiAnswer {
    let target: WireTarget
    private var parts: [MessagePart] = []
    private var callCount = 0
    private var finish: String?
    private var blockReason: String?
    private var usage: Value = .null
    private var model: String?

    init(target: WireTarget) {
        self.target = target
    }

    mutating func add(_ chunk: Value) -> [ModelDelta] {
        // The counts are of everything so far.
        if chunk["usageMetadata"].objectValue != nil { usage = chunk["usageMetadata"] }
        model = chunk["modelVersion"].stringValue ?? model
        blockReason = chunk["promptFeedback"]["blockReason"].stringValue ?? blockReason
        guard let candidate = chunk["candidates"].arrayValue?.first else { return [] }
        finish = candidate["finishReason"].stringValue ?? finish
        return (candidate["content"]["parts"].arrayValue ?? []).compactMap { add(part: $0) }
    }

    private mutating func add(part: Value) -> ModelDelta? {
        let signature = part["thoughtSignature"].stringValue
        if part["functionCall"].objectValue != nil {
            let call = part["functionCall"]
            guard let name = call["name"].stringValue, !name.isEmpty else { return nil }
            callCount += 1
            let id = call["id"].stringValue.flatMap { $0.isEmpty ? nil : $0 }
            parts.append(
                .toolCall(
                    ToolCall(
                        id: id ?? ToolCall.madeUpID(callCount - 1, seed: target.callSeed), name: name,
                        arguments: .object(call["args"].objectValue == nil ? [:] : call["args"]), signature: signature,
                        signedBy: signature == nil ? nil : target.model)))
            return .toolCall(name: name)
        }
        guard let text = part["text"].stringValue else { return nil }
        // A summary of thoughts; it is not sent back.
        if part["thought"] == true { return text.isEmpty ? nil : .reasoning(text) }
        if let signature {
            if !text.isEmpty { parts.append(.text(text)) }
            parts.append(
                .carried(
                    CarriedState(
                        model: target.model, content: ["text": .string(text), "thoughtSignature": .string(signature)])))
        } else if !text.isEmpty {
            // A signed text is followed by its signature, so that nothing is added to it.
            if case .text(let before)? = parts.last {
                parts[parts.count - 1] = .text(before + text)
            } else {
                parts.append(.text(text))
            }
        }
        return text.isEmpty ? nil : .text(text)
    }

    func reply() throws(WireFailure) -> WireReply {
        guard let finish else {
            if let blockReason { throw WireFailure(.refused, .said(nil), code: blockReason) }
            throw WireFailure(.transport, .cutOff)
        }
        return WireReply(
            parts: parts, finish: Self.finish(finish), usage: Self.usage(usage), rawUsage: usage, answeredBy: model)
    }

    static func finish(_ reason: String) -> FinishReason {
        switch reason {
        case "STOP": .stop
        case "MAX_TOKENS": .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "LANGUAGE",
            "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
            .refused(reason)
        default: .other(reason)
        }
    }

    /// Thoughts are billed as output, and are not among the candidates' tokens.
    static func usage(_ usage: Value) -> TokenUsage {
        let prompt = WireCount.of(usage["promptTokenCount"])
        let tools = WireCount.of(usage["toolUsePromptTokenCount"])
        let cached = WireCount.part(usage["cachedContentTokenCount"], of: prompt)
        let thoughts = WireCount.of(usage["thoughtsTokenCount"])
        let candidates = WireCount.of(usage["candidatesTokenCount"])
        // An answer of nothing has no count of its own.
        let total = WireCount.of(usage["totalTokenCount"])
        let rest = prompt == nil ? nil : WireCount.rest(of: total, without: prompt, tools)
        return TokenUsage(
            uncachedInput: WireCount.rest(of: prompt.map { $0 + (tools ?? 0) }, without: cached), cacheRead: cached,
            output: candidates == nil && thoughts == nil ? rest : (candidates ?? 0) + (thoughts ?? 0),
            reasoning: thoughts)
    }
}
