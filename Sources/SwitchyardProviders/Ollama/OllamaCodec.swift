import SwitchyardCore

/// Ollama's own chat: a JSON object a line, the same shape whole and in pieces.
struct OllamaCodec: WireCodec {
    let target: WireTarget
    let framing = StreamFraming.lines

    func encode(_ request: ModelRequest) throws(WireFailure) -> WireRequest {
        WireRequest("POST", "/api/chat", body: try OllamaRequest(target: target).body(request))
    }

    func makeDecoder(for request: ModelRequest) -> any StreamDecoder { OllamaStream(codec: self) }

    func reply(from body: Value, to request: ModelRequest) throws(WireFailure) -> WireReply {
        var stream = OllamaStream(codec: self)
        _ = try stream.receive(.json(body))
        return try stream.finish()
    }
}

/// The answer of Ollama's chat.
struct OllamaStream: StreamDecoder {
    let codec: OllamaCodec
    private var text = ""
    private var thinking = ""
    private var calls: [ToolCall] = []
    private var last: Value = .null

    init(codec: OllamaCodec) {
        self.codec = codec
    }

    var isOver: Bool { !last.isNull }

    mutating func receive(_ event: StreamEvent) throws(WireFailure) -> [ModelDelta] {
        guard case .json(let line) = event else { return [] }
        if let failure = codec.failure(in: line, status: nil) { throw failure }
        var deltas: [ModelDelta] = []
        let message = line["message"]
        if let piece = message["thinking"].stringValue, !piece.isEmpty {
            thinking += piece
            deltas.append(.reasoning(piece))
        }
        if let piece = message["content"].stringValue, !piece.isEmpty {
            text += piece
            deltas.append(.text(piece))
        }
        for call in message["tool_calls"].arrayValue ?? [] {
            guard let call = decoded(call) else { continue }
            calls.append(call)
            deltas.append(.toolCall(name: call.name))
        }
        if line["done"] == true { last = line }
        return deltas
    }

    mutating func finish() throws(WireFailure) -> WireReply {
        guard isOver else { throw WireFailure(.transport, .cutOff) }
        var parts: [MessagePart] = []
        if !thinking.isEmpty {
            parts.append(
                .carried(CarriedState(model: codec.target.model, content: ["thinking": .string(thinking)])))
        }
        if !text.isEmpty { parts.append(.text(text)) }
        let usage = TokenUsage(
            uncachedInput: WireCount.of(last["prompt_eval_count"]), output: WireCount.of(last["eval_count"]))
        return WireReply(
            parts: parts + calls.map(MessagePart.toolCall), finish: reason, usage: usage, rawUsage: rawUsage,
            answeredBy: last["model"].stringValue)
    }

    /// Calls come whole; older servers give them no id.
    private func decoded(_ call: Value) -> ToolCall? {
        let function = call["function"]
        guard let name = function["name"].stringValue, !name.isEmpty else { return nil }
        let arguments: ToolCall.Arguments =
            switch function["arguments"] {
            case .object: .object(function["arguments"])
            case .null: .object([:])
            case .string(let text): ToolCall.Arguments(parsing: text)
            case .bool, .int, .double, .array: .malformed(function["arguments"].rendered)
            }
        let id = call["id"].stringValue.flatMap { $0.isEmpty ? nil : $0 }
        return ToolCall(
            id: id ?? ToolCall.madeUpID(calls.count, seed: codec.target.callSeed), name: name, arguments: arguments)
    }

    private var reason: FinishReason {
        switch last["done_reason"].stringValue {
        case nil, "stop": .stop
        case "length": .length
        case let other?: .other(other)
        }
    }

    private var rawUsage: Value {
        let counts = ["prompt_eval_count", "eval_count", "total_duration", "load_duration"].reduce([:] as Value) {
            last[$1].isNull ? $0 : $0.adding([$1: last[$1]])
        }
        return counts == [:] ? .null : counts
    }
}
