/// A question to a model.
package struct ModelRequest: Hashable, Sendable {
    /// Nil leaves the choice to the router; a provider needs one.
    package var model: ModelID?
    package var system: String?
    /// In order; the first and the last are of the user or of tools.
    package var messages: [ModelMessage]
    /// What the model may call, each name once.
    package var tools: [ToolDefinition]
    package var toolChoice: ToolChoice
    /// Whether one answer may call several tools.
    package var allowsParallelToolCalls: Bool
    /// The shape of the answer; nil for text.
    package var outputSchema: OutputSchema?
    /// The longest answer in tokens, reasoning included; nil is the provider's own, or the catalogue's where the
    /// provider wants a number.
    package var maxTokens: Int?
    /// Left out for models that take no sampling parameters.
    package var temperature: Double?
    package var effort: ReasoningEffort?
    package var stopSequences: [String]
    package var seed: Int?
    /// Whether the answer is read while it comes.
    package var streams: Bool

    package init(
        model: ModelID? = nil, system: String? = nil, messages: [ModelMessage], tools: [ToolDefinition] = [],
        toolChoice: ToolChoice = .automatic, allowsParallelToolCalls: Bool = true, outputSchema: OutputSchema? = nil,
        maxTokens: Int? = nil, temperature: Double? = nil, effort: ReasoningEffort? = nil,
        stopSequences: [String] = [], seed: Int? = nil, streams: Bool = true
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.allowsParallelToolCalls = allowsParallelToolCalls
        self.outputSchema = outputSchema
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.effort = effort
        self.stopSequences = stopSequences
        self.seed = seed
        self.streams = streams
    }
}

/// A model at a provider, `openai/gpt-6-luna`. The part behind the first `/` is the provider's own name for it, and
/// may have more of them.
package struct ModelID: Hashable, Sendable, CustomStringConvertible {
    /// As the configuration names it: `openai`, `anthropic`, `google`, `ollama`, or one of a person's own.
    package var provider: String
    /// As the provider names it.
    package var name: String

    package init(provider: String, name: String) {
        self.provider = provider
        self.name = name
    }

    /// Nil if `text` has no `/` with something on both sides.
    package init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/"), slash != text.startIndex else { return nil }
        let name = text[text.index(after: slash)...]
        guard !name.isEmpty else { return nil }
        self.init(provider: String(text[..<slash]), name: String(name))
    }

    package var description: String { "\(provider)/\(name)" }
}

extension ModelID: Comparable {
    package static func < (left: ModelID, right: ModelID) -> Bool { left.description < right.description }
}

/// How much a model thinks before it answers, as far as it can be told.
package enum ReasoningEffort: String, Hashable, Sendable, CaseIterable {
    case none, minimal, low, medium, high, xhigh, max
}

/// A tool as a model sees it.
package struct ToolDefinition: Hashable, Sendable {
    /// Letters, digits, `_` and `-`, at most 64: what every provider takes.
    package var name: String
    package var description: String
    /// A JSON Schema of type `object`.
    package var parameters: Value

    package init(name: String, description: String, parameters: Value) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// Whether the model calls tools.
package enum ToolChoice: Hashable, Sendable {
    case automatic
    case none
    /// Some tool.
    case required
    /// This tool.
    case named(String)
}

/// The shape of an answer.
package struct OutputSchema: Hashable, Sendable {
    /// Letters, digits, `_` and `-`, at most 64.
    package var name: String
    /// A JSON Schema.
    package var schema: Value

    package init(name: String = "output", schema: Value) {
        self.name = name
        self.schema = schema
    }
}
