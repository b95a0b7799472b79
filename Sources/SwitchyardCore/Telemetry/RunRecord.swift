/// What is kept of one run: how it stands or ended, and what its models used.
package struct RunRecord: Hashable, Sendable {
    package var run: RunID
    package var pipeline: String
    /// `running` of one that has not ended.
    package var status: RunStatus
    /// When it started; when it was created, until it does.
    package var time: Timestamp
    /// Nil until it has ended.
    package var duration: Duration?
    /// The known part.
    package var cost: MicroDollars
    /// The tries of models whose cost is not known.
    package var unpricedCalls: Int
    /// What the same tokens would have cost at the ``PremiumReference``, as far as that is known; nil where nothing
    /// was asked or nothing is known.
    package var premiumCost: MicroDollars?
    package var inputTokens: Int
    package var outputTokens: Int
    /// Tries of models, those that failed included.
    package var calls: Int
    package var failedCalls: Int
    /// How often another model was asked.
    package var fallbacks: Int
    /// Results that were taken from the cache or from the record of another run.
    package var takenResults: Int
    /// Whether a simulator answered.
    package var isSimulated: Bool

    package init(run: RunID, pipeline: String, time: Timestamp) {
        self.run = run
        self.pipeline = pipeline
        self.time = time
        status = .pending
        cost = .zero
        unpricedCalls = 0
        inputTokens = 0
        outputTokens = 0
        calls = 0
        failedCalls = 0
        fallbacks = 0
        takenResults = 0
        isSimulated = false
    }

    /// Counts a try that has ended.
    mutating func count(_ call: CallRecord) {
        calls += 1
        if !call.isAnswered { failedCalls += 1 }
        if let cost = call.cost { self.cost += cost } else { unpricedCalls += 1 }
        if let premium = call.premiumCost { premiumCost = (premiumCost ?? .zero) + premium }
        inputTokens = inputTokens.addingReportingOverflow(call.usage.input ?? 0).partialValue
        outputTokens = outputTokens.addingReportingOverflow(call.usage.output ?? 0).partialValue
        isSimulated = isSimulated || call.isSimulated
    }
}
