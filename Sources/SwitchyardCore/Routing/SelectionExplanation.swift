/// Says why a model was chosen, in one sentence.
package struct SelectionExplanation {
    private let selection: ModelSelection
    /// How many could have been.
    private let considered: Int

    init(_ selection: ModelSelection, considered: Int) {
        self.selection = selection
        self.considered = considered
    }

    /// `google/gemini-3.8-flash: best balance among 6 models for summarize (vision, 40k tokens); 94 % good in 52
    /// answers; about $0.0040, 1.8s; next openai/gpt-6-luna (88 %); left out openai/gpt-6-sol (breaker open)`
    var text: String {
        guard let first = selection.candidates.first else { return "" }
        var parts = ["\(first.model): \(why(first))", belief(first), expectation(first)]
        if selection.candidates.count > 1 {
            let next = selection.candidates[1]
            parts.append("next \(next.model) (\(Self.percent(next.belief.mean)))")
        }
        if let usual { parts.append("a try, to learn more of it: \(usual) would be usual") }
        if let removals { parts.append(removals) }
        return parts.joined(separator: "; ")
    }

    /// What would have been called first by what is believed on average, where that is another.
    private var usual: ModelID? {
        var believed = selection.candidates.filter { !$0.isFallback }
        guard believed.count > 1 else { return nil }
        for index in believed.indices { believed[index].draw = believed[index].belief.mean }
        let first = CandidateScore.rank(believed, by: selection.strategy)[0].model
        return first == selection.candidates[0].model ? nil : first
    }

    private func why(_ first: ModelSelection.Candidate) -> String {
        if first.isFallback { return "named in fallback, for \(wish) cannot be called" }
        let breaker = selection.removals.contains { $0.model == first.model }
        if breaker { return "called although it fails or is busy, for nothing else is left" }
        switch selection.source {
        case .explicit: return "the step names it"
        case .expert: return "the expert for the step's tool"
        case .defaultModel: return "the pipeline's default"
        case .auto(let understood):
            let words = understood.isEmpty ? "no word that is known" : understood.joined(separator: ", ")
            return "\(rank) (from: \(words))\(requirements)"
        case .tier: return "\(rank) of the step's tier\(requirements)"
        case .taskSetting(let task): return "\(rank) of the tier set for \(task)\(requirements)"
        case .task(let task): return "\(rank) for \(task)\(requirements)"
        case .nothing: return "\(rank)\(requirements)"
        }
    }

    private var wish: String {
        switch selection.source {
        case .explicit: "the step's model"
        case .expert: "the expert for the step's tool"
        case .defaultModel: "the pipeline's default"
        case .auto, .tier, .taskSetting, .task, .nothing: "what else fits"
        }
    }

    private var rank: String {
        guard considered > 1 else { return "the only model that fits" }
        let word =
            switch selection.strategy {
            case .balanced: "best balance"
            case .cost: "best for its cost"
            case .performance: "best for its speed"
            case .accuracy: "most likely to be right"
            }
        return "\(word) among \(considered) models"
    }

    private var requirements: String {
        var words = ModelCapability.allCases.filter(selection.needs.contains).map(\.rawValue)
        if selection.inputTokens >= 1000 { words.append("\(selection.inputTokens / 1000)k tokens") }
        return words.isEmpty ? "" : " with \(words.joined(separator: ", "))"
    }

    private func belief(_ candidate: ModelSelection.Candidate) -> String {
        let share = Self.percent(candidate.belief.mean)
        switch candidate.belief.samples {
        case 0: return "believed \(share) good, not tried yet"
        case 1: return "\(share) good in 1 answer"
        case let count: return "\(share) good in \(count) answers"
        }
    }

    private func expectation(_ candidate: ModelSelection.Candidate) -> String {
        let cost = candidate.expectedCost.map { "about \(Self.dollars($0))" } ?? "unknown cost"
        return "\(cost), \(DurationText.elapsed(candidate.expectedLatency))"
    }

    /// The most telling ones: what could have been called but for the moment.
    private var removals: String? {
        let telling = selection.removals.compactMap { removal -> String? in
            guard removal.model != selection.candidates.first?.model else { return nil }
            return Self.words(removal.reason).map { "\(removal.model) (\($0))" }
        }
        guard !telling.isEmpty else { return nil }
        let more = telling.count > 2 ? " and \(telling.count - 2) more" : ""
        return "left out \(telling.prefix(2).joined(separator: ", "))\(more)"
    }

    private static func words(_ reason: ModelRemoval.Reason) -> String? {
        switch reason {
        case .breaker(.open): "breaker open"
        case .breaker(.probing): "breaker half-open"
        case .breaker(.parked): "rate limited"
        case .rateLimit(let wait): "\(DurationText.elapsed(wait)) to wait"
        case .overBudget(let worst, _): "up to \(dollars(worst)), over budget"
        case .unknownPrice: "unknown price under a budget"
        case .overTokenBudget: "over the token budget"
        case .shutDown(let date): "shut down \(date)"
        case .lacks, .unstated, .tooLong, .unstatedWindow, .windowBelow, .denied, .notAllowed, .noKey: nil
        }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// Two digits that count: `$0.0040`, `$0.12`, `$3.40`.
    package static func dollars(_ cost: MicroDollars) -> String {
        guard cost.amount > 0 else { return "$0" }
        var unit: Int64 = 1
        while cost.amount / unit >= 100, unit < 10_000 { unit *= 10 }
        let rounded = (cost.amount + unit / 2) / unit * unit
        let fraction = String(rounded % 1_000_000 + 1_000_000).dropFirst()
        let places = max(2, 6 - (String(unit).count - 1))
        return "$\(rounded / 1_000_000).\(fraction.prefix(places))"
    }
}
