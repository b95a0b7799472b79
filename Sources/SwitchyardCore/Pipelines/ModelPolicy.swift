package import OrderedCollections

/// How the model of a step is chosen.
package struct ModelPolicy: Hashable, Sendable {
    package var model: ModelName?
    package var tier: ModelTier?
    /// What the model is asked to do: `summarize`, `generate_code`, ….
    package var task: String?
    package var strategy: ModelStrategy?
    /// Tried in order when the chosen one fails: a model, or `provider:tier`. Nil is the pipeline's list.
    package var fallback: [String]?
    /// Globs of the tools that the step may use; nil is all.
    package var toolsFilter: [String]?
    /// Sentences added to the step's context.
    package var constraints: [Template]

    package init(
        model: ModelName? = nil, tier: ModelTier? = nil, task: String? = nil, strategy: ModelStrategy? = nil,
        fallback: [String]? = nil, toolsFilter: [String]? = nil, constraints: [Template] = []
    ) {
        self.model = model
        self.tier = tier
        self.task = task
        self.strategy = strategy
        self.fallback = fallback
        self.toolsFilter = toolsFilter
        self.constraints = constraints
    }
}

/// A model as a pipeline names it.
package enum ModelName: Hashable, Sendable {
    case named(String)
    /// `<AUTO>words</AUTO>`: the router reads the words.
    case automatic(words: String)

    private static let start = "<AUTO>"
    private static let end = "</AUTO>"

    /// The model that `text` names. Nil for an `<AUTO>` that does not end, or has no words.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.start) else {
            guard !text.isEmpty, !text.contains(Self.start) else { return nil }
            self = .named(text)
            return
        }
        guard text.hasSuffix(Self.end) else { return nil }
        let words = text.dropFirst(Self.start.count).dropLast(Self.end.count)
        guard words.contains(where: { !$0.isWhitespace }), !words.contains(Self.start) else { return nil }
        self = .automatic(words: String(words))
    }

    package var text: String {
        switch self {
        case .named(let name): name
        case .automatic(let words): "\(Self.start)\(words)\(Self.end)"
        }
    }
}

/// How much a model can, and costs.
package enum ModelTier: String, Hashable, Sendable, CaseIterable {
    case cheap, capable, premium
}

/// What counts when a model is chosen.
package enum ModelStrategy: String, Hashable, Sendable, CaseIterable {
    case balanced, cost, performance, accuracy
}

/// The models of a pipeline.
package struct ModelSettings: Hashable, Sendable {
    package var defaultModel: String?
    /// Tried in order when the chosen one fails: a model, or `provider:tier`.
    package var fallback: [String]
    /// The model that stands for a tier.
    package var tiers: OrderedDictionary<ModelTier, String>
    /// The tier of a task.
    package var tasks: OrderedDictionary<String, ModelTier>

    package init(
        defaultModel: String? = nil, fallback: [String] = [], tiers: OrderedDictionary<ModelTier, String> = [:],
        tasks: OrderedDictionary<String, ModelTier> = [:]
    ) {
        self.defaultModel = defaultModel
        self.fallback = fallback
        self.tiers = tiers
        self.tasks = tasks
    }
}

/// What may be spent.
package struct Budget: Hashable, Sendable {
    package enum OnExceed: String, Hashable, Sendable, CaseIterable {
        case stop, pause, `continue`
    }

    /// In millionths of a US dollar; nil is no limit.
    package var microdollars: Int64?
    /// Nil is no limit.
    package var tokens: Int?
    package var onExceed: OnExceed

    package init(microdollars: Int64? = nil, tokens: Int? = nil, onExceed: OnExceed = .stop) {
        self.microdollars = microdollars
        self.tokens = tokens
        self.onExceed = onExceed
    }
}
