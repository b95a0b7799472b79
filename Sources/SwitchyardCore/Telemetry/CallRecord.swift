/// What is kept of one try of a question: a model was asked, and answered or did not.
///
/// A question that was tried three times is three records, so that each provider answers for its own failures. A try
/// that a budget refused was never sent, and is no record.
package struct CallRecord: Hashable, Sendable {
    /// Which record it is. Recording the same again changes nothing.
    package struct Key: Hashable, Sendable {
        package var run: RunID
        /// The `seq` of the event that ended the try.
        package var seq: Int

        package init(_ run: RunID, _ seq: Int) {
            self.run = run
            self.seq = seq
        }
    }

    package enum Outcome: Hashable, Sendable {
        case answered
        case failed(ModelError.Kind)
    }

    /// What became of an answer once its step ended.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// It was the step's result.
        case used
        /// The step could not use it.
        case rejected
    }

    package var key: Key
    package var pipeline: String
    package var step: StepPath
    /// When the try ended.
    package var time: Timestamp
    /// What the model was asked to do; nil is not known.
    package var task: String?
    package var strategy: ModelStrategy?
    /// What named the model, as ``ModelSelected/source``.
    package var source: String?
    package var tier: ModelTier?
    package var model: ModelID
    package var outcome: Outcome
    /// Which answer of its conversation was asked for, from 1.
    package var turn: Int
    /// Which try of that question it was, from 1.
    package var attempt: Int
    package var usage: TokenUsage
    /// Nil is unknown.
    package var cost: MicroDollars?
    /// Whether `cost` is what was set aside for the call, because what it used is not known.
    package var isEstimate: Bool
    /// What the same tokens would have cost at the ``PremiumReference``; nil is unknown.
    package var premiumCost: MicroDollars?
    /// From the question to the answer or the failure, without what was waited for limits and budgets.
    package var latency: Duration
    package var firstTokenAfter: Duration?
    /// Whether the model had to be told what was wrong with its first answer.
    package var isRepaired: Bool
    package var isSimulated: Bool
    /// Nil while nothing has followed from the answer.
    package var verdict: Verdict?
    /// What the step's `quality` made of it, from 0 to 1.
    package var quality: Double?
    /// What a person thinks of it: good or not.
    package var rating: Bool?

    package init(
        key: Key, pipeline: String, step: StepPath, time: Timestamp, model: ModelID, tier: ModelTier? = nil,
        outcome: Outcome = .answered, turn: Int = 1, attempt: Int = 1, usage: TokenUsage = TokenUsage(),
        cost: MicroDollars? = nil, latency: Duration = .zero, isSimulated: Bool = false
    ) {
        self.key = key
        self.pipeline = pipeline
        self.step = step
        self.time = time
        self.model = model
        self.tier = tier
        self.outcome = outcome
        self.turn = turn
        self.attempt = attempt
        self.usage = usage
        self.cost = cost
        self.latency = latency
        self.isSimulated = isSimulated
        isEstimate = false
        isRepaired = false
    }

    package var isAnswered: Bool { outcome == .answered }

    /// The record as a later one of the same try leaves it: a rating that was given apart from the run stays.
    package func replaced(by newer: CallRecord) -> CallRecord {
        var record = newer
        record.rating = newer.rating ?? rating
        return record
    }
}
