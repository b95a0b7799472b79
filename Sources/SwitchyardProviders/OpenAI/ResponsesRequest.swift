import SwitchyardCore

/// Makes the body of a request to Responses.
struct ResponsesRequest {
    let target: WireTarget

    func body(_ request: ModelRequest) throws(WireFailure) -> Value {
        let effort = target.effort(request.effort)
        let more = Value.members([
            "max_output_tokens": target.maxTokens(request.maxTokens).map(Value.int),
            "temperature": target.takesSampling(with: effort) ? request.temperature.map(Value.double) : nil,
            "store": false,
            // Models that do not reason refuse to be asked for it.
            "include": effort != nil || target.facts?.can(.reasoning) == true ? ["reasoning.encrypted_content"] : nil,
            "stream": request.streams ? true : nil,
        ])
        return try counted(request).adding(more)
    }

    /// The part of the body that is counted as input.
    func counted(_ request: ModelRequest) throws(WireFailure) -> Value {
        let isForcible = target.facts?.can(.forcedToolChoice) != false
        let tools = request.offeredTools(forcible: isForcible)
        return .members([
            "model": .string(target.model.name),
            "instructions": request.system.map(Value.string),
            "input": .array(try input(request)),
            "tools": tools.isEmpty ? nil : .array(tools.map(tool)),
            "tool_choice": tools.isEmpty ? nil : choice(request.toolChoice, isForcible: isForcible),
            "parallel_tool_calls": tools.isEmpty || request.allowsParallelToolCalls ? nil : false,
            "text": request.outputSchema.map(format),
            "reasoning": target.effort(request.effort).map { ["effort": .string($0.rawValue)] },
        ])
    }

    private func tool(_ tool: ToolDefinition) -> Value {
        [
            "type": "function", "name": .string(tool.name), "description": .string(tool.description),
            // Left out it would be true, and other schemas would be refused.
            "parameters": tool.parameters, "strict": .bool(StrictSchema.holds(for: tool.parameters)),
        ]
    }

    private func choice(_ choice: ToolChoice, isForcible: Bool) -> Value? {
        switch choice {
        case .automatic: nil
        case .none: "none"
        case .required: isForcible ? "required" : nil
        case .named(let name): isForcible ? ["type": "function", "name": .string(name)] : nil
        }
    }

    private func format(_ schema: OutputSchema) -> Value {
        [
            "format": [
                "type": "json_schema", "name": .string(schema.name), "schema": schema.schema,
                "strict": .bool(StrictSchema.holds(for: schema.schema)),
            ]
        ]
    }

    private func input(_ request: ModelRequest) throws(WireFailure) -> [Value] {
        var items: [Value] = []
        for message in request.messages {
            var content: [Value] = []
            let isAnswer = message.role == .assistant
            for part in message.parts {
                switch part {
                case .text(let text):
                    content.append(["type": isAnswer ? "output_text" : "input_text", "text": .string(text)])
                case .image(let image):
                    content.append(["type": "input_image", "image_url": .string(try image.dataURL())])
                case .toolCall(let call):
                    flush(&content, isAnswer, to: &items)
                    items.append([
                        "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
                        "arguments": .string(call.arguments.wireText),
                    ])
                case .toolResult(let result):
                    flush(&content, isAnswer, to: &items)
                    items.append([
                        "type": "function_call_output", "call_id": .string(result.id),
                        "output": .string(result.wireText),
                    ])
                case .carried(let state):
                    guard state.model == target.model else { continue }
                    flush(&content, isAnswer, to: &items)
                    items.append(state.content)
                }
            }
            flush(&content, isAnswer, to: &items)
        }
        return items
    }

    /// Items keep the order of the parts.
    private func flush(_ content: inout [Value], _ isAnswer: Bool, to items: inout [Value]) {
        guard !content.isEmpty else { return }
        items.append(["role": isAnswer ? "assistant" : "user", "content": .array(content)])
        content = []
    }
}
