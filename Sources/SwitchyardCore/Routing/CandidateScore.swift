/// Weighs how good, how cheap and how fast models are against each other.
enum CandidateScore {
    /// What counts how much; together 1.
    struct Weights {
        var quality: Double
        var cost: Double
        var latency: Double

        init(_ strategy: ModelStrategy) {
            switch strategy {
            case .balanced: (quality, cost, latency) = (0.5, 0.3, 0.2)
            case .cost: (quality, cost, latency) = (0.15, 0.75, 0.1)
            case .performance: (quality, cost, latency) = (0.25, 0.1, 0.65)
            case .accuracy: (quality, cost, latency) = (0.85, 0.1, 0.05)
            }
        }
    }

    /// So much less good than the best is worth nothing.
    private static let qualityRange = 0.5
    /// So many times as dear, or as slow, as the best is worth nothing.
    private static let costRange = 1000.0
    private static let latencyRange = 10.0
    /// Below these nobody sees a difference: a hundredth of a cent, a fifth of a second.
    private static let leastCost = MicroDollars(100)
    private static let leastSeconds = 0.2
    /// Under `cost`, what is drawn worse than this is called last: its answers are not worth their price. The draw and
    /// not a bound of the belief, for what is little known must be tried before it is known to be bad.
    static let leastQuality = 0.4

    /// Fills in the scores, and puts the best first; of equals, the one that was first.
    static func rank(_ candidates: [ModelSelection.Candidate], by strategy: ModelStrategy) -> [ModelSelection.Candidate]
    {
        let weights = Weights(strategy)
        let best = candidates.map(\.draw).max() ?? 0
        let cheapest = candidates.compactMap(\.expectedCost).min()
        let fastest = candidates.map(\.expectedLatency).min()
        var scored = candidates
        for index in scored.indices {
            let candidate = scored[index]
            scored[index].quality = 1 - min(1, (best - candidate.draw) / qualityRange)
            scored[index].cheapness = cheapness(candidate.expectedCost, cheapest)
            scored[index].speed = speed(candidate.expectedLatency, fastest ?? candidate.expectedLatency)
            scored[index].score =
                weights.quality * scored[index].quality + weights.cost * scored[index].cheapness
                + weights.latency * scored[index].speed
        }
        let order = scored.indices.sorted { left, right in
            let (a, b) = (scored[left], scored[right])
            let isTooBad = strategy == .cost ? (isTooBad(a), isTooBad(b)) : (false, false)
            if isTooBad.0 != isTooBad.1 { return isTooBad.1 }
            return a.score != b.score ? a.score > b.score : left < right
        }
        return order.map { scored[$0] }
    }

    private static func isTooBad(_ candidate: ModelSelection.Candidate) -> Bool {
        candidate.draw < leastQuality
    }

    /// An unknown cost may be any, and is worth nothing.
    private static func cheapness(_ cost: MicroDollars?, _ cheapest: MicroDollars?) -> Double {
        guard let cost, let cheapest else { return 0 }
        let ratio = Double(max(cost, leastCost).amount) / Double(max(cheapest, leastCost).amount)
        return 1 - min(1, Elementary.log(ratio) / Elementary.log(costRange))
    }

    private static func speed(_ latency: Duration, _ fastest: Duration) -> Double {
        let ratio = max(leastSeconds, latency.inSeconds) / max(leastSeconds, fastest.inSeconds)
        return 1 - min(1, Elementary.log(ratio) / Elementary.log(latencyRange))
    }
}
