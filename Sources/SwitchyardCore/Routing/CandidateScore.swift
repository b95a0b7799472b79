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
    private static let costRange = Elementary.log(1000)
    private static let latencyRange = Elementary.log(10)
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
        // Places and not candidates are sorted: those are large.
        let places = scored.enumerated().map { offset, candidate in
            Place(
                offset: offset, isTooBad: strategy == .cost && candidate.draw < leastQuality, score: candidate.score)
        }
        return places.sorted().map { scored[$0.offset] }
    }

    private struct Place: Comparable {
        let offset: Int
        let isTooBad: Bool
        let score: Double

        static func < (left: Self, right: Self) -> Bool {
            if left.isTooBad != right.isTooBad { return right.isTooBad }
            return left.score != right.score ? left.score > right.score : left.offset < right.offset
        }
    }

    /// An unknown cost may be any, and is worth nothing.
    private static func cheapness(_ cost: MicroDollars?, _ cheapest: MicroDollars?) -> Double {
        guard let cost, let cheapest else { return 0 }
        let ratio = Double(max(cost, leastCost).amount) / Double(max(cheapest, leastCost).amount)
        return 1 - min(1, Elementary.log(ratio) / costRange)
    }

    private static func speed(_ latency: Duration, _ fastest: Duration) -> Double {
        let ratio = max(leastSeconds, latency.inSeconds) / max(leastSeconds, fastest.inSeconds)
        return 1 - min(1, Elementary.log(ratio) / latencyRange)
    }
}
