import SwitchyardCore

/// Ollama's chat.
struct OllamaFormat: WireFormat {
    let provider = "ollama"

    func request(
        _ body: Value, model: String?, provider: String, path: String, header: (String) -> String?
    ) throws(Refusal) -> SimulatedRequest {
        guard let model = body["model"].stringValue, !model.isEmpty else {
            throw Refusal(invalid: "model is required")
        }
        var request = SimulatedRequest(provider: provider, path: path, model: model, body: body)
        var system: [String] = []
        for message in body["messages"].arrayValue ?? [] {
            let text = message["content"].contentText
            switch message["role"].stringValue {
            case "system"?: system.append(text)
            case "assistant"?: request.turns.append(.init(role: .assistant, text: text))
            case "tool"?: request.turns.append(.init(role: .tool, text: text))
            default: request.turns.append(.init(role: .user, text: text))
            }
        }
        request.system = system.joined(separator: "\n")
        request.tools = OpenAI.tools(body, wraps: true)
        switch body["format"] {
        case .object: request.schema = body["format"]
        case .string("json"): request.wantsJSON = true
        case .null, .bool, .int, .double, .string, .array: break
        }
        request.maxTokens = body["options"]["num_predict"].intValue.flatMap { $0 > 0 ? $0 : nil }
        request.stopSequences = body["options"]["stop"].stopTexts
        request.streams = body["stream"].boolValue ?? true
        return request
    }

    func whole(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> Value {
        let message = Value.members([
            ("role", "assistant"), ("content", .string(answer.text)),
            ("thinking", answer.reasoning.map(Value.string)),
            ("tool_calls", answer.calls.isEmpty ? .none : .array(calls(answer, envelope))),
        ])
        return line(message, request, envelope).with(end(answer))
    }

    private func line(_ message: Value, _ request: SimulatedRequest, _ envelope: Envelope) -> Value {
        [
            "model": .string(request.model), "created_at": .string(envelope.now.iso8601), "message": message,
            "done": false,
        ]
    }

    /// What the last line has more than the others.
    private func end(_ answer: Answer) -> Value {
        let reason =
            switch answer.finish {
            case .stop, .toolCalls, .refused: "stop"
            case .length: "length"
            case .other(let word): word
            }
        return .members([
            ("done", true), ("done_reason", .string(reason)), ("total_duration", 174_560_334),
            ("load_duration", 101_397_084), ("prompt_eval_count", answer.usage.map { Value($0.input) }),
            ("prompt_eval_duration", 13_074_791), ("eval_count", answer.usage.map { Value($0.output) }),
            ("eval_duration", 52_479_709),
        ])
    }

    private func calls(_ answer: Answer, _ envelope: Envelope) -> [Value] {
        answer.calls.enumerated().map { index, call in
            [
                "id": .string(envelope.id("call_", length: 8, part: index)),
                "function": ["index": .int(index), "name": .string(call.name), "arguments": call.value],
            ]
        }
    }

    func frames(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> [Frame] {
        let empty: Value = ["role": "assistant", "content": ""]
        func message(_ members: Value) -> Value {
            line(empty.with(members), request, envelope)
        }
        var frames = answer.pieces(of: answer.reasoning ?? "").map {
            Frame(message(["thinking": .string($0)]), isPiece: true)
        }
        frames += answer.pieces(of: answer.text).map { Frame(message(["content": .string($0)]), isPiece: true) }
        frames += calls(answer, envelope).map { Frame(message(["tool_calls": [$0]]), isPiece: true) }
        frames.append(Frame(message([:]).with(end(answer))))
        return frames
    }

    func errorFrame(
        _ kind: ErrorKind, at index: Int, to request: SimulatedRequest, _ envelope: Envelope
    ) -> Frame {
        Frame(refusal(Refusal(kind), model: request.model, envelope).body)
    }

    func framing(of request: SimulatedRequest) -> Framing { .jsonLines }

    func refusal(_ refusal: Refusal, model: String?, _ envelope: Envelope) -> (status: Int, body: Value) {
        let status =
            switch refusal.kind {
            case .invalidRequest, .contextOverflow: 400
            case .auth: 401
            case .permission: 403
            case .notFound: 404
            case .rateLimit, .quota: 429
            case .server: 500
            case .unavailable, .overloaded: 503
            case .timeout: 504
            }
        return (
            refusal.status ?? status,
            .members([
                ("error", .string(refusal.message ?? refusal.kind.text(model: model))),
                ("signin_url", refusal.kind == .auth ? .string("https://ollama.com/connect?name=simulated") : .none),
            ])
        )
    }

    func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)] { [] }
}
