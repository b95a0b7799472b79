/// How one call of a model is tried, tried again and moved to another model.
package struct CallPolicy: Hashable, Sendable {
    /// Tries of one candidate, the first included.
    package var attemptsPerCandidate: Int
    package var backoff: Backoff
    /// What is added at most to a wait that a server asks for, as a share of it.
    package var serverWaitJitter: Double
    /// The longest that is waited for a provider where the call has no deadline.
    package var longestWait: Duration
    /// How soon it is looked again whether another call's probe succeeded.
    package var probeRecheck: Duration
    /// Errors that retrying cannot cure, but perhaps another candidate.
    package var fallsBackAfter: Set<ModelError.Kind>
    /// Whether a call is made again after a piece of its answer was already reported.
    package var restartsBegunAnswers: Bool

    package static let standard = CallPolicy()

    /// A model that refuses has answered: asking the next one is for a person to allow.
    package init(
        attemptsPerCandidate: Int = 3,
        backoff: Backoff = Backoff(initial: .milliseconds(500), factor: 2, maximum: .seconds(8), jitter: .full),
        serverWaitJitter: Double = 0.1, longestWait: Duration = .seconds(120), probeRecheck: Duration = .seconds(1),
        fallsBackAfter: Set<ModelError.Kind> = [
            .quota, .auth, .contextOverflow, .invalidRequest, .invalidOutput, .budget,
        ],
        restartsBegunAnswers: Bool = false
    ) {
        self.attemptsPerCandidate = attemptsPerCandidate
        self.backoff = backoff
        self.serverWaitJitter = serverWaitJitter
        self.longestWait = longestWait
        self.probeRecheck = probeRecheck
        self.fallsBackAfter = fallsBackAfter
        self.restartsBegunAnswers = restartsBegunAnswers
    }

    /// How long a candidate is left alone after its failed try number `attempt` (from 1): what the server asks for,
    /// never shorter, or the backoff, whichever is longer.
    ///
    /// - Parameter random: an evenly distributed number in 0..<1.
    func wait(after error: ModelError, attempt: Int, random: Double) -> Duration {
        let own = backoff.delay(after: attempt, random: random)
        guard let asked = error.retryAfter else { return own }
        return max(own, asked * (1 + serverWaitJitter * random))
    }
}

/// A model that a call may go to.
package struct CallCandidate: Hashable, Sendable {
    package var model: ModelID
    package var tier: ModelTier
    /// In tokens; nil is unknown.
    package var contextWindow: Int?

    package init(_ model: ModelID, tier: ModelTier, contextWindow: Int? = nil) {
        self.model = model
        self.tier = tier
        self.contextWindow = contextWindow
    }

    package init(_ facts: ModelFacts) {
        self.init(facts.id, tier: facts.tier, contextWindow: facts.contextWindow ?? facts.maxInputTokens)
    }

    package var breaker: BreakerID { BreakerID(model.provider, tier) }
}

/// What every call of a process shares: breakers, retry budgets and the source of jitter.
package struct ResilienceState: Hashable, Sendable {
    package var breakers: BreakerBoard
    private var retryBudgets: [String: RetryBudget] = [:]
    private let budgetPolicy: RetryBudget.Policy
    var draws: DrawGenerator

    package init(
        seed: UInt64, breakers: BreakerPolicy = .standard, retryBudget: RetryBudget.Policy = .standard
    ) {
        self.breakers = BreakerBoard(policy: breakers)
        budgetPolicy = retryBudget
        draws = DrawGenerator(seed: seed)
    }

    mutating func called(_ provider: String) {
        retryBudgets[provider, default: RetryBudget(policy: budgetPolicy)].called()
    }

    mutating func mayRetry(_ provider: String, at now: Timestamp) -> Bool {
        retryBudgets[provider, default: RetryBudget(policy: budgetPolicy)].retry(at: now)
    }
}
