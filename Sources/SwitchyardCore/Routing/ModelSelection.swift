/// A choice of models, with everything that led to it.
package struct ModelSelection: Hashable, Sendable {
    /// What named the model, or the tier, in the order in which they come before each other.
    package enum Source: Hashable, Sendable {
        /// The step's `model`.
        case explicit
        /// The `experts` entry of the step's tool.
        case expert
        /// The words of `<AUTO>` that meant something.
        case auto(understood: [String])
        /// The step's `tier`.
        case tier
        /// The tier that the pipeline's `models.tasks` gives the step's task.
        case taskSetting(String)
        /// A task that is known here.
        case task(String)
        /// The pipeline's `models.default`.
        case defaultModel
        /// Nothing was said.
        case nothing
    }

    /// A model that can be called, with what it was measured by.
    package struct Candidate: Hashable, Sendable {
        package var call: CallCandidate
        /// From 0 to 1.
        package var score: Double
        /// Each from 0 to 1, before the strategy's weights.
        package var quality: Double
        package var cheapness: Double
        package var speed: Double
        package var belief: QualityBelief
        /// The quality that was drawn; the mean without exploring.
        package var draw: Double
        /// Nil is unknown.
        package var expectedCost: MicroDollars?
        package var worstCaseCost: MicroDollars?
        package var expectedLatency: Duration
        /// It is in the list because `fallback` names it.
        package var isFallback: Bool

        package var model: ModelID { call.model }
    }

    package var source: Source
    package var strategy: ModelStrategy
    /// In the order in which they are called; never empty.
    package var candidates: [Candidate]
    package var removals: [ModelRemoval]
    package var task: String?
    package var needs: Set<ModelCapability>
    package var inputTokens: Int
    package var seed: UInt64
    /// Why the first is the first: one sentence in plain words, without a full stop.
    package var explanation: String
}

/// A model that cannot be called, and why.
package struct ModelRemoval: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case lacks(ModelCapability)
        /// Whether it can is not stated, and the model was not asked for by name.
        case unstated(ModelCapability)
        case tooLong(tokens: Int)
        /// How much it takes is not stated, and the model was not asked for by name.
        case unstatedWindow
        /// Its window is smaller than `<AUTO>` asks for, or not stated.
        case windowBelow(Int)
        case overBudget(worstCase: MicroDollars, left: MicroDollars)
        /// What it costs is not known, and there is a budget.
        case unknownPrice
        case overTokenBudget(tokens: Int, left: Int)
        case breaker(BreakerBoard.Refusal)
        case rateLimit(wait: Duration)
        case shutDown(String)
        case denied(pattern: String)
        case notAllowed
        case noKey
    }

    package var model: ModelID
    package var reason: Reason

    package init(model: ModelID, reason: Reason) {
        self.model = model
        self.reason = reason
    }
}

/// Why no model can be chosen.
package enum SelectionFailure: Error, Hashable, Sendable {
    /// No model is called so.
    case unknownModel(String, suggestion: String?)
    /// Several providers have a model of this name.
    case ambiguousModel(String, [ModelID])
    /// Every model is left out.
    case noCandidate(ModelSelection.Source, [ModelRemoval])
}
