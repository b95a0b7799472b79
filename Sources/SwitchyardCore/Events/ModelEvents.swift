// What happens while a model performs a step. All of it is recorded before anything follows from it, so that a run which
// is taken over pays for no answer twice and repeats no call of a tool.

/// Which model answers, and why.
package struct ModelSelected: Hashable, Sendable {
    /// In the order in which they are called; never empty.
    package var candidates: [ModelID]
    /// Why the first is the first: one sentence, without a full stop.
    package var explanation: String
    /// Of the draws that the choice was made with.
    package var seed: UInt64
    /// The models that were left out, each with its reason in words.
    package var removals: [String]

    package init(candidates: [ModelID], explanation: String, seed: UInt64, removals: [String] = []) {
        self.candidates = candidates
        self.explanation = explanation
        self.seed = seed
        self.removals = removals
    }
}

/// A question is about to be sent.
package struct ModelRequested: Hashable, Sendable {
    package var model: ModelID
    /// Which answer of the conversation it asks for, from 1.
    package var turn: Int
    /// Whether a simulator answers.
    package var isSimulated: Bool

    package init(model: ModelID, turn: Int, isSimulated: Bool) {
        self.model = model
        self.turn = turn
        self.isSimulated = isSimulated
    }
}

/// An answer came.
package struct ModelCompleted: Hashable, Sendable {
    package var model: ModelID
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
        model: ModelID, turn: Int, message: ModelMessage, structured: Value = .null, finish: FinishReason,
        usage: TokenUsage = TokenUsage(), cost: MicroDollars? = nil, latency: Duration = .zero,
        firstTokenAfter: Duration? = nil, attempts: Int = 1, requestID: String? = nil, isSimulated: Bool = false
    ) {
        self.model = model
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
