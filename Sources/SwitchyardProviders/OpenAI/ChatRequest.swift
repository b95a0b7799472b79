import SwitchyardCore

/// Makes the body of a request to Chat Completions.
struct ChatRequest {
    let codec: ChatCodec

    private var target: WireTarget { codec.target }
    private var isCompatible: Bool { codec.isCompatible }

    func body(_ request: ModelRequest) throws(WireFailure) -> Value {
        let isForcible = target.facts?.can(.forcedToolChoice) != false
        let tools = request.offeredTools(forcible: isForcible)
        let effort = target.effort(request.effort)
        let limit = target.maxTokens(request.maxTokens).map(Value.int)
        return .members([
            "model": .string(target.model.name),
            "messages": .array(try messages(request)),
            "tools": tools.isEmpty ? nil : .array(tools.map(tool)),
            "tool_choice": tools.isEmpty ? nil : choice(request.toolChoice, isForcible: isForcible),
            "parallel_tool_calls": tools.isEmpty || request.allowsParallelToolCalls ? nil : false,
            "response_format": request.outputSchema.map(format),
            // The newer name is unknown to older servers; OpenAI's reasoning models refuse the older one.
            "max_tokens": isCompatible ? limit : nil,
            "max_completion_tokens": isCompatible ? nil : limit,
            "reasoning_effort": self.effort(effort, hasTools: !tools.isEmpty),
            "temperature": target.takesSampling(with: effort) ? request.temperature.map(Value.double) : nil,
            "stop": request.stopSequences.isEmpty ? nil : Value(request.stopSequences),
            "seed": request.seed.map(Value.int),
            "stream": request.streams ? true : nil,
            "stream_options": request.streams ? ["include_usage": true] : nil,
        ])
    }

    /// OpenAI's own Chat Completions takes tools only together with no effort at all.
    private func effort(_ effort: ReasoningEffort?, hasTools: Bool) -> Value? {
        if hasTools, !isCompatible, target.facts?.can(.effortNone) == true { return "none" }
        return effort.map { .string($0.rawValue) }
    }

    private func tool(_ tool: ToolDefinition) -> Value {
        [
            "type": "function",
            "function": .members([
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
                "strict": !isCompatible && StrictSchema.holds(for: tool.parameters) ? true : nil,
            ]),
        ]
    }

    private func choice(_ choice: ToolChoice, isForcible: Bool) -> Value? {
        switch choice {
        case .automatic: nil
        case .none: "none"
        case .required: isForcible ? "required" : nil
        case .named(let name): isForcible ? ["type": "function", "function": ["name": .string(name)]] : nil
        }
    }

    private func format(_ schema: OutputSchema) -> Value {
        guard target.facts?.can(.jsonSchema) != false else { return ["type": "json_object"] }
        return [
            "type": "json_schema",
            "json_schema": .members([
                "name": .string(schema.name), "schema": schema.schema,
                "strict": StrictSchema.holds(for: schema.schema) ? true : nil,
            ]),
        ]
    }

    // MARK: Messages

    private func messages(_ request: ModelRequest) throws(WireFailure) -> [Value] {
        var messages: [Value] = []
        if let system = system(request) {
            messages.append(["role": isCompatible ? "system" : "developer", "content": .string(system)])
        }
        for message in request.messages {
            switch message.role {
            case .assistant: messages.append(assistant(message))
            case .user, .tool: messages += try asked(message)
            }
        }
        return messages
    }

    /// A model that takes no schema is told about it in words.
    private func system(_ request: ModelRequest) -> String? {
        guard let schema = request.outputSchema, target.facts?.can(.jsonSchema) == false else { return request.system }
        return SchemaInstruction.system(request.system, schema)
    }

    /// Results of tools are messages of their own, before what else the turn says.
    private func asked(_ message: ModelMessage) throws(WireFailure) -> [Value] {
        var results: [Value] = []
        var content: [Value] = []
        for part in message.parts {
            switch part {
            case .text(let text): content.append(["type": "text", "text": .string(text)])
            case .image(let image):
                content.append(["type": "image_url", "image_url": ["url": .string(try image.dataURL())]])
            case .toolResult(let result):
                results.append([
                    "role": "tool", "tool_call_id": .string(result.id), "content": .string(result.wireText),
                ])
            case .toolCall, .carried: break
            }
        }
        guard !content.isEmpty else { return results }
        // Many servers know only plain text.
        let isPlain = content.count == 1 && content[0]["type"] == "text"
        return results + [["role": "user", "content": isPlain ? content[0]["text"] : .array(content)]]
    }

    private func assistant(_ message: ModelMessage) -> Value {
        let calls = message.toolCalls.map { call -> Value in
            let arguments = isCompatible ? JSON.text(of: call.arguments.wireObject) : call.arguments.wireText
            return [
                "id": .string(call.id), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(arguments)],
            ]
        }
        let text = message.text
        // Templates of local models print what is missing as a word.
        let hasContent = !text.isEmpty || calls.isEmpty || isCompatible
        return .members([
            "role": "assistant", "content": hasContent ? .string(text) : nil,
            "reasoning_content": calls.isEmpty ? nil : carriedReasoning(message),
            "tool_calls": calls.isEmpty ? nil : .array(calls),
        ])
    }

    private func carriedReasoning(_ message: ModelMessage) -> Value? {
        message.parts.lazy.compactMap { part -> Value? in
            guard case .carried(let state) = part, state.model == target.model else { return nil }
            let reasoning = state.content["reasoning_content"]
            return reasoning.stringValue == nil ? nil : reasoning
        }.first
    }
}
