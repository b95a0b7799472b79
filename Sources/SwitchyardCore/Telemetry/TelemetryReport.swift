package import OrderedCollections

/// What calls came to together. Unknown prices are counted, and never taken for 0.
package struct CallTotals: Hashable, Sendable {
    /// Tries of models, those that failed included.
    package private(set) var calls = 0
    package private(set) var failed = 0
    package private(set) var inputTokens = 0
    package private(set) var outputTokens = 0
    /// The part of the input that came from providers' caches.
    package private(set) var cachedTokens = 0
    /// The known part.
    package private(set) var cost = MicroDollars.zero
    /// The calls whose cost is not known.
    package private(set) var unpriced = 0
    /// What the calls whose cost is known both ways would have cost at the ``PremiumReference``, and what they cost.
    package private(set) var premium = MicroDollars.zero
    package private(set) var comparable = MicroDollars.zero

    package init() {}

    package init(_ calls: some Sequence<CallRecord>) {
        for call in calls { add(call) }
    }

    package mutating func add(_ call: CallRecord) {
        calls += 1
        if !call.isAnswered { failed += 1 }
        inputTokens = inputTokens.addingReportingOverflow(call.usage.input ?? 0).partialValue
        outputTokens = outputTokens.addingReportingOverflow(call.usage.output ?? 0).partialValue
        cachedTokens = cachedTokens.addingReportingOverflow(call.usage.cacheRead ?? 0).partialValue
        guard let cost = call.cost else { return unpriced += 1 }
        self.cost += cost
        guard let premium = call.premiumCost else { return }
        self.premium += premium
        comparable += cost
    }

    /// What was saved against asking a premium model always; negative where that would have been cheaper.
    package var saved: MicroDollars { MicroDollars(premium.amount - comparable.amount) }

    /// The share of the premium cost that was saved; nil where there is nothing to compare.
    package var savedShare: Double? {
        premium.amount > 0 ? Double(saved.amount) / Double(premium.amount) : nil
    }
}

/// What calls of one provider came to.
package struct ProviderTotals: Hashable, Sendable {
    package var totals = CallTotals()
    /// How often each class of error came.
    package var failures: [ModelError.Kind: Int] = [:]
    private var latencies: [Duration] = []
    private var firstTokens: [Duration] = []

    package init() {}

    mutating func add(_ call: CallRecord) {
        totals.add(call)
        if case .failed(let kind) = call.outcome {
            failures[kind, default: 0] += 1
        } else {
            latencies.append(call.latency)
            if let first = call.firstTokenAfter { firstTokens.append(first) }
        }
    }

    /// How long answers took: so many per cent of them at most this long. Nil without answers.
    package func latency(percentile: Int) -> Duration? { Percentile.of(latencies, percentile) }

    package func firstToken(percentile: Int) -> Duration? { Percentile.of(firstTokens, percentile) }

    /// The most frequent class of error; of equals the first by name.
    package var commonestFailure: ModelError.Kind? {
        failures.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
    }
}

/// What the runs of one pipeline came to.
package struct WorkflowTotals: Hashable, Sendable {
    package private(set) var runs = 0
    package private(set) var succeeded = 0
    package private(set) var failed = 0
    package private(set) var calls = 0
    package private(set) var failedCalls = 0
    package private(set) var fallbacks = 0
    package private(set) var takenResults = 0
    package private(set) var tokens = 0
    package private(set) var cost = MicroDollars.zero
    package private(set) var unpriced = 0
    private var durations: [Duration] = []

    package init() {}

    mutating func add(_ run: RunRecord) {
        runs += 1
        if run.status == .succeeded { succeeded += 1 }
        if run.status == .failed { failed += 1 }
        calls += run.calls
        failedCalls += run.failedCalls
        fallbacks += run.fallbacks
        takenResults += run.takenResults
        tokens += run.inputTokens + run.outputTokens
        cost += run.cost
        unpriced += run.unpricedCalls
        if let duration = run.duration { durations.append(duration) }
    }

    /// How long runs that ended took; nil if none has.
    package var medianDuration: Duration? { Percentile.of(durations, 50) }

    /// The known part of what a run cost on average.
    package var costPerRun: MicroDollars { MicroDollars(runs == 0 ? 0 : cost.amount / Int64(runs)) }
}

/// What telemetry says, grouped.
package enum TelemetryReport {
    package enum Grouping: String, Hashable, Sendable, CaseIterable {
        case day, task, model
    }

    /// What was spent, by the day (`2026-11-21`, in UTC), the task (`–` for none) or the model: days in their order,
    /// the rest by what it cost.
    package static func costs(
        _ calls: some Sequence<CallRecord>, by grouping: Grouping
    ) -> OrderedDictionary<String, CallTotals> {
        var groups: OrderedDictionary<String, CallTotals> = [:]
        for call in calls {
            let key =
                switch grouping {
                case .day: String(call.time.iso8601.prefix(10))
                case .task: call.task ?? "–"
                case .model: call.model.description
                }
            groups[key, default: CallTotals()].add(call)
        }
        switch grouping {
        case .day: groups.sort { $0.key < $1.key }
        case .task, .model:
            groups.sort { a, b in
                (b.value.cost, b.value.calls, a.key) < (a.value.cost, a.value.calls, b.key)
            }
        }
        return groups
    }

    /// By provider, the one that was asked most first.
    package static func providers(
        _ calls: some Sequence<CallRecord>
    ) -> OrderedDictionary<String, ProviderTotals> {
        var groups: OrderedDictionary<String, ProviderTotals> = [:]
        for call in calls { groups[call.model.provider, default: ProviderTotals()].add(call) }
        groups.sort { ($1.value.totals.calls, $0.key) < ($0.value.totals.calls, $1.key) }
        return groups
    }

    /// By pipeline, the dearest first.
    package static func workflows(
        _ runs: some Sequence<RunRecord>
    ) -> OrderedDictionary<String, WorkflowTotals> {
        var groups: OrderedDictionary<String, WorkflowTotals> = [:]
        for run in runs { groups[run.pipeline, default: WorkflowTotals()].add(run) }
        groups.sort { ($1.value.cost, $1.value.runs, $0.key) < ($0.value.cost, $0.value.runs, $1.key) }
        return groups
    }
}

enum Percentile {
    /// By the nearest rank; nil of nothing.
    static func of(_ durations: [Duration], _ percent: Int) -> Duration? {
        guard !durations.isEmpty else { return nil }
        let rank = (durations.count * percent + 99) / 100
        return durations.sorted()[max(0, min(durations.count, rank) - 1)]
    }
}
