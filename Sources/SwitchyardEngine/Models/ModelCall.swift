import OrderedCollections
package import SwitchyardCore

/// What a model step asks, with its templates resolved: the input that is recorded with its attempts.
package struct ModelCall: Hashable, Sendable {
    package struct Message: Hashable, Sendable {
        package var role: PromptMessage.Role
        package var content: String
        /// The paths of image files.
        package var images: [String]
    }

    /// `prompt`, `agent` or `decide`.
    package var kind: String
    package var system: String?
    package var messages: [Message]
    /// An object: what the step is told of the run, without what differs each time.
    package var context: Value
    package var constraints: [String]
    package var outputSchema: Value?
    /// Of a `decide` step.
    package var choices: [String]
    /// The choice taken when the model fails.
    package var onError: String?
    /// The tools that the model may call, as the registry names them.
    package var tools: [String]
    package var maxTurns: Int
    package var maxTokens: Int?
    package var temperature: Double?
    package var streams: Bool
    /// How the model is chosen: `model`, `tier`, `task`, `strategy`, `fallback`, as the step has them.
    package var policy: Value

    /// The step's system text: what its author wrote, then its constraints, then its context.
    ///
    /// - Parameters:
    ///   - run: the run that asks.
    ///   - attempt: the attempt of it, from 1.
    package func systemText(run: RunID, attempt: Int) -> String {
        var parts: [String] = []
        if let system, !system.isEmpty { parts.append(system) }
        if kind == "decide" {
            parts.append("Answer with one of: \(choices.joined(separator: ", ")).")
        }
        if !constraints.isEmpty {
            parts.append("Constraints:\n" + constraints.map { "- \($0)" }.joined(separator: "\n"))
        }
        var context = context.objectValue ?? [:]
        context["run_id"] = .string(run.rawValue)
        context["execution_attempt"] = .int(attempt)
        parts.append("Context:\n" + JSON.text(of: .object(context), layout: .indented))
        return parts.joined(separator: "\n\n")
    }

    /// The schema that the answer must have; nil for text.
    package var answerSchema: OutputSchema? {
        if kind == "decide" {
            return OutputSchema(
                name: "choice",
                schema: [
                    "type": "object",
                    "properties": ["choice": ["type": "string", "enum": Value(choices)]],
                    "required": ["choice"], "additionalProperties": false,
                ])
        }
        return outputSchema.map { OutputSchema(schema: $0) }
    }

    package var value: Value {
        var object: OrderedDictionary<String, Value> = ["kind": .string(kind)]
        if let system { object["system"] = .string(system) }
        object["messages"] = .array(
            messages.map { message in
                var object: OrderedDictionary<String, Value> = [
                    "role": .string(message.role.rawValue), "content": .string(message.content),
                ]
                if !message.images.isEmpty { object["images"] = Value(message.images) }
                return .object(object)
            })
        object["context"] = context
        if !constraints.isEmpty { object["constraints"] = Value(constraints) }
        if let outputSchema { object["output_schema"] = outputSchema }
        if !choices.isEmpty { object["choices"] = Value(choices) }
        if let onError { object["on_error"] = .string(onError) }
        if !tools.isEmpty { object["tools"] = Value(tools) }
        object["max_turns"] = .int(maxTurns)
        if let maxTokens { object["max_tokens"] = .int(maxTokens) }
        if let temperature { object["temperature"] = .double(temperature) }
        object["stream"] = .bool(streams)
        object["policy"] = policy
        return .object(object)
    }
}
