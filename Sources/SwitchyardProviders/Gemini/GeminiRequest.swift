import SwitchyardCore

/// Makes the body of a request to generateContent.
struct GeminiRequest {
    /// What Google documents for calls that another model made, which have no signature.
    static let foreignSignature = "skip_thought_signature_validator"

    let target: WireTarget

    func body(_ request: ModelRequest) throws(WireFailure) -> Value {
        let isForcible = target.facts?.can(.forcedToolChoice) != false
        let tools = request.offeredTools(forcible: isForcible)
        let effort = target.effort(request.effort)
        let hasFormat = request.outputSchema != nil && target.facts?.can(.jsonSchema) != false
        let generation = Value.members([
            "maxOutputTokens": target.maxTokens(request.maxTokens).map(Value.int),
            "temperature": target.takesSampling(with: effort) ? request.temperature.map(Value.double) : nil,
            "stopSequences": request.stopSequences.isEmpty ? nil : Value(request.stopSequences),
            "seed": request.seed.map(Value.int),
            "responseMimeType": hasFormat ? "application/json" : nil,
            "responseJsonSchema": hasFormat ? request.outputSchema?.schema : nil,
            "thinkingConfig": effort.map(thinking),
        ])
        return .members([
            "systemInstruction": system(request, hasFormat: hasFormat).map { ["parts": [["text": .string($0)]]] },
            "contents": .array(try contents(request)),
            "tools": tools.isEmpty ? nil : [["functionDeclarations": .array(tools.map(tool))]],
            "toolConfig": tools.isEmpty ? nil : config(request.toolChoice, isForcible: isForcible),
            "generationConfig": generation == [:] ? nil : generation,
        ])
    }

    private func system(_ request: ModelRequest, hasFormat: Bool) -> String? {
        guard let schema = request.outputSchema, !hasFormat else { return request.system }
        return SchemaInstruction.system(request.system, schema)
    }

    /// Generation 2.5 takes a number of tokens where those after it take a word.
    private func thinking(_ effort: ReasoningEffort) -> Value {
        guard let name = target.model.name.split(separator: "/").last, name.hasPrefix("gemini-2.5") else {
            return ["thinkingLevel": .string(level(effort))]
        }
        return ["thinkingBudget": .int(budget(effort, isPro: name.hasPrefix("gemini-2.5-pro")))]
    }

    /// The numbers that Google's interface for clients of OpenAI has for the words. Pro cannot be kept from thinking,
    /// and may think for longer.
    private func budget(_ effort: ReasoningEffort, isPro: Bool) -> Int {
        switch effort {
        case .none: isPro ? 128 : 0
        case .minimal, .low: 1024
        case .medium: 8192
        case .high: 24_576
        case .xhigh, .max: isPro ? 32_768 : 24_576
        }
    }

    private func level(_ effort: ReasoningEffort) -> String {
        switch effort {
        case .none, .minimal: "MINIMAL"
        case .low: "LOW"
        case .medium: "MEDIUM"
        case .high: "HIGH"
        case .xhigh, .max: "XHIGH"
        }
    }

    private func tool(_ tool: ToolDefinition) -> Value {
        [
            "name": .string(tool.name), "description": .string(tool.description),
            "parametersJsonSchema": tool.parameters,
        ]
    }

    private func config(_ choice: ToolChoice, isForcible: Bool) -> Value? {
        switch choice {
        case .none: ["functionCallingConfig": ["mode": "NONE"]]
        case .required where isForcible: ["functionCallingConfig": ["mode": "ANY"]]
        case .named(let name) where isForcible:
            ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": [.string(name)]]]
        case .automatic, .required, .named: nil
        }
    }

    // MARK: Contents

    private func contents(_ request: ModelRequest) throws(WireFailure) -> [Value] {
        var contents: [Value] = []
        for message in request.messages {
            var parts: [Value] = []
            for part in message.parts { try add(part, to: &parts) }
            if message.role == .assistant { sign(&parts) }
            guard !parts.isEmpty else { continue }
            contents.append(["role": message.role == .assistant ? "model" : "user", "parts": .array(parts)])
        }
        return contents
    }

    private func add(_ part: MessagePart, to parts: inout [Value]) throws(WireFailure) {
        switch part {
        case .text(let text): if !text.isEmpty { parts.append(["text": .string(text)]) }
        case .image(let image):
            let data = try image.base64()
            parts.append(["inlineData": ["mimeType": .string(image.mediaType), "data": .string(data)]])
        case .toolCall(let call):
            let isOwn = call.signedBy == target.model
            parts.append(
                .members([
                    "functionCall": [
                        "id": .string(call.id), "name": .string(call.name), "args": call.arguments.wireObject,
                    ],
                    "thoughtSignature": isOwn ? call.signature.map(Value.string) : nil,
                ]))
        case .toolResult(let result):
            let key = result.isError ? "error" : "output"
            parts.append([
                "functionResponse": [
                    "id": .string(result.id), "name": .string(result.name), "response": [key: .string(result.content)],
                ]
            ])
        case .carried(let state):
            guard state.model == target.model else { return }
            // A signed text stands in the message as text, too.
            if let last = parts.last, last["text"].stringValue != nil, last["text"] == state.content["text"] {
                parts.removeLast()
            }
            parts.append(state.content)
        }
    }

    /// The first call of a turn needs a signature, from the third generation on.
    private func sign(_ parts: inout [Value]) {
        guard let first = parts.firstIndex(where: { !$0["functionCall"].isNull }),
            parts[first]["thoughtSignature"].isNull,
            !["gemini-1", "gemini-2"].contains(where: target.model.name.hasPrefix)
        else { return }
        parts[first] = parts[first].adding(["thoughtSignature": .string(Self.foreignSignature)])
    }
}
