import OrderedCollections

/// What a run cost and took, against what it could have: all of it from its events.
package struct RunAnalysis: Hashable, Sendable {
    /// What the answers of a run would have cost with other choices, for the same tokens.
    package struct Comparison: Hashable, Sendable {
        /// What the answers that can be compared did cost.
        package var actual = MicroDollars.zero
        /// With the cheapest model that could have been called for each.
        package var cheapest = MicroDollars.zero
        /// With the model that was believed best for each.
        package var best = MicroDollars.zero
        /// With the ``PremiumReference`` for each; nil without one.
        package var premium: MicroDollars?
        /// How many answers are in it.
        package var answers = 0
        /// How many cannot be compared, for a price is not known.
        package var unknown = 0
    }

    /// What was asked in vain.
    package struct Waste: Hashable, Sendable {
        package var failedCalls = 0
        package var failedCost = MicroDollars.zero
        /// Failed calls of which nobody knows what they cost.
        package var failedUnpriced = 0
        package var failedTime = Duration.zero
        /// Between tries, for limits and for budgets.
        package var waitedTime = Duration.zero
        /// Answers that their step did not use.
        package var rejectedAnswers = 0
        package var rejectedCost = MicroDollars.zero
        package var rejectedTime = Duration.zero
    }

    /// A result that was taken instead of made.
    package struct Taken: Hashable, Sendable {
        package var step: StepPath
        package var source: ResultSource
        /// What it cost where it was made; nil is unknown.
        package var cost: MicroDollars?
        package var duration: Duration?
    }

    /// A step that the run could not have ended without waiting for.
    package struct PathStep: Hashable, Sendable {
        package var step: StepPath
        /// After the run's start.
        package var startedAfter: Duration
        package var took: Duration
        /// Between the end of what it needed and its own start.
        package var waited: Duration
        package var usesModel: Bool
    }

    /// What would make it cheaper, faster or surer, as far as the facts say so.
    package enum Advice: Hashable, Sendable {
        /// The step's model could be one that costs less and was believed nearly as good.
        case cheaperModel(StepPath, chosen: ModelID, other: ModelID, saved: MicroDollars, quality: Double, than: Double)
        /// The step, which the run waited for, could ask a model that was expected to answer sooner.
        case fasterModel(StepPath, chosen: ModelID, other: ModelID, saved: Duration)
        /// A provider failed so many of so many calls, and that took so long.
        case failingProvider(String, failed: Int, of: Int, lost: Duration)
        /// So much of the run was waiting for a provider's limits.
        case rateLimits(Duration)
        /// One step is most of the run's time.
        case longestStep(StepPath, Duration, share: Double)
        /// Answers were paid for and not used.
        case rejectedAnswers(StepPath, Int, MicroDollars)
        /// A model has no price, so its cost is in no sum.
        case unknownPrice(ModelID)
        /// A model has a price, but did not say enough of what it used.
        case unknownUsage(ModelID)
    }

    package var calls: [CallRecord] = []
    package var totals = CallTotals()
    package var comparison = Comparison()
    package var waste = Waste()
    package var taken: [Taken] = []
    /// What providers' caches saved: cached input against the same input at its full price.
    package var cachedSaving = MicroDollars.zero
    /// The steps of the pipeline's own lists that led to the run's end, the first first.
    package var criticalPath: [PathStep] = []
    package var advice: [Advice] = []
    /// How long the run took, or has taken.
    package var took = Duration.zero

    /// - Parameters:
    ///   - events: all of the run's.
    ///   - sources: what the results that were taken cost where they were made, by the step that took them.
    package init(
        _ events: [EventEnvelope], catalogue: ModelCatalogue, sources: [StepPath: (cost: MicroDollars?, took: Duration)]
    ) {
        guard let run = events.first?.run else { return }
        let reference = PremiumReference(catalogue)
        let facts = RunFacts(events, run: run, premium: reference)
        let snapshot = RunSnapshot(run: run, folding: events)
        calls = facts.calls
        totals = CallTotals(calls)
        took = snapshot.elapsed(at: snapshot.lastTime ?? Timestamp(microseconds: 0))
        waste = Waste(calls, waited: facts.waits.values.reduce(.zero, +))
        for call in calls where call.isAnswered { compare(call, facts.selected[call.key.seq], catalogue, reference) }
        taken = snapshot.steps.values.compactMap { step in
            step.source.map {
                Taken(step: step.path, source: $0, cost: sources[step.path]?.cost, duration: sources[step.path]?.took)
            }
        }
        criticalPath = Self.path(snapshot)
        advise(facts, catalogue)
    }

    private mutating func compare(
        _ call: CallRecord, _ selected: ModelSelected?, _ catalogue: ModelCatalogue, _ reference: PremiumReference?
    ) {
        if let read = call.usage.cacheRead, read > 0, let cost = call.cost {
            var plain = call.usage
            plain.cacheRead = 0
            plain.uncachedInput = (plain.uncachedInput ?? 0) + read
            if let full = catalogue.facts(of: call.model).costWithoutGaps(of: plain), full > cost {
                cachedSaving += MicroDollars(full.amount - cost.amount)
            }
        }
        let candidates = selected?.candidates ?? [call.model]
        let costs = candidates.map { catalogue.facts(of: $0).costWithoutGaps(of: call.usage) }
        let best = selected?.bestCandidate ?? 0
        guard let actual = call.cost, let cheapest = costs.compactMap(\.self).min(), let dearest = costs[best] else {
            return comparison.unknown += 1
        }
        comparison.answers += 1
        comparison.actual += actual
        // What was paid is a choice too, and may be less than the catalogue says.
        comparison.cheapest += min(cheapest, actual)
        comparison.best += candidates[best] == call.model ? actual : dearest
        if let reference, let premium = reference.cost(of: call.usage) {
            comparison.premium = (comparison.premium ?? .zero) + premium
        }
    }
}

extension RunAnalysis.Waste {
    fileprivate init(_ calls: [CallRecord], waited: Duration) {
        waitedTime = waited
        for call in calls {
            if !call.isAnswered {
                failedCalls += 1
                failedTime += call.latency
                if let cost = call.cost { failedCost += cost } else { failedUnpriced += 1 }
            } else if call.verdict == .rejected {
                rejectedAnswers += 1
                rejectedTime += call.latency
                rejectedCost += call.cost ?? .zero
            }
        }
    }
}

/// What an analysis reads from events beside the snapshot.
struct RunFacts {
    var calls: [CallRecord] = []
    /// The choice that a call came from, by the call's `seq`.
    var selected: [Int: ModelSelected] = [:]
    /// How long calls waited, by the reason.
    var waits: [ModelWait.Reason: Duration] = [:]

    init(_ events: [EventEnvelope], run: RunID, premium: PremiumReference?) {
        var fold = TelemetryFold(run: run, premium: premium)
        var places: [Int: Int] = [:]
        var chosen: [StepPath: ModelSelected] = [:]
        var waiting: [StepPath: (reason: ModelWait.Reason, since: Timestamp)] = [:]
        for event in events {
            if case .modelSelected(let selected) = event.event, let step = event.step { chosen[step] = selected }
            if case .routing(.waitStarted(let wait)) = event.event, let step = event.step {
                waiting[step] = (wait.reason, event.time)
            }
            if case .routing(.waitEnded) = event.event, let step = event.step,
                let wait = waiting.removeValue(forKey: step)
            {
                waits[wait.reason, default: .zero] += max(.zero, event.time.since(wait.since))
            }
            for call in fold.apply(event).calls {
                if let place = places[call.key.seq] {
                    calls[place] = call
                } else {
                    places[call.key.seq] = calls.count
                    calls.append(call)
                    selected[call.key.seq] = chosen[call.step]
                }
            }
        }
    }
}

extension ModelSelected {
    /// The candidate that was believed best; the first where nothing was measured.
    package var bestCandidate: Int {
        guard measures.count == candidates.count else { return 0 }
        return measures.indices.max { (measures[$0].quality, -$0) < (measures[$1].quality, -$1) } ?? 0
    }
}

extension RunAnalysis {
    /// What the result that event `seq` recorded cost and took, from its step's first start to that event; nil if
    /// there is no such event. A cost of which a part is not known is not known.
    package static func price(of seq: Int, in events: [EventEnvelope]) -> (cost: MicroDollars?, took: Duration)? {
        guard let end = events.first(where: { $0.seq == seq }), let step = end.step else { return nil }
        var fold = TelemetryFold(run: end.run, premium: nil)
        var costs: [Int: MicroDollars?] = [:]
        var start: Timestamp?
        for event in events where event.seq <= seq {
            for call in fold.apply(event).calls where call.step == step { costs[call.key.seq] = call.cost }
            if event.step == step, start == nil, case .stepStarted = event.event { start = event.time }
        }
        let isKnown = costs.values.allSatisfy { $0 != nil }
        let cost = costs.values.reduce(MicroDollars.zero) { $0 + ($1 ?? .zero) }
        return (isKnown ? cost : nil, max(.zero, end.time.since(start ?? end.time)))
    }
}
