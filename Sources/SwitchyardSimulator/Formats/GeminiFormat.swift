import SwitchyardCore

/// Gemini's generateContent, in both versions of the path.
struct GeminiFormat: WireFormat {
    let provider = "google"

    /// Whether the stream is one of server-sent events: `alt=sse`.
    var usesEvents = true
    var streams = false

    func request(
        _ body: Value, model: String?, provider: String, path: String, header: (String) -> String?
    ) throws(Refusal) -> SimulatedRequest {
        // Counting may wrap the whole request.
        let wrapped = body["generateContentRequest"]
        let body = wrapped.isNull ? body : wrapped
        guard let contents = body["contents"].arrayValue, !contents.isEmpty else {
            throw Refusal(invalid: "* GenerateContentRequest.contents: contents is not specified")
        }
        var request = SimulatedRequest(provider: provider, path: path, model: model ?? "", body: body)
        request.system = body["systemInstruction"]["parts"].contentText
        for content in contents { Self.read(content, into: &request) }
        for tool in body["tools"].arrayValue ?? [] {
            request.tools += (tool["functionDeclarations"].arrayValue ?? []).compactMap { function in
                guard let name = function["name"].stringValue else { return nil }
                let schema = function["parametersJsonSchema"]
                return ToolDefinition(
                    name: name, description: function["description"].stringValue ?? "",
                    parameters: schema.isNull ? function["parameters"] : schema)
            }
        }
        let calling = body["toolConfig"]["functionCallingConfig"]
        let allowed = calling["allowedFunctionNames"].arrayValue ?? []
        request.toolChoice =
            switch calling["mode"].stringValue {
            case "ANY"?: allowed.count == 1 ? .named(allowed[0].rendered) : .required
            case "NONE"?: .none
            default: .automatic
            }
        let generation = body["generationConfig"]
        let schema =
            generation["responseJsonSchema"].isNull
            ? generation["responseSchema"] : generation["responseJsonSchema"]
        if !schema.isNull {
            request.schema = schema
        } else {
            request.wantsJSON = generation["responseMimeType"].stringValue == "application/json"
        }
        request.maxTokens = generation["maxOutputTokens"].intValue
        request.stopSequences = generation["stopSequences"].stopTexts
        request.streams = streams
        return request
    }

    private static func read(_ content: Value, into request: inout SimulatedRequest) {
        let parts = content["parts"].arrayValue ?? []
        for part in parts where !part["functionResponse"].isNull {
            request.turns.append(.init(role: .tool, text: part["functionResponse"]["response"].rendered))
        }
        let text = parts.filter { $0["thought"].boolValue != true }.compactMap { $0["text"].stringValue }
            .joined(separator: "\n")
        if content["role"].stringValue == "model" {
            request.turns.append(.init(role: .assistant, text: text))
        } else if !parts.contains(where: { !$0["functionResponse"].isNull }) || !text.isEmpty {
            request.turns.append(.init(role: .user, text: text))
        }
    }

    func whole(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> Value {
        var parts: [Value] = []
        if let reasoning = answer.reasoning { parts.append(Self.thought(reasoning)) }
        if !answer.text.isEmpty || answer.calls.isEmpty { parts.append(["text": .string(answer.text)]) }
        parts += calls(answer, envelope)
        return chunk(parts, finish: answer.finish, usage: answer.usage, request, envelope)
    }

    private static func thought(_ text: String) -> Value { ["text": .string(text), "thought": true] }

    private func calls(_ answer: Answer, _ envelope: Envelope) -> [Value] {
        answer.calls.enumerated().map { index, call in
            [
                "functionCall": [
                    "id": .string(envelope.id("", length: 8, part: index)), "name": .string(call.name),
                    "args": call.value,
                ], "thoughtSignature": .string("c2ltdWxhdGVk"),
            ]
        }
    }

    private func chunk(
        _ parts: [Value], finish: FinishReason?, usage: TokenUsage?, _ request: SimulatedRequest,
        _ envelope: Envelope
    ) -> Value {
        .members([
            (
                "candidates",
                [
                    .members([
                        ("content", ["parts": .array(parts), "role": "model"]),
                        ("finishReason", finish.map { .string(Self.finish($0)) }), ("index", 0),
                    ])
                ]
            ),
            ("usageMetadata", usage.map(Self.usage)), ("modelVersion", .string(request.model)),
            ("responseId", .string(envelope.id("", length: 22))),
        ])
    }

    private static func finish(_ finish: FinishReason) -> String {
        switch finish {
        case .stop, .toolCalls: "STOP"
        case .length: "MAX_TOKENS"
        case .refused(nil): "SAFETY"
        case .refused: "PROHIBITED_CONTENT"
        case .other(let word): word
        }
    }

    static func usage(_ usage: TokenUsage) -> Value {
        let (input, output, thoughts) = (usage.input ?? 0, usage.output ?? 0, usage.reasoning ?? 0)
        let (candidates, cached) = (max(0, output - thoughts), usage.cacheRead ?? 0)
        return .members([
            ("promptTokenCount", .int(input)), ("candidatesTokenCount", .int(candidates)),
            ("totalTokenCount", .int(input + candidates + thoughts)),
            ("cachedContentTokenCount", cached > 0 ? .int(cached) : .none),
            ("promptTokensDetails", [["modality": "TEXT", "tokenCount": .int(input)]]),
            ("thoughtsTokenCount", thoughts > 0 ? .int(thoughts) : .none),
        ])
    }

    func frames(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> [Frame] {
        var parts = answer.pieces(of: answer.reasoning ?? "").map(Self.thought)
        parts += answer.pieces(of: answer.text).map { ["text": .string($0)] }
        parts += calls(answer, envelope)
        if parts.isEmpty { parts = [["text": ""]] }
        return parts.enumerated().map { index, part in
            let isLast = index == parts.count - 1
            // Counts grow with the stream.
            let output = (answer.usage?.output ?? 0) * (index + 1) / parts.count
            var usage = answer.usage
            usage?.output = output
            usage?.reasoning = answer.usage?.reasoning.map { min($0, output) }
            return Frame(
                chunk(
                    [part], finish: isLast ? answer.finish : nil, usage: isLast ? answer.usage : usage, request,
                    envelope), isPiece: true)
        }
    }

    /// Bare, pretty-printed JSON, as Gemini sends it.
    func errorFrame(
        _ kind: ErrorKind, at index: Int, to request: SimulatedRequest, _ envelope: Envelope
    ) -> Frame {
        let (_, body) = refusal(Refusal(kind), model: request.model, envelope)
        return Frame(bare: JSON.text(of: body, layout: .indented) + "\n")
    }

    func framing(of request: SimulatedRequest) -> Framing { usesEvents ? .serverSentEvents : .array }
}
