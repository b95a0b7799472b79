import SwitchyardCore

/// The streamed answer of Chat Completions.
struct ChatStream: StreamDecoder {
    let codec: ChatCodec
    private var answer = ChatAnswer()
    private(set) var isOver = false

    init(codec: ChatCodec) {
        self.codec = codec
    }

    mutating func receive(_ event: StreamEvent) throws(WireFailure) -> [ModelDelta] {
        switch event {
        case .done:
            isOver = true
            return []
        case .json(let chunk):
            if let failure = codec.failure(in: chunk, status: nil) { throw failure }
            if chunk["usage"].objectValue != nil { answer.usage = chunk["usage"] }
            if let model = chunk["model"].stringValue { answer.model = model }
            // The chunk with the usage has no choices; a second choice was not asked for.
            guard let choice = chunk["choices"].arrayValue?.first(where: { ($0["index"].intValue ?? 0) == 0 }) else {
                return []
            }
            let delta = choice["delta"].isNull ? choice["message"] : choice["delta"]
            return try answer.add(delta, finish: choice["finish_reason"].stringValue)
        }
    }

    /// A stream that said why it ended is whole, with `[DONE]` or without.
    mutating func finish() throws(WireFailure) -> WireReply {
        guard isOver || answer.finish != nil else { throw WireFailure(.transport, .cutOff) }
        return answer.reply(codec: codec)
    }
}

/// What has come of an answer of Chat Completions.
struct ChatAnswer {
    private var text = ""
    private var reasoning = ""
    private var hasRefusal = false
    private var calls = ToolCallAssembly()
    private(set) var finish: String?
    var usage: Value = .null
    var model: String?

    /// Adds a message, or a piece of one.
    mutating func add(_ message: Value, finish: String?) throws(WireFailure) -> [ModelDelta] {
        var deltas: [ModelDelta] = []
        // Names of the same thing: DeepSeek's and llama.cpp's, and that of Ollama and OpenRouter.
        for name in ["reasoning_content", "reasoning"] {
            guard let piece = message[name].stringValue, !piece.isEmpty else { continue }
            reasoning += piece
            deltas.append(.reasoning(piece))
            break
        }
        for piece in Self.texts(message["content"]) + Self.texts(message["refusal"]) where !piece.isEmpty {
            text += piece
            deltas.append(.text(piece))
        }
        if message["refusal"].stringValue?.isEmpty == false { hasRefusal = true }
        for call in message["tool_calls"].arrayValue ?? [] {
            let function = call["function"]
            // An object where a text is promised: some servers parse the arguments themselves.
            let arguments = function["arguments"]
            let opened = calls.receive(
                index: call["index"].intValue, id: call["id"].stringValue, name: function["name"].stringValue,
                arguments: arguments.objectValue == nil ? arguments.stringValue : JSON.text(of: arguments))
            if let opened { deltas.append(.toolCall(name: opened)) }
        }
        if let finish {
            // OpenRouter's word for an upstream server that failed.
            if finish == "error" { throw WireFailure(.server, .said(nil), code: "error") }
            self.finish = finish
        }
        return deltas
    }

    func reply(codec: ChatCodec) -> WireReply {
        var parts: [MessagePart] = []
        if !reasoning.isEmpty, !calls.isEmpty, codec.isCompatible {
            parts.append(
                .carried(
                    CarriedState(model: codec.target.model, content: ["reasoning_content": .string(reasoning)])))
        }
        if !text.isEmpty { parts.append(.text(text)) }
        parts += calls.finish(seed: codec.target.callSeed).map(MessagePart.toolCall)
        return WireReply(
            parts: parts, finish: hasRefusal ? .refused(nil) : ChatCodec.finish(finish), usage: ChatCodec.usage(usage),
            rawUsage: usage, answeredBy: model)
    }

    /// A text, or the texts of a list of pieces.
    private static func texts(_ content: Value) -> [String] {
        if let text = content.stringValue { return [text] }
        return (content.arrayValue ?? []).compactMap { $0["type"] == "text" ? $0["text"].stringValue : nil }
    }
}
