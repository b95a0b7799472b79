import SwitchyardCore

/// OpenAI's Chat Completions, which compatible servers speak as well.
struct ChatFormat: WireFormat {
    let provider = "openai"

    func request(
        _ body: Value, model: String?, provider: String, path: String, header: (String) -> String?
    ) throws(Refusal) -> SimulatedRequest {
        var request = SimulatedRequest(
            provider: provider, path: path, model: try OpenAI.model(body), body: body)
        guard let messages = body["messages"].arrayValue, !messages.isEmpty else {
            throw Refusal(
                invalid: "Missing required parameter: 'messages'.", parameter: "messages",
                code: "missing_required_parameter")
        }
        if !body["max_tokens"].isNull, Self.reasons(request.model) {
            throw Refusal(
                invalid: "Unsupported parameter: 'max_tokens' is not supported with this model. "
                    + "Use 'max_completion_tokens' instead.",
                parameter: "max_tokens", code: "unsupported_parameter")
        }
        var system: [String] = []
        for message in messages {
            let text = message["content"].contentText
            switch message["role"].stringValue {
            case "system"?, "developer"?: system.append(text)
            case "assistant"?: request.turns.append(.init(role: .assistant, text: text))
            case "tool"?: request.turns.append(.init(role: .tool, text: text))
            default: request.turns.append(.init(role: .user, text: text))
            }
        }
        request.system = system.joined(separator: "\n")
        request.tools = OpenAI.tools(body, wraps: true)
        request.toolChoice = OpenAI.toolChoice(body["tool_choice"])
        let format = body["response_format"]
        switch format["type"].stringValue {
        case "json_schema"?: request.schema = format["json_schema"]["schema"]
        case "json_object"? where format["schema"].objectValue != nil: request.schema = format["schema"]
        case "json_object"?: request.wantsJSON = true
        default: break
        }
        request.maxTokens = body["max_completion_tokens"].intValue ?? body["max_tokens"].intValue
        request.stopSequences = body["stop"].stopTexts
        request.streams = body["stream"].boolValue ?? false
        request.includesUsage = body["stream_options"]["include_usage"].boolValue ?? false
        return request
    }

    /// Whether OpenAI's reasoning models have such names: they refuse `max_tokens`.
    private static func reasons(_ model: String) -> Bool {
        ["gpt-5", "gpt-6", "o1", "o3", "o4"].contains { model.hasPrefix($0) }
    }

    func whole(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> Value {
        let isRefusal = answer.finish == .refused(nil)
        let hasText = !answer.text.isEmpty || answer.calls.isEmpty
        let message = Value.members([
            ("role", "assistant"), ("content", hasText && !isRefusal ? .string(answer.text) : .null),
            ("refusal", isRefusal ? .string(answer.text) : .null),
            ("reasoning_content", answer.reasoning.map(Value.string)), ("annotations", []),
            ("tool_calls", answer.calls.isEmpty ? .none : .array(calls(answer, envelope))),
        ])
        return .members([
            ("id", id(envelope)), ("object", "chat.completion"), ("created", .int(envelope.seconds)),
            ("model", .string(request.model)),
            (
                "choices",
                [
                    [
                        "index": 0, "message": message, "logprobs": nil,
                        "finish_reason": .string(Self.finish(answer.finish)),
                    ]
                ]
            ),
            ("usage", answer.usage.map(Self.usage)), ("service_tier", "default"),
            ("system_fingerprint", "fp_simulated"),
        ])
    }

    private func id(_ envelope: Envelope) -> Value { .string(envelope.id("chatcmpl-", length: 29)) }

    private func calls(_ answer: Answer, _ envelope: Envelope) -> [Value] {
        answer.calls.enumerated().map { index, call in
            [
                "id": .string(envelope.id("call_", part: index)), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(call.text)],
            ]
        }
    }

    private static func finish(_ finish: FinishReason) -> String {
        switch finish {
        case .stop, .refused(nil): "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .refused: "content_filter"
        case .other(let word): word
        }
    }

    static func usage(_ usage: TokenUsage) -> Value {
        let (input, output) = (usage.input ?? 0, usage.output ?? 0)
        return [
            "prompt_tokens": .int(input), "completion_tokens": .int(output), "total_tokens": .int(input + output),
            "prompt_tokens_details": [
                "cached_tokens": Value(usage.cacheRead), "cache_write_tokens": Value(usage.cacheWrite),
                "audio_tokens": 0,
            ],
            "completion_tokens_details": [
                "reasoning_tokens": Value(usage.reasoning), "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }

    func frames(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> [Frame] {
        func chunk(_ choices: Value, usage: Value = .null) -> Value {
            .members([
                ("id", id(envelope)), ("object", "chat.completion.chunk"), ("created", .int(envelope.seconds)),
                ("model", .string(request.model)), ("service_tier", "default"),
                ("system_fingerprint", "fp_simulated"), ("choices", choices),
                ("usage", request.includesUsage ? .some(usage) : .none),
            ])
        }
        func delta(_ delta: Value, finish: String? = nil, isPiece: Bool = true) -> Frame {
            Frame(
                chunk([["index": 0, "delta": delta, "logprobs": nil, "finish_reason": Value(finish)]]),
                isPiece: isPiece)
        }
        let isRefusal = answer.finish == .refused(nil)
        let hasText = !answer.text.isEmpty || answer.calls.isEmpty
        var frames = [
            delta(["role": "assistant", "content": hasText ? "" : nil, "refusal": nil], isPiece: false)
        ]
        frames += answer.pieces(of: answer.reasoning ?? "").map { delta(["reasoning_content": .string($0)]) }
        frames += answer.pieces(of: answer.text).map { delta([isRefusal ? "refusal" : "content": .string($0)]) }
        for (index, call) in answer.calls.enumerated() {
            let id = Value.string(envelope.id("call_", part: index))
            frames.append(
                delta([
                    "tool_calls": [
                        [
                            "index": .int(index), "id": id, "type": "function",
                            "function": ["name": .string(call.name), "arguments": ""],
                        ]
                    ]
                ]))
            frames += answer.pieces(of: call.text).map { piece in
                delta(["tool_calls": [["index": .int(index), "function": ["arguments": .string(piece)]]]])
            }
        }
        frames.append(delta([:], finish: Self.finish(answer.finish), isPiece: false))
        if request.includesUsage, let usage = answer.usage {
            frames.append(Frame(chunk([], usage: Self.usage(usage))))
        }
        frames.append(Frame(text: "[DONE]"))
        return frames
    }

    func errorFrame(_ kind: ErrorKind, at index: Int, to request: SimulatedRequest, _ envelope: Envelope) -> Frame {
        Frame(["error": OpenAI.error(Refusal(kind), model: request.model)])
    }

    func framing(of request: SimulatedRequest) -> Framing { .serverSentEvents }

    func refusal(_ refusal: Refusal, model: String?, _ envelope: Envelope) -> (status: Int, body: Value) {
        let param = refusal.kind == .contextOverflow ? "messages" : nil
        return OpenAI.refusal(refusal, model: model, param: param)
    }

    func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)] {
        OpenAI.headers(envelope, limits: limits)
    }
}
