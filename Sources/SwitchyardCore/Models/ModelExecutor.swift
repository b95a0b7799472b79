/// Calls models. The layers between a step and a provider (choice, resilience, metering, the wire) are each one.
package protocol ModelExecutor: Sendable {
    /// Sends `request` and waits for the whole answer; meanwhile, if the request streams, what has come of it is
    /// given to `context.report`.
    ///
    /// Cancelling the task closes the connection and throws ``ModelError/Kind-swift.enum/cancelled``.
    func run(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> ModelResponse
}

/// What a call of a model belongs to, and what was said about it from outside of the request.
package struct ExecutionContext: Sendable {
    package var run: RunID?
    package var step: StepPath?
    package var pipeline: String?
    package var user: String?
    /// What the model is asked to do: `summarize`, `generate_code`, ….
    package var task: String?
    /// The provider to prefer.
    package var provider: String?
    /// The tier to prefer.
    package var tier: ModelTier?
    /// How long the call may take in all, from its start to the last byte; nil is no limit of its own.
    package var timeout: Duration?
    /// How long nothing may come; nil is no limit.
    package var idleTimeout: Duration?
    /// Which answer of its conversation the call asks for, from 1; 0 asks for a judgement.
    package var turn: Int
    /// The models that may answer, in the order in which they are called; empty is the request's alone.
    package var candidates: [ModelID]
    /// How the call is tried and tried again.
    package var policy: CallPolicy
    /// The budgets that the call is paid from.
    package var budgets: [BudgetScope]
    /// Hides secrets in whatever is kept of the answer of a server that echoes them.
    package var mask: SecretMask
    /// Receives what arrives of the answer, in order; cheap, callable from any thread.
    package var report: @Sendable (ModelDelta) -> Void
    /// Records what happens to the call, before anything follows from it. After ``RoutingEvent/waitStarted(_:)`` the
    /// step holds no slot; recording ``RoutingEvent/waitEnded`` returns once it has one again.
    ///
    /// Throws ``ModelError/Kind-swift.enum/cancelled`` where the attempt is over and nothing may follow.
    package var record: @Sendable ([RunEvent]) async throws(ModelError) -> Void

    package init(
        run: RunID? = nil, step: StepPath? = nil, pipeline: String? = nil, user: String? = nil, task: String? = nil,
        provider: String? = nil, tier: ModelTier? = nil, timeout: Duration? = nil, idleTimeout: Duration? = nil,
        turn: Int = 1, candidates: [ModelID] = [], policy: CallPolicy = .standard, budgets: [BudgetScope] = [],
        mask: SecretMask = SecretMask([]), report: @escaping @Sendable (ModelDelta) -> Void = { _ in },
        record: @escaping @Sendable ([RunEvent]) async throws(ModelError) -> Void = { _ in }
    ) {
        self.run = run
        self.step = step
        self.pipeline = pipeline
        self.user = user
        self.task = task
        self.provider = provider
        self.tier = tier
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.turn = turn
        self.candidates = candidates
        self.policy = policy
        self.budgets = budgets
        self.mask = mask
        self.report = report
        self.record = record
    }
}

/// A piece of an answer that is still coming. Ephemeral: the response holds everything.
package enum ModelDelta: Hashable, Sendable {
    case text(String)
    /// What the model thinks, or a summary of it.
    case reasoning(String)
    /// The model begins to call a tool.
    case toolCall(name: String)
}
