/// A model's answer.
package struct ModelResponse: Hashable, Sendable {
    /// The whole turn, to be sent back in a longer conversation.
    package var message: ModelMessage
    /// The answer as the request's schema wants it; nil if it has none.
    package var structured: Value?
    /// The model that was asked.
    package var model: ModelID
    /// The name of the model that answered, as the provider gives it; nil if it gives none.
    package var answeredBy: String?
    package var tier: ModelTier?
    package var finish: FinishReason
    package var usage: TokenUsage
    /// The usage as the provider gave it; `null` for none.
    package var rawUsage: Value
    /// Nil if the price is unknown, or the usage.
    package var cost: MicroDollars?
    /// From the start of the call to its end, with every attempt.
    package var latency: Duration
    /// From the start of the attempt to the first piece of the answer; nil if it was not streamed.
    package var firstTokenAfter: Duration?
    /// The provider's name for the request.
    package var requestID: String?
    /// Every try, in order; the last is the one that succeeded.
    package var attempts: [ModelAttempt]
    /// What the provider's headers say may still be asked.
    package var headroom: RateHeadroom?
    /// Whether a simulator answered.
    package var isSimulated: Bool
    /// What happened to budgets and is to be recorded together with the answer, so that neither is without the other.
    package var settlements: [RunEvent] = []

    package init(
        message: ModelMessage, structured: Value? = nil, model: ModelID, answeredBy: String? = nil,
        tier: ModelTier? = nil, finish: FinishReason, usage: TokenUsage = TokenUsage(), rawUsage: Value = .null,
        cost: MicroDollars? = nil, latency: Duration = .zero, firstTokenAfter: Duration? = nil,
        requestID: String? = nil, attempts: [ModelAttempt] = [], headroom: RateHeadroom? = nil,
        isSimulated: Bool = false
    ) {
        self.message = message
        self.structured = structured
        self.model = model
        self.answeredBy = answeredBy
        self.tier = tier
        self.finish = finish
        self.usage = usage
        self.rawUsage = rawUsage
        self.cost = cost
        self.latency = latency
        self.firstTokenAfter = firstTokenAfter
        self.requestID = requestID
        self.attempts = attempts
        self.headroom = headroom
        self.isSimulated = isSimulated
    }

    package var text: String { message.text }
    package var toolCalls: [ToolCall] { message.toolCalls }
}

/// Why an answer ended.
package enum FinishReason: Hashable, Sendable {
    case stop
    /// The longest answer, or the context window, was reached.
    case length
    case toolCalls
    /// The provider or the model refused to go on; with a category, where it names one.
    case refused(String?)
    /// One that is not known here, as the provider spells it.
    case other(String)
}

/// One try of a call.
package struct ModelAttempt: Hashable, Sendable {
    package var model: ModelID
    /// Nil if it succeeded.
    package var failure: ModelError.Kind?
    package var message: String?
    /// How long the wait before it was.
    package var waited: Duration
    package var took: Duration

    package init(
        model: ModelID, failure: ModelError.Kind? = nil, message: String? = nil, waited: Duration = .zero,
        took: Duration
    ) {
        self.model = model
        self.failure = failure
        self.message = message
        self.waited = waited
        self.took = took
    }
}

/// What a provider says may still be asked of it. Nil is not stated.
package struct RateHeadroom: Hashable, Sendable {
    package struct Limit: Hashable, Sendable {
        package var limit: Int?
        package var remaining: Int?
        /// Until it is full again.
        package var resetsAfter: Duration?

        package init(limit: Int? = nil, remaining: Int? = nil, resetsAfter: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetsAfter = resetsAfter
        }
    }

    package var requests: Limit?
    /// Of input and output together, or of the scarcer one where a provider counts them apart.
    package var tokens: Limit?

    package init(requests: Limit? = nil, tokens: Limit? = nil) {
        self.requests = requests
        self.tokens = tokens
    }
}
