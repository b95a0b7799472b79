import SwitchyardCore

/// Makes the body of a request to Ollama's chat.
struct OllamaRequest {
    let target: WireTarget

    /// The context that every server has room for without being told.
    private static let smallestContext = 4096
    /// Room for the answer where the request names none, in tokens.
    private static let answerRoom = 2048

    func body(_ request: ModelRequest) throws(WireFailure) -> Value {
        // Nothing forces a call: the one that is wanted is offered alone.
        let tools = request.toolChoice == .none ? [] : request.offeredTools(forcible: false)
        // A format would keep the model from calling.
        let hasFormat = request.outputSchema != nil && tools.isEmpty && target.facts?.can(.jsonSchema) != false
        let effort = target.effort(request.effort)
        let messages = try messages(request, hasFormat: hasFormat)
        let options = Value.members([
            "num_ctx": contextLength(messages, tools, request.maxTokens).map(Value.int),
            "num_predict": target.maxTokens(request.maxTokens).map(Value.int),
            "temperature": target.facts?.can(.samplingParameters) != false
                ? request.temperature.map(Value.double) : nil,
            "seed": request.seed.map(Value.int),
            "stop": request.stopSequences.isEmpty ? nil : Value(request.stopSequences),
        ])
        return .members([
            "model": .string(target.model.name),
            "messages": .array(messages),
            "tools": tools.isEmpty ? nil : .array(tools.map(tool)),
            "format": hasFormat ? request.outputSchema?.schema : nil,
            "think": effort.map(think),
            "options": options == [:] ? nil : options,
            // Otherwise a question that is too long loses its beginning, and nobody is told.
            "truncate": false,
            "stream": .bool(request.streams),
        ])
    }

    /// The context to ask for; nil where the smallest is enough. Powers of two, because a model is loaded anew for each
    /// length.
    private func contextLength(_ messages: [Value], _ tools: [ToolDefinition], _ maxTokens: Int?) -> Int? {
        // Three bytes a token is few for every common script; pictures are counted by their number.
        let text = messages.reduce(0) { $0 + ($1["content"].stringValue?.utf8.count ?? 0) }
        let other = messages.reduce(0) { $0 + JSON.text(of: $1["tool_calls"]).utf8.count }
        let schemas = tools.reduce(0) { $0 + JSON.text(of: $1.parameters).utf8.count + $1.description.utf8.count }
        let pictures = messages.reduce(0) { $0 + ($1["images"].arrayValue?.count ?? 0) }
        let needed =
            (text + other + schemas) / 3 + pictures * 1024 + messages.count * 8 + (maxTokens ?? Self.answerRoom)
        guard needed > Self.smallestContext else { return nil }
        var length = Self.smallestContext
        while length < needed, length < 1 << 24 { length *= 2 }
        return min(length, target.facts?.contextWindow ?? length)
    }

    private func think(_ effort: ReasoningEffort) -> Value {
        switch effort {
        case .none: false
        case .minimal, .low: "low"
        case .medium: "medium"
        case .high, .xhigh: "high"
        case .max: "max"
        }
    }

    private func tool(_ tool: ToolDefinition) -> Value {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }

    private func messages(_ request: ModelRequest, hasFormat: Bool) throws(WireFailure) -> [Value] {
        var messages: [Value] = []
        var system = request.system
        if let schema = request.outputSchema, !hasFormat { system = SchemaInstruction.system(system, schema) }
        if let system { messages.append(["role": "system", "content": .string(system)]) }
        for message in request.messages {
            switch message.role {
            case .assistant: messages.append(assistant(message))
            case .user, .tool: messages += try asked(message)
            }
        }
        return messages
    }

    private func asked(_ message: ModelMessage) throws(WireFailure) -> [Value] {
        var results: [Value] = []
        var images: [Value] = []
        for part in message.parts {
            switch part {
            case .image(let image): images.append(.string(try image.base64()))
            case .toolResult(let result):
                results.append([
                    "role": "tool", "tool_name": .string(result.name), "tool_call_id": .string(result.id),
                    "content": .string(result.wireText),
                ])
            case .text, .toolCall, .carried: break
            }
        }
        guard !message.text.isEmpty || !images.isEmpty else { return results }
        let question = Value.members([
            "role": "user", "content": .string(message.text), "images": images.isEmpty ? nil : .array(images),
        ])
        return results + [question]
    }

    private func assistant(_ message: ModelMessage) -> Value {
        let calls = message.toolCalls.map { call -> Value in
            [
                "id": .string(call.id),
                "function": ["name": .string(call.name), "arguments": call.arguments.wireObject],
            ]
        }
        let thinking = message.parts.lazy.compactMap { part -> Value? in
            guard case .carried(let state) = part, state.model == target.model else { return nil }
            return state.content["thinking"]
        }.first
        return .members([
            "role": "assistant", "content": .string(message.text), "thinking": thinking,
            "tool_calls": calls.isEmpty ? nil : .array(calls),
        ])
    }
}
