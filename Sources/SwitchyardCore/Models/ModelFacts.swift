package import OrderedCollections

/// What is known of a model. Nil is not stated, never "no" and never 0.
package struct ModelFacts: Hashable, Sendable {
    package var id: ModelID
    package var tier: ModelTier
    /// Input and output together, in tokens.
    package var contextWindow: Int?
    package var maxInputTokens: Int?
    package var maxOutputTokens: Int?
    /// What the model itself can do.
    package var capabilities: OrderedDictionary<ModelCapability, Bool>
    package var price: ModelPrice?
    /// The price of calls that a provider answers when it has time.
    package var batchPrice: ModelPrice?
    /// The price of the whole call when its input is longer than so many tokens.
    package var longContext: LongContextPrice?
    /// The day after which it no longer answers, as `YYYY-MM-DD`.
    package var shutdownDate: String?
    /// Which of OpenAI's formats it is spoken to in.
    package var preferredAPI: ProviderSettings.API?
    package var notes: [String]

    package init(
        id: ModelID, tier: ModelTier, contextWindow: Int? = nil, maxInputTokens: Int? = nil,
        maxOutputTokens: Int? = nil, capabilities: OrderedDictionary<ModelCapability, Bool> = [:],
        price: ModelPrice? = nil, batchPrice: ModelPrice? = nil, longContext: LongContextPrice? = nil,
        shutdownDate: String? = nil, preferredAPI: ProviderSettings.API? = nil, notes: [String] = []
    ) {
        self.id = id
        self.tier = tier
        self.contextWindow = contextWindow
        self.maxInputTokens = maxInputTokens
        self.maxOutputTokens = maxOutputTokens
        self.capabilities = capabilities
        self.price = price
        self.batchPrice = batchPrice
        self.longContext = longContext
        self.shutdownDate = shutdownDate
        self.preferredAPI = preferredAPI
        self.notes = notes
    }

    /// Whether it can; nil if that is not stated.
    package func can(_ capability: ModelCapability) -> Bool? { capabilities[capability] }
}

/// Something a model can do.
package enum ModelCapability: String, Hashable, Sendable, CaseIterable {
    case streaming, tools
    case parallelTools = "parallel_tools"
    case forcedToolChoice = "forced_tool_choice"
    case jsonSchema = "json_schema"
    case reasoning
    /// Takes `temperature` and its kind.
    case samplingParameters = "sampling_params"
    case promptCaching = "prompt_caching"
    case vision
    /// Can be told not to reason at all.
    case effortNone = "reasoning_effort_none"
}

/// What a model costs, in micro-dollars for a million tokens: 1 is a picodollar for each token.
package struct ModelPrice: Hashable, Sendable {
    package var input: Int64?
    package var output: Int64?
    package var cacheRead: Int64?
    package var cacheWrite: Int64?
    /// Written to the cache for its longer time.
    package var cacheWriteLong: Int64?

    package init(
        input: Int64? = nil, output: Int64? = nil, cacheRead: Int64? = nil, cacheWrite: Int64? = nil,
        cacheWriteLong: Int64? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWriteLong = cacheWriteLong
    }
}

/// The price of long calls.
package struct LongContextPrice: Hashable, Sendable {
    /// Holds for inputs of more than so many tokens, cached ones counted.
    package var aboveInputTokens: Int
    package var price: ModelPrice

    package init(aboveInputTokens: Int, price: ModelPrice) {
        self.aboveInputTokens = aboveInputTokens
        self.price = price
    }
}
