package import SwitchyardCore

/// What a rule answers.
package struct Reply: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// What suits the request: a text that names its question, or a value of its schema.
        case suitable
        case text(Template)
        case json(ValueTemplate)
        /// The question.
        case echo
        /// Calls of tools, behind a text that may be nil.
        case toolCalls([ToolCallReply], text: Template?)
    }

    package var content: Content
    /// What the model thinks before it answers.
    package var reasoning: Template?
    /// Nil is the scenario's.
    package var stream: StreamPace?
    package var usage: UsageReply
    /// Nil is what suits the content.
    package var finish: FinishReason?
    /// How long nothing comes at all, not even the head.
    package var slow: Duration
    package var fault: Fault?
    /// What the headers say may still be asked; nil is plenty.
    package var limits: RateHeadroom?

    package init(
        _ content: Content = .suitable, reasoning: Template? = nil, stream: StreamPace? = nil,
        usage: UsageReply = UsageReply(), finish: FinishReason? = nil, slow: Duration = .zero, fault: Fault? = nil,
        limits: RateHeadroom? = nil
    ) {
        self.content = content
        self.reasoning = reasoning
        self.stream = stream
        self.usage = usage
        self.finish = finish
        self.slow = slow
        self.fault = fault
        self.limits = limits
    }
}

/// A call of a tool in a reply.
package struct ToolCallReply: Hashable, Sendable {
    package enum Arguments: Hashable, Sendable {
        /// A value of the schema of the tool's parameters.
        case suitable
        case object(ValueTemplate)
        /// Text where JSON should be, for the formats that send arguments as text.
        case malformed(String)
    }

    package var name: String
    package var arguments: Arguments

    package init(name: String, arguments: Arguments = .suitable) {
        self.name = name
        self.arguments = arguments
    }
}

/// What a reply says it used, in tokens. Nil is counted from the texts, or 0 where there is nothing to count.
package struct UsageReply: Hashable, Sendable {
    /// Everything that was sent, cached or not.
    package var input: Int?
    /// Everything that came back, reasoning included.
    package var output: Int?
    /// The part of the input that was read from the cache.
    package var cached: Int?
    /// The part of the input that was written to the cache.
    package var cacheWrite: Int?
    /// The part of the input that was written to the cache for the longer time.
    package var cacheWriteLong: Int?
    package var reasoning: Int?
    /// Whether the reply says nothing at all of what it used.
    package var isOmitted: Bool

    package init(
        input: Int? = nil, output: Int? = nil, cached: Int? = nil, cacheWrite: Int? = nil,
        cacheWriteLong: Int? = nil, reasoning: Int? = nil, isOmitted: Bool = false
    ) {
        self.input = input
        self.output = output
        self.cached = cached
        self.cacheWrite = cacheWrite
        self.cacheWriteLong = cacheWriteLong
        self.reasoning = reasoning
        self.isOmitted = isOmitted
    }
}
