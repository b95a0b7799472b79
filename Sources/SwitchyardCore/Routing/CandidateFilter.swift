/// Finds out whether a model can answer a question now.
struct CandidateFilter {
    let request: SelectionRequest
    let conditions: SelectionConditions
    let needs: Set<ModelCapability>
    private let orderedNeeds: [ModelCapability]
    /// The least window; nil is what the question needs.
    let contextWindow: Int?
    /// As `YYYY-MM-DD`.
    private let today: String

    /// An answer that has no limit needs at least room for so much.
    private static let shortestAnswer = 1024

    init(
        request: SelectionRequest, conditions: SelectionConditions, needs: Set<ModelCapability>, contextWindow: Int?
    ) {
        self.request = request
        self.conditions = conditions
        self.needs = needs
        orderedNeeds = ModelCapability.allCases.filter(needs.contains)
        self.contextWindow = contextWindow
        today = String(conditions.now.iso8601.prefix(10))
    }

    /// Why the model cannot answer; nil if it can.
    ///
    /// - Parameter isNamed: whether a person asked for it: then what is not stated is taken to hold.
    func removal(of facts: ModelFacts, isNamed: Bool) -> ModelRemoval.Reason? {
        permission(facts) ?? ability(facts, isNamed: isNamed) ?? money(facts)
    }

    /// Why the model should not be called at this moment, but can be if nothing else is left.
    func delay(of facts: ModelFacts) -> ModelRemoval.Reason? {
        if let refusal = conditions.breakers.refusal(CallCandidate(facts).breaker, at: conditions.now) {
            return .breaker(refusal)
        }
        if let wait = conditions.rateWaits[facts.id.provider], wait > conditions.longestRateWait {
            return .rateLimit(wait: wait)
        }
        return nil
    }

    private func permission(_ facts: ModelFacts) -> ModelRemoval.Reason? {
        if let providers = conditions.providers, !providers.contains(facts.id.provider) { return .noKey }
        if let pattern = conditions.deny.first(where: { NamePattern.matches($0, facts.id) }) {
            return .denied(pattern: pattern)
        }
        if !conditions.allow.isEmpty, !conditions.allow.contains(where: { NamePattern.matches($0, facts.id) }) {
            return .notAllowed
        }
        if let date = facts.shutdownDate, today > date { return .shutDown(date) }
        return nil
    }

    private func ability(_ facts: ModelFacts, isNamed: Bool) -> ModelRemoval.Reason? {
        for capability in orderedNeeds {
            switch facts.can(capability) {
            case true?: continue
            case false?: return .lacks(capability)
            case nil: if !isNamed { return .unstated(capability) }
            }
        }
        let answer = request.maxTokens ?? min(Self.shortestAnswer, facts.maxOutputTokens ?? .max)
        let (tokens, overflows) = request.inputTokens.addingReportingOverflow(answer)
        switch facts.fits(inputTokens: request.inputTokens, outputTokens: answer) {
        case true?: break
        case false?: return .tooLong(tokens: overflows ? .max : tokens)
        case nil: if !isNamed { return .unstatedWindow }
        }
        if let contextWindow, (facts.contextWindow ?? facts.maxInputTokens ?? 0) < contextWindow {
            return .windowBelow(contextWindow)
        }
        return nil
    }

    private func money(_ facts: ModelFacts) -> ModelRemoval.Reason? {
        if let left = conditions.moneyLeft {
            guard let cost = worstCaseCost(of: facts) else { return .unknownPrice }
            if cost > left { return .overBudget(worstCase: cost, left: left) }
        }
        if let left = conditions.tokensLeft {
            let output = facts.longestOutput(inputTokens: request.inputTokens, maxTokens: request.maxTokens) ?? 0
            let tokens = request.inputTokens.addingReportingOverflow(output).partialValue
            if tokens > left { return .overTokenBudget(tokens: tokens, left: left) }
        }
        return nil
    }

    func worstCaseCost(of facts: ModelFacts) -> MicroDollars? {
        facts.worstCaseCost(inputTokens: request.inputTokens, maxTokens: request.maxTokens)
    }
}
