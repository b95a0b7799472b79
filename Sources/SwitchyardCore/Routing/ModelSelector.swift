/// Chooses models: leaves out what cannot answer, heeds what a person said, and weighs the rest.
///
/// What a person named is what is called: the step's model, else its tool's expert, else what the words of `<AUTO>` ask
/// for, else the step's tier, else the tier that the pipeline gives the step's task, else what the task is known to
/// want, else the pipeline's default. A tier that a person wrote is a limit. The tier that a task is known to want is
/// only what is believed before anything is learned.
package struct ModelSelector: Sendable {
    private let catalogue: ModelCatalogue
    private let quality: QualityLedger

    /// So many models are called at most where nobody wrote a `fallback` list.
    private static let longestList = 4

    package init(catalogue: ModelCatalogue, quality: QualityLedger = QualityLedger()) {
        self.catalogue = catalogue
        self.quality = quality
    }

    package func select(
        _ request: SelectionRequest, _ conditions: SelectionConditions
    ) throws(SelectionFailure) -> ModelSelection {
        let wish = try SelectionWish(request, catalogue, conditions.advice)
        let filter = CandidateFilter(
            request: request, conditions: conditions, needs: request.needs.union(wish.needs),
            contextWindow: wish.contextWindow)
        var pass = Pass(filter: filter, wish: wish, request: request, now: conditions.now)
        let pool = collect(wish.named.map { [$0] } ?? models(wish), isNamed: wish.named != nil, &pass)
        let entries = (request.policy.fallback ?? request.settings.fallback).map(FallbackEntry.init)
        var fallback: [ModelSelection.Candidate] = []
        for entry in entries {
            let models = try models(of: entry)
            let isNamed = if case .model = entry { true } else { false }
            fallback += collect(models, isNamed: isNamed, isFallback: true, &pass)
        }
        let candidates = ordered(pool, fallback, pass)
        guard !candidates.isEmpty else { throw .noCandidate(wish.source, pass.removals) }
        var selection = ModelSelection(
            source: wish.source, strategy: wish.strategy, candidates: candidates, removals: pass.removals,
            task: wish.task, needs: filter.needs, inputTokens: request.inputTokens, seed: request.seed,
            explanation: "")
        selection.explanation = SelectionExplanation(selection, considered: pool.count).text
        return selection
    }

    /// One choice under way.
    private struct Pass {
        let filter: CandidateFilter
        let wish: SelectionWish
        let request: SelectionRequest
        let now: Timestamp
        var removals: [ModelRemoval] = []
        var seen: Set<ModelID> = []
        /// Those that could be called if nothing else were left.
        var delayed: [ModelSelection.Candidate] = []
    }

    /// The models among which nobody has chosen yet.
    private func models(_ wish: SelectionWish) -> [ModelFacts] {
        let models = catalogue.models(tier: wish.tier)
        return wish.providers.isEmpty ? models : models.filter { wish.providers.contains($0.id.provider) }
    }

    private func models(of entry: FallbackEntry) throws(SelectionFailure) -> [ModelFacts] {
        switch entry {
        case .tier(let provider, let tier): catalogue.models(of: provider, tier: tier)
        case .model(let name): [try catalogue.named(name)]
        }
    }

    /// Those of `models` that can answer, the best first.
    private func collect(
        _ models: [ModelFacts], isNamed: Bool, isFallback: Bool = false, _ pass: inout Pass
    ) -> [ModelSelection.Candidate] {
        var candidates: [ModelSelection.Candidate] = []
        for facts in models where pass.seen.insert(facts.id).inserted {
            if let reason = pass.filter.removal(of: facts, isNamed: isNamed) {
                pass.removals.append(ModelRemoval(model: facts.id, reason: reason))
                continue
            }
            let candidate = measure(facts, isFallback: isFallback, pass)
            if let reason = pass.filter.delay(of: facts) {
                pass.removals.append(ModelRemoval(model: facts.id, reason: reason))
                pass.delayed.append(candidate)
            } else {
                candidates.append(candidate)
            }
        }
        let ranked = CandidateScore.rank(candidates, by: pass.wish.strategy)
        guard let provider = pass.request.provider else { return ranked }
        return ranked.filter { $0.model.provider == provider } + ranked.filter { $0.model.provider != provider }
    }

    private func ordered(
        _ pool: [ModelSelection.Candidate], _ fallback: [ModelSelection.Candidate], _ pass: Pass
    ) -> [ModelSelection.Candidate] {
        let isListed = !(pass.request.policy.fallback ?? pass.request.settings.fallback).isEmpty
        let isSingle = isListed || pass.request.policy.fallback != nil
        let first = Array(pool.prefix(isSingle ? 1 : Self.longestList)) + fallback
        guard first.isEmpty else { return first }
        // A breaker never keeps the last model from being called.
        let rest = CandidateScore.rank(pass.delayed, by: pass.wish.strategy)
        return Array(rest.prefix(isSingle ? 1 : Self.longestList))
    }

    private func measure(_ facts: ModelFacts, isFallback: Bool, _ pass: Pass) -> ModelSelection.Candidate {
        let task = pass.wish.task
        let belief = quality.belief(
            task: task, model: facts.id, tier: facts.tier, taskTier: pass.wish.taskTier, at: pass.now)
        // Each model has draws of its own, so that one more or less in the catalogue changes nobody else's.
        var draws = DrawGenerator(seed: pass.request.seed, facts.id)
        return ModelSelection.Candidate(
            call: CallCandidate(facts), score: 0, quality: 0, cheapness: 0, speed: 0, belief: belief,
            draw: pass.request.explores ? belief.draw(using: &draws) : belief.mean,
            expectedCost: expectedCost(facts, task, pass), worstCaseCost: pass.filter.worstCaseCost(of: facts),
            expectedLatency: quality.latency(task: task, model: facts.id) ?? Self.usualLatency(facts.tier),
            isFallback: isFallback)
    }

    /// Of an answer of the usual length, and input cached as usual.
    private func expectedCost(_ facts: ModelFacts, _ task: String?, _ pass: Pass) -> MicroDollars? {
        let input = pass.request.inputTokens
        let usual = quality.outputTokens(task: task, model: facts.id) ?? Self.usualOutput
        let longest = facts.longestOutput(inputTokens: input, maxTokens: pass.request.maxTokens) ?? usual
        var usage = TokenUsage(uncachedInput: input, cacheRead: 0, cacheWrite: 0, output: min(usual, longest))
        let share = quality.cachedShare(task: task, model: facts.id) ?? 0
        let cached = Int(Double(input) * share)
        // Without a price of cached input, it is not cheaper than any other.
        if cached > 0, facts.price(forInput: input)?.cacheRead != nil {
            usage.cacheRead = cached
            usage.uncachedInput = input - cached
        }
        return facts.cost(of: usage)
    }

    /// What is assumed of a model that has not been called for the task.
    private static let usualOutput = 500

    private static func usualLatency(_ tier: ModelTier) -> Duration {
        switch tier {
        case .cheap: .seconds(2)
        case .capable: .seconds(4)
        case .premium: .seconds(7)
        }
    }
}

extension ModelCatalogue {
    /// The model that a person means by `name`.
    func named(_ name: String) throws(SelectionFailure) -> ModelFacts {
        switch resolve(name) {
        case .known(let facts): return facts
        case .unlisted(let id): return facts(of: id)
        case .ambiguous(let ids): throw .ambiguousModel(name, ids)
        case .unknown(let suggestion): throw .unknownModel(name, suggestion: suggestion)
        }
    }
}
