import SwitchyardCore

/// Ways of choosing, side by side.
struct ReplayTable {
    let baselines: [Replay]
    /// By rising cost.
    let learners: [Replay]
    let oracle: Replay

    init(seed: UInt64) {
        let world = SyntheticCalls(seed: seed)
        var draws = DrawGenerator(seed: seed, "random")
        baselines = [
            Replay("always cheap", world) { _, _ in 0 },
            Replay("random", world) { call, _ in Int.random(in: call.outcomes.indices, using: &draws) },
            Replay("always premium", world) { call, _ in call.outcomes.count - 1 },
        ]
        let learners = [
            Replay.learner("tier cheap, cost", world, .cost, tier: .cheap),
            Replay.learner("cost", world, .cost), Replay.learner("balanced", world, .balanced),
            Replay.learner("accuracy", world, .accuracy),
        ]
        self.learners = learners.sorted { $0.cost < $1.cost }
        oracle = Replay.oracle(world)
    }

    /// A way of choosing against learning that costs as much, and against learning that succeeds as often.
    struct Comparison {
        var name: String
        /// In dollars for a thousand calls.
        var equalPrice: Double
        /// In per cent, at that price.
        var success: (without: Double, learned: Double)
        /// In per cent.
        var equalSuccess: Double
        /// In dollars for a thousand calls, at that success; nil if it is not reached.
        var price: (without: Double, learned: Double)?
    }

    /// Where learning costs more than `baseline` at its cheapest, the baseline is topped up with calls of the premium
    /// model until it costs as much. Everywhere else two strategies of learning are mixed until they do.
    func comparison(_ baseline: Replay) -> Comparison {
        if let cheapest = learners.first, cheapest.price > baseline.price {
            let premium = baselines[baselines.count - 1]
            let mix = [(baseline.price, baseline.success), (premium.price, premium.success)]
            return Comparison(
                name: baseline.name, equalPrice: cheapest.price,
                success: (interpolated(mix, cheapest.price), cheapest.success), equalSuccess: cheapest.success,
                price: (interpolated(mix.map { ($0.1, $0.0) }, cheapest.success), cheapest.price))
        }
        let isReached = learners.contains { $0.success >= baseline.success }
        return Comparison(
            name: baseline.name, equalPrice: baseline.price,
            success: (baseline.success, interpolated(learners.map { ($0.price, $0.success) }, baseline.price)),
            equalSuccess: baseline.success,
            price: isReached
                ? (baseline.price, interpolated(learners.map { ($0.success, $0.price) }, baseline.success)) : nil)
    }

    /// Below the first point and above the last, theirs.
    private func interpolated(_ points: [(x: Double, y: Double)], _ x: Double) -> Double {
        let points = points.sorted { $0.x < $1.x }
        guard let above = points.firstIndex(where: { $0.x >= x }) else { return points[points.count - 1].y }
        guard above > 0 else { return points[0].y }
        let (left, right) = (points[above - 1], points[above])
        return left.y + (right.y - left.y) * (x - left.x) / (right.x - left.x)
    }

    var text: String {
        var lines = ["way of choosing            success   $/1000 calls   $/1000 successes   mean s"]
        for replay in baselines + learners + [oracle] {
            let isLearner = learners.contains { $0.name == replay.name }
            let perSuccess = replay.price / replay.success * 100
            lines.append(
                pad(isLearner ? "learned: \(replay.name)" : replay.name, 25) + left(fixed(replay.success, 1) + " %", 9)
                    + left(fixed(replay.price, 3), 15) + left(fixed(perSuccess, 3), 19)
                    + left(fixed(replay.seconds / Double(replay.chosen.count), 1), 9))
        }
        lines += ["", "against                  at equal cost                     at equal success"]
        for entry in baselines.map(comparison) {
            let success = "\(fixed(entry.success.without, 1)) -> \(fixed(entry.success.learned, 1)) %"
            let price = entry.price.map { "$\(fixed($0.without, 3)) -> $\(fixed($0.learned, 3))" } ?? "not reached"
            lines.append(
                pad(entry.name, 25) + pad("$\(fixed(entry.equalPrice, 3)): \(success)", 34)
                    + "\(fixed(entry.equalSuccess, 1)) %: \(price)")
        }
        lines += ["", "a model that serves many calls is good for 40 % of what it was from call 5,000 on;"]
        for replay in learners {
            let calls = replay.recovery().map { "after \($0) calls" } ?? "never"
            lines.append("learned: \(replay.name) is back \(calls)")
        }
        return lines.joined(separator: "\n")
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func left(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// With so many decimals.
    private func fixed(_ number: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let whole = Int((number * Double(scale)).rounded())
        let fraction = String(whole % scale + scale).dropFirst()
        return "\(whole / scale).\(fraction)"
    }
}
