import SwitchyardCore

/// Makes the body of a request to Messages.
struct AnthropicRequest {
    let codec: AnthropicCodec
    let version: String

    /// The longest answer to ask for where nothing is known: Anthropic wants a number.
    private static let defaultMaxTokens = 8192

    private var target: WireTarget { codec.target }

    func body(_ request: ModelRequest) throws(WireFailure) -> Value {
        let more = Value.members([
            "max_tokens": .int(
                target.maxTokens(request.maxTokens) ?? target.facts?.maxOutputTokens ?? Self.defaultMaxTokens),
            "stop_sequences": request.stopSequences.isEmpty ? nil : Value(request.stopSequences),
            "temperature": takesSampling ? request.temperature.map(Value.double) : nil,
            "stream": request.streams ? true : nil,
        ])
        return try counted(request).adding(more)
    }

    /// The part of the body that is counted as input.
    func counted(_ request: ModelRequest) throws(WireFailure) -> Value {
        let structuredTool = codec.structuredTool(for: request)
        let isForcible = target.facts?.can(.forcedToolChoice) != false
        var tools = request.offeredTools(forcible: isForcible).map(tool)
        if structuredTool != nil, let schema = request.outputSchema {
            tools = [["name": .string(schema.name), "input_schema": schema.schema]]
        }
        let choice =
            structuredTool.map { ["type": "tool", "name": .string($0)] }
            ?? self.choice(request, isForcible: isForcible)
        let isForced = choice.map { $0["type"] == "any" || $0["type"] == "tool" } ?? false
        let hasFormat = request.outputSchema != nil && target.facts?.can(.jsonSchema) != false
        let effort = target.effort(request.effort)
        let output = Value.members([
            "effort": effort.map(self.effort),
            "format": hasFormat ? request.outputSchema.map(format) : nil,
        ])
        return .members([
            "model": .string(target.model.name),
            "system": system(request, hasFormat: hasFormat || structuredTool != nil).map(Value.string),
            "messages": .array(try messages(request)),
            "tools": tools.isEmpty ? nil : .array(tools),
            "tool_choice": tools.isEmpty ? nil : choice,
            "output_config": output == [:] ? nil : output,
            "thinking": isForced || takesSampling && request.temperature != nil ? nil : thinking(effort),
        ])
    }

    private var takesSampling: Bool {
        version == AnthropicCodec.samplingVersion && target.facts?.can(.samplingParameters) != false
    }

    private func system(_ request: ModelRequest, hasFormat: Bool) -> String? {
        guard let schema = request.outputSchema, !hasFormat else { return request.system }
        return SchemaInstruction.system(request.system, schema)
    }

    /// Anthropic's scale begins at `low`.
    private func effort(_ effort: ReasoningEffort) -> Value {
        switch effort {
        case .none, .minimal, .low: "low"
        case .medium, .high, .xhigh, .max: .string(effort.rawValue)
        }
    }

    /// Thinking together with a forced call or a temperature is refused; without a wish the model's own habit holds.
    private func thinking(_ effort: ReasoningEffort?) -> Value? {
        switch effort {
        case nil: nil
        case ReasoningEffort.none?: target.facts?.can(.effortNone) == true ? ["type": "disabled"] : nil
        case .minimal?, .low?, .medium?, .high?, .xhigh?, .max?:
            target.facts?.can(.reasoning) == true ? ["type": "adaptive"] : nil
        }
    }

    private func tool(_ tool: ToolDefinition) -> Value {
        ["name": .string(tool.name), "description": .string(tool.description), "input_schema": tool.parameters]
    }

    private func choice(_ request: ModelRequest, isForcible: Bool) -> Value? {
        let single = request.allowsParallelToolCalls ? nil : Value?.some(true)
        switch request.toolChoice {
        case .none: return ["type": "none"]
        case .required where isForcible: return .members(["type": "any", "disable_parallel_tool_use": single])
        case .named(let name) where isForcible:
            return .members(["type": "tool", "name": .string(name), "disable_parallel_tool_use": single])
        case .automatic, .required, .named:
            return single.map { ["type": "auto", "disable_parallel_tool_use": $0] }
        }
    }

    private func format(_ schema: OutputSchema) -> Value {
        ["type": "json_schema", "schema": AnthropicSchema.adapted(schema.schema)]
    }

    // MARK: Messages

    private func messages(_ request: ModelRequest) throws(WireFailure) -> [Value] {
        var messages: [Value] = []
        for message in request.messages {
            var content: [Value] = []
            for part in message.parts {
                switch part {
                // Empty texts are refused.
                case .text(let text):
                    if !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
                case .image(let image):
                    let data = Value.string(try image.base64())
                    let source: Value = ["type": "base64", "media_type": .string(image.mediaType), "data": data]
                    content.append(["type": "image", "source": source])
                case .toolCall(let call):
                    content.append([
                        "type": "tool_use", "id": .string(Self.id(call.id)), "name": .string(call.name),
                        "input": call.arguments.wireObject,
                    ])
                case .toolResult(let result):
                    content.append(
                        .members([
                            "type": "tool_result", "tool_use_id": .string(Self.id(result.id)),
                            "content": .string(result.content), "is_error": result.isError ? true : nil,
                        ]))
                case .carried(let state):
                    // Thoughts are bound to the model that had them.
                    if state.model == target.model { content.append(state.content) }
                }
            }
            guard !content.isEmpty else { continue }
            messages.append([
                "role": message.role == .assistant ? "assistant" : "user", "content": .array(content),
            ])
        }
        return messages
    }

    /// Ids of other providers may hold characters that Anthropic refuses.
    private static func id(_ id: String) -> String {
        String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" ? $0 : "_" })
    }
}
