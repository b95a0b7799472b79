// What happens while a model performs a step. All of it is recorded before anything follows from it, so that a run which
// is taken over pays for no answer twice and repeats no call of a tool.

/// Which model answers, and why.
package struct ModelSelected: Hashable, Sendable {
    /// In the order in which they are called; never empty.
    package var candidates: [ModelID]
    /// What each of ``candidates`` was measured by; empty where that was not recorded.
    package var measures: [CandidateMeasure]
    /// Why the first is the first: one sentence, without a full stop.
    package var explanation: String
    /// Of the draws that the choice was made with.
    package var seed: UInt64
    /// The models that were left out, each with its reason in words.
    package var removals: [String]
    /// What the model is asked to do, where that is known.
    package var task: String?
    package var strategy: ModelStrategy?
    /// What named the model or its tier: `explicit`, `expert`, `auto`, `tier`, `task_setting`, `task`, `default` or
    /// `nothing`.
    package var source: String?

    package init(
        candidates: [ModelID], measures: [CandidateMeasure] = [], explanation: String, seed: UInt64,
        removals: [String] = [], task: String? = nil, strategy: ModelStrategy? = nil, source: String? = nil
    ) {
        self.candidates = candidates
        self.measures = measures
        self.explanation = explanation
        self.seed = seed
        self.removals = removals
        self.task = task
        self.strategy = strategy
        self.source = source
    }
}

/// What a candidate was measured by when models were chosen.
package struct CandidateMeasure: Hashable, Sendable {
    /// From 0 to 1.
    package var score: Double
    /// The believed share of good answers, from 0 to 1, and how many answers that is learned from.
    package var quality: Double
    package var samples: Int
    /// Nil is unknown.
    package var expectedCost: MicroDollars?
    package var expectedLatency: Duration

    package init(
        score: Double, quality: Double, samples: Int, expectedCost: MicroDollars?, expectedLatency: Duration
    ) {
        self.score = score
        self.quality = quality
        self.samples = samples
        self.expectedCost = expectedCost
        self.expectedLatency = expectedLatency
    }
}

/// A question is about to be sent.
package struct ModelRequested: Hashable, Sendable {
    package var model: ModelID
    package var tier: ModelTier?
    /// Which answer of the conversation it asks for, from 1; 0 asks for one beside
    /// it.
    package var turn: Int
    /// Whether a simulator answers.
    package var isSimulated: Bool

    package init(model: ModelID, tier: ModelTier? = nil, turn: Int, isSimulated: Bool) {
        self.model = model
        self.tier = tier
        self.turn = turn
        self.isSimulated = isSimulated
    }
}

/// An answer came.
package struct ModelCompleted: Hashable, Sendable {
    package var model: ModelID
    package var tier: ModelTier?
    /// Which answer of the conversation it is, from 1; 0 is one beside it: how good the result
    /// is, or what the words of `<AUTO>` want.
    package var turn: Int
    package var message: ModelMessage
    /// The answer as the request's schema wants it; `null` without one.
    package var structured: Value
    package var finish: FinishReason
    package var usage: TokenUsage
    /// Nil is unknown.
    package var cost: MicroDollars?
    package var latency: Duration
    package var firstTokenAfter: Duration?
    /// How often it was tried.
    package var attempts: Int
    package var requestID: String?
    package var isSimulated: Bool

    package init(
        model: ModelID, tier: ModelTier? = nil, turn: Int, message: ModelMessage, structured: Value = .null,
        finish: FinishReason,
        usage: TokenUsage = TokenUsage(), cost: MicroDollars? = nil, latency: Duration = .zero,
        firstTokenAfter: Duration? = nil, attempts: Int = 1, requestID: String? = nil, isSimulated: Bool = false
    ) {
        self.model = model
        self.tier = tier
        self.turn = turn
        self.message = message
        self.structured = structured
        self.finish = finish
        self.usage = usage
        self.cost = cost
        self.latency = latency
        self.firstTokenAfter = firstTokenAfter
        self.attempts = attempts
        self.requestID = requestID
        self.isSimulated = isSimulated
    }
}

/// The model's call of a tool is about to be carried out.
package struct ModelToolCalled: Hashable, Sendable {
    /// The call's, in its conversation.
    package var id: String
    package var turn: Int
    package var tool: String
    package var arguments: Value
    package var effect: Effect
    /// The idempotency key: the same whenever this call is carried out.
    package var key: String

    package init(id: String, turn: Int, tool: String, arguments: Value, effect: Effect, key: String) {
        self.id = id
        self.turn = turn
        self.tool = tool
        self.arguments = arguments
        self.effect = effect
        self.key = key
    }
}

/// What the tool gave is what the model will be told.
package struct ModelToolReturned: Hashable, Sendable {
    package var id: String
    package var turn: Int
    package var tool: String
    package var content: String
    package var isError: Bool

    package init(id: String, turn: Int, tool: String, content: String, isError: Bool) {
        self.id = id
        self.turn = turn
        self.tool = tool
        self.content = content
        self.isError = isError
    }
}
