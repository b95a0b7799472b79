import OrderedCollections

// What a run waited for, and what follows from it.

extension RunAnalysis {
    /// From the step that ended last back through what each step waited for longest.
    static func path(_ snapshot: RunSnapshot) -> [PathStep] {
        let start = snapshot.startedAt ?? snapshot.createdAt ?? Timestamp(microseconds: 0)
        let ended = snapshot.steps.values.filter { $0.path.isListed && $0.startedAt != nil && $0.endedAt != nil }
        var path: [PathStep] = []
        var next = ended.max { ($0.endedAt!, $1.path) < ($1.endedAt!, $0.path) }
        while let step = next, let began = step.startedAt, let end = step.endedAt {
            // A `finally` step needs no other by name: it waited for all that is not `finally`.
            let before = ended.filter { other in
                step.planned.needs.contains { $0.path == other.path }
                    || (step.planned.needs.isEmpty && step.path.isFinally && !other.path.isFinally)
            }
            let last = before.max { ($0.endedAt!, $1.path) < ($1.endedAt!, $0.path) }
            let free = last?.endedAt ?? start
            path.append(
                PathStep(
                    step: step.path, startedAfter: max(.zero, began.since(start)), took: max(.zero, end.since(began)),
                    waited: max(.zero, began.since(free)), usesModel: step.modelUse.calls > 0))
            guard path.count <= ended.count else { break }
            next = last
        }
        return path.reversed()
    }

    /// A cheaper model is worth a word if it was believed at most so much less good.
    private static let nearlyAsGood = 0.05
    /// And saves at least so much of what the step's answers cost.
    private static let worthSaving = 0.2

    mutating func advise(_ facts: RunFacts, _ catalogue: ModelCatalogue) {
        let steps = Dictionary(grouping: calls, by: \.step)
        for step in steps.keys.sorted() {
            let own = steps[step] ?? []
            let answers = own.filter(\.isAnswered)
            if let selected = answers.last.flatMap({ facts.selected[$0.key.seq] }) {
                adviseCheaper(step, answers, selected, catalogue)
                let failed = Set(calls.filter { $0.step == step && !$0.isAnswered }.map(\.model))
                if criticalPath.contains(where: { $0.step == step }) {
                    adviseFaster(step, answers, selected, except: failed)
                }
            }
            let rejected = answers.filter { $0.verdict == .rejected }
            if !rejected.isEmpty {
                let cost = rejected.reduce(MicroDollars.zero) { $0 + ($1.cost ?? .zero) }
                advice.append(.rejectedAnswers(step, rejected.count, cost))
            }
        }
        let providers = Dictionary(grouping: calls, by: \.model.provider)
        for provider in providers.keys.sorted() {
            let own = providers[provider] ?? []
            let failed = own.filter { !$0.isAnswered }
            guard failed.count >= 2 || (!failed.isEmpty && failed.count == own.count) else { continue }
            let lost = failed.reduce(Duration.zero) { $0 + $1.latency }
            advice.append(.failingProvider(provider, failed: failed.count, of: own.count, lost: lost))
        }
        if let waited = facts.waits[.rateLimit], waited > took / 10 { advice.append(.rateLimits(waited)) }
        if criticalPath.count > 1, let longest = criticalPath.max(by: { $0.took < $1.took }), longest.took > took / 2 {
            let share = longest.took.inSeconds / max(0.001, took.inSeconds)
            advice.append(.longestStep(longest.step, longest.took, share: min(1, share)))
        }
        let unpriced = Set(calls.filter { $0.isAnswered && $0.cost == nil }.map(\.model))
        for model in unpriced.sorted() {
            let price = catalogue.facts(of: model).price
            let hasPrice = price?.input != nil && price?.output != nil
            advice.append(hasPrice ? .unknownUsage(model) : .unknownPrice(model))
        }
    }

    private mutating func adviseCheaper(
        _ step: StepPath, _ answers: [CallRecord], _ selected: ModelSelected, _ catalogue: ModelCatalogue
    ) {
        guard let chosen = answers.last?.model, let own = selected.measure(of: chosen) else { return }
        let paid = answers.map(\.cost)
        guard paid.allSatisfy({ $0 != nil }) else { return }
        let sum = paid.reduce(MicroDollars.zero) { $0 + ($1 ?? .zero) }
        var best: (model: ModelID, saved: MicroDollars, quality: Double)?
        for other in selected.candidates where other != chosen {
            guard let measure = selected.measure(of: other), own.quality - measure.quality <= Self.nearlyAsGood else {
                continue
            }
            let costs = answers.map { catalogue.facts(of: other).costWithoutGaps(of: $0.usage) }
            guard costs.allSatisfy({ $0 != nil }) else { continue }
            let saved = sum.amount - costs.reduce(MicroDollars.zero) { $0 + ($1 ?? .zero) }.amount
            guard Double(saved) >= Double(sum.amount) * Self.worthSaving, saved > best?.saved.amount ?? 0 else {
                continue
            }
            best = (other, MicroDollars(saved), measure.quality)
        }
        guard let best else { return }
        advice.append(
            .cheaperModel(
                step, chosen: chosen, other: best.model, saved: best.saved, quality: best.quality, than: own.quality))
    }

    /// - Parameter failed: the models that were asked for the step and did not answer.
    private mutating func adviseFaster(
        _ step: StepPath, _ answers: [CallRecord], _ selected: ModelSelected, except failed: Set<ModelID>
    ) {
        guard let chosen = answers.last?.model, let own = selected.measure(of: chosen) else { return }
        let faster = selected.candidates.filter { other in
            if failed.contains(other) { return false }
            guard let measure = selected.measure(of: other) else { return false }
            return own.quality - measure.quality <= Self.nearlyAsGood
                && measure.expectedLatency < own.expectedLatency / 2
        }
        let fastest = faster.compactMap { model in selected.measure(of: model).map { (model, $0.expectedLatency) } }
            .min { $0.1 < $1.1 }
        guard let fastest else { return }
        let saved = (own.expectedLatency - fastest.1) * answers.count
        advice.append(.fasterModel(step, chosen: chosen, other: fastest.0, saved: saved))
    }
}

extension ModelSelected {
    package func measure(of model: ModelID) -> CandidateMeasure? {
        guard measures.count == candidates.count, let index = candidates.firstIndex(of: model) else { return nil }
        return measures[index]
    }
}
