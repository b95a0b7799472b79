import SwitchyardCore

/// What a way of choosing models comes to over all calls.
struct Replay {
    var name: String
    /// The index of the model chosen for each call.
    var chosen: [Int] = []
    var successes = 0
    var cost: Int64 = 0
    var seconds = 0.0
    private let world: SyntheticCalls

    /// - Parameter choose: gives the index of a model for a call and its number.
    init(_ name: String, _ world: SyntheticCalls, choose: (SyntheticCalls.Call, Int) -> Int) {
        self.name = name
        self.world = world
        for (number, call) in world.calls.enumerated() {
            let index = choose(call, number)
            let outcome = call.outcomes[index]
            chosen.append(index)
            successes += outcome.succeeds ? 1 : 0
            cost += outcome.cost.amount
            seconds += outcome.latency.inSeconds
        }
    }

    /// In per cent.
    var success: Double { Double(successes) / Double(chosen.count) * 100 }
    /// In dollars for a thousand calls.
    var price: Double { Double(cost) / Double(chosen.count) / 1000 }

    /// The model that costs least for each call among those that succeed: nobody can know it before.
    static func oracle(_ world: SyntheticCalls) -> Replay {
        Replay("oracle", world) { call, _ in
            let all = call.outcomes.indices
            let good = all.filter { call.outcomes[$0].succeeds }
            return (good.isEmpty ? Array(all) : good).min { call.outcomes[$0].cost < call.outcomes[$1].cost } ?? 0
        }
    }

    /// The router, learning from every call.
    static func learner(_ name: String, _ world: SyntheticCalls, _ strategy: ModelStrategy, tier: ModelTier? = nil)
        -> Replay
    {
        let indices = Dictionary(
            SyntheticCalls.models.enumerated().map { (model($1.name), $0) }, uniquingKeysWith: { first, _ in first })
        var quality = QualityLedger()
        return Replay(name, world) { call, number in
            // A call every half a minute.
            let now = at(Double(number) * 30)
            let request = SelectionRequest(
                policy: ModelPolicy(tier: tier, task: call.task, strategy: strategy), inputTokens: call.inputTokens,
                maxTokens: 4000, seed: UInt64(number))
            let selector = ModelSelector(catalogue: world.catalogue, quality: quality)
            let selection = try? selector.select(request, SelectionConditions(now: now))
            guard let model = selection?.candidates.first?.model, let index = indices[model] else {
                preconditionFailure("nothing was chosen")
            }
            let outcome = call.outcomes[index]
            quality.record(outcome.succeeds ? .accepted : .rejected, task: call.task, model: model, at: now)
            quality.record(latency: outcome.latency, usage: outcome.usage, task: call.task, model: model)
            return index
        }
    }

    /// After how many calls behind the change the choice is again as good as it gets: the last `width` choices are
    /// within `slack` of those that the same router makes later on, when it has learned the change.
    func recovery(width: Int = 50, slack: Double = 0.05) -> Int? {
        let settled = SyntheticCalls.count - 2000
        let later = meanQuality(settled..<SyntheticCalls.count)
        for end in (SyntheticCalls.change + width)...settled {
            // Of the same kinds of calls: what the router later chooses for each.
            let window = (end - width)..<end
            let expected = window.reduce(0.0) { $0 + (later[world.calls[$1].task] ?? 0) } / Double(width)
            let real = window.reduce(0.0) { $0 + world.calls[$1].outcomes[chosen[$1]].probability } / Double(width)
            if real >= expected - slack { return end - SyntheticCalls.change }
        }
        return nil
    }

    /// How likely the choices were to succeed, by task.
    private func meanQuality(_ range: Range<Int>) -> [String: Double] {
        var sums: [String: (sum: Double, count: Double)] = [:]
        for number in range {
            let call = world.calls[number]
            let known = sums[call.task] ?? (0, 0)
            sums[call.task] = (known.sum + call.outcomes[chosen[number]].probability, known.count + 1)
        }
        return sums.mapValues { $0.sum / $0.count }
    }
}
