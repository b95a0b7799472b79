/// How well a model is believed to do a task: a beta distribution over the share of answers that can be used.
package struct QualityBelief: Hashable, Sendable {
    package var alpha: Double
    package var beta: Double
    /// How many signals it rests on, old ones included.
    package var samples: Int

    package init(alpha: Double, beta: Double, samples: Int) {
        self.alpha = alpha
        self.beta = beta
        self.samples = samples
    }

    package var mean: Double { alpha / (alpha + beta) }

    package var deviation: Double {
        let sum = alpha + beta
        return (alpha * beta / (sum * sum * (sum + 1))).squareRoot()
    }

    /// What it exceeds in 19 of 20 cases, nearly.
    package var lowerBound: Double { max(0, mean - 1.645 * deviation) }

    /// A draw from it (Thompson, 1933): what is believed good is drawn high often, what is little known sometimes.
    package func draw(using draws: inout DrawGenerator) -> Double { draws.beta(alpha, beta) }
}

/// What is believed of a model before anything is learned: as good as its tier is for a task of that tier.
enum QualityPrior {
    /// As many signals as the prior counts for.
    static let mass = 10.0

    /// - Parameter task: the tier that the task wants; nil is an unknown task.
    static func mean(of model: ModelTier, for task: ModelTier?) -> Double {
        switch (task, model) {
        case (nil, .cheap): 0.6
        case (nil, .capable): 0.75
        case (nil, .premium): 0.85
        case (.cheap, .cheap): 0.82
        case (.cheap, .capable): 0.86
        case (.cheap, .premium): 0.88
        case (.capable, .cheap): 0.55
        case (.capable, .capable): 0.8
        case (.capable, .premium): 0.86
        case (.premium, .cheap): 0.35
        case (.premium, .capable): 0.6
        case (.premium, .premium): 0.85
        }
    }
}
