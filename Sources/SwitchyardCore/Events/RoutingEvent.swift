/// What the layers between a step and its models did: what failed on the way, what was waited for, whom else was asked,
/// and what became of breakers and budgets. The envelope names the step and the attempt of those that belong to one.
package enum RoutingEvent: Hashable, Sendable {
    /// The words of `<AUTO>` were read, once for the step.
    case autoResolved(AutoResolution)
    /// A try of a call gave no answer.
    case attemptFailed(FailedModelAttempt)
    /// The call waits, and its step holds no slot meanwhile.
    case waitStarted(ModelWait)
    case waitEnded
    /// Another model is asked; `after` is nil where the one before could not be called at all.
    case fellBack(from: ModelID, to: ModelID, after: ModelError.Kind?)
    /// Nobody answered.
    case callFailed(FailedModelCall)
    /// A person said what they think of the step's result.
    case rated(isUp: Bool)
    /// A breaker changed, in this run or in another one of the process.
    case breakerChanged(BreakerEvent)
    /// A person wants a breaker otherwise.
    case breakerForced(BreakerID, CircuitBreaker.Force)
    /// The limit of the run, or of the envelope's step, from now on.
    case budgetSet(Budget)
    /// The most that the call under way can use is set aside. Nil is unknown.
    case budgetReserved(cost: MicroDollars?, tokens: Int?)
    /// What was set aside is replaced by what was used. An estimate is what was set aside: the use is not known.
    case budgetSettled(cost: MicroDollars?, tokens: Int?, isEstimate: Bool)
    /// So many per cent of a limit are used or set aside.
    case budgetReached(BudgetScope, BudgetUnit, percent: Int)
    /// A call could cost more than is left of a limit.
    case budgetExceeded(BudgetExceeded)

    /// Whether it always happens to a step.
    package var isAboutStep: Bool {
        switch self {
        case .autoResolved, .attemptFailed, .waitStarted, .waitEnded, .fellBack, .callFailed, .rated, .budgetReserved,
            .budgetSettled:
            true
        case .breakerChanged, .breakerForced, .budgetSet, .budgetReached, .budgetExceeded: false
        }
    }
}

/// What the words of `<AUTO>` were taken to ask for.
package struct AutoResolution: Hashable, Sendable {
    package var text: String
    /// The words that meant something, or what the model that was asked made of them.
    package var understood: [String]
    /// The model that read the words; nil for the built-in rules.
    package var reader: ModelID?

    package init(text: String, understood: [String], reader: ModelID? = nil) {
        self.text = text
        self.understood = understood
        self.reader = reader
    }
}

package struct FailedModelAttempt: Hashable, Sendable {
    package var model: ModelID
    package var tier: ModelTier?
    package var kind: ModelError.Kind
    /// One sentence, without a full stop.
    package var message: String
    /// How long it took.
    package var took: Duration
    /// How long was waited before it.
    package var waited: Duration
    /// What the server asked to wait.
    package var retryAfter: Duration?
    package var isSimulated: Bool

    package init(
        model: ModelID, tier: ModelTier? = nil, kind: ModelError.Kind, message: String, took: Duration,
        waited: Duration = .zero, retryAfter: Duration? = nil, isSimulated: Bool = false
    ) {
        self.model = model
        self.tier = tier
        self.kind = kind
        self.message = message
        self.took = took
        self.waited = waited
        self.retryAfter = retryAfter
        self.isSimulated = isSimulated
    }
}

/// What a call of a model waits for.
package struct ModelWait: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The next try of the same model.
        case retry
        /// The provider's limits, its own or those of the settings.
        case rateLimit = "rate_limit"
        /// Another call that tries whether the model works again.
        case breaker
        /// Money or tokens: until calls under way are settled, or a person raises the budget.
        case budget
    }

    package var reason: Reason
    package var model: ModelID?
    /// Nil is not known.
    package var until: Timestamp?

    package init(_ reason: Reason, model: ModelID? = nil, until: Timestamp? = nil) {
        self.reason = reason
        self.model = model
        self.until = until
    }
}

/// A call that ended without an answer.
package struct FailedModelCall: Hashable, Sendable {
    /// The model that was asked last.
    package var model: ModelID
    /// Which answer of the conversation was asked for, from 1.
    package var turn: Int
    package var kind: ModelError.Kind
    package var message: String
    package var attempts: Int
    package var latency: Duration
    package var isSimulated: Bool

    package init(
        model: ModelID, turn: Int, kind: ModelError.Kind, message: String, attempts: Int, latency: Duration,
        isSimulated: Bool = false
    ) {
        self.model = model
        self.turn = turn
        self.kind = kind
        self.message = message
        self.attempts = attempts
        self.latency = latency
        self.isSimulated = isSimulated
    }
}
