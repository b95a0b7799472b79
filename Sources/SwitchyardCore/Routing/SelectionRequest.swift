/// A question that a model is to be chosen for.
package struct SelectionRequest: Hashable, Sendable {
    /// The step's, with what it inherits.
    package var policy: ModelPolicy
    /// The pipeline's.
    package var settings: ModelSettings
    /// The model that `experts` names for the step's tool.
    package var expert: String?
    /// The pipeline's strategy, where the step has none.
    package var strategy: ModelStrategy
    /// Its models are called before all others that fit.
    package var provider: String?
    package var needs: Set<ModelCapability>
    /// An estimate that is not too small.
    package var inputTokens: Int
    /// The longest answer that is asked for; nil is the longest the model gives, and is reserved as such.
    package var maxTokens: Int?
    /// False chooses by what is believed on average, and never tries what is little known.
    package var explores: Bool
    /// Of the draws: the same question, conditions and seed give the same choice.
    package var seed: UInt64

    package init(
        policy: ModelPolicy = ModelPolicy(), settings: ModelSettings = ModelSettings(), expert: String? = nil,
        strategy: ModelStrategy = .balanced, provider: String? = nil, needs: Set<ModelCapability> = [],
        inputTokens: Int = 0, maxTokens: Int? = nil, explores: Bool = true, seed: UInt64
    ) {
        self.policy = policy
        self.settings = settings
        self.expert = expert
        self.strategy = strategy
        self.provider = provider
        self.needs = needs
        self.inputTokens = inputTokens
        self.maxTokens = maxTokens
        self.explores = explores
        self.seed = seed
    }
}

extension ModelRequest {
    /// What a model must be able to do to answer.
    package var needs: Set<ModelCapability> {
        var needs: Set<ModelCapability> = []
        if !tools.isEmpty {
            needs.insert(.tools)
            switch toolChoice {
            case .required, .named: needs.insert(.forcedToolChoice)
            case .automatic, .none: break
            }
        }
        if outputSchema != nil { needs.insert(.jsonSchema) }
        let hasImage = messages.contains { message in
            message.parts.contains { if case .image = $0 { true } else { false } }
        }
        if hasImage { needs.insert(.vision) }
        return needs
    }
}

/// What holds around a choice at its moment.
package struct SelectionConditions: Hashable, Sendable {
    package var now: Timestamp
    /// The providers that are set up and have their key; nil is all.
    package var providers: Set<String>?
    package var breakers: BreakerBoard
    /// The least that is left of any budget; nil is no limit.
    package var moneyLeft: MicroDollars?
    package var tokensLeft: Int?
    package var advice: BudgetLedger.Advice
    /// How long a call would wait for each provider's rate limits.
    package var rateWaits: [String: Duration]
    package var longestRateWait: Duration
    /// Patterns of models, such as `openai/*`: only these; empty is all.
    package var allow: [String]
    /// Never these.
    package var deny: [String]

    package init(
        now: Timestamp, providers: Set<String>? = nil, breakers: BreakerBoard = BreakerBoard(),
        moneyLeft: MicroDollars? = nil, tokensLeft: Int? = nil, advice: BudgetLedger.Advice = .none,
        rateWaits: [String: Duration] = [:], longestRateWait: Duration = .seconds(30), allow: [String] = [],
        deny: [String] = []
    ) {
        self.now = now
        self.providers = providers
        self.breakers = breakers
        self.moneyLeft = moneyLeft
        self.tokensLeft = tokensLeft
        self.advice = advice
        self.rateWaits = rateWaits
        self.longestRateWait = longestRateWait
        self.allow = allow
        self.deny = deny
    }
}
