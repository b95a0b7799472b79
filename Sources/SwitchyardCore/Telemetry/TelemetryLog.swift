/// The store of telemetry: what was asked of models, and what runs came to.
///
/// It is no part of the record of a run and can be lost without loss: whatever it holds follows from events. Every
/// implementation passes the same conformance suite.
package protocol TelemetryLog: Sendable {
    /// Enters `batch`. A call of the same key, or a run, that is there already is replaced; a rating stays where the
    /// new record has none.
    func enter(_ batch: TelemetryBatch) async throws(EventLogError)

    /// The newest calls that `query` asks for, the oldest of them first.
    func calls(_ query: CallQuery) async throws(EventLogError) -> [CallRecord]

    /// The runs that started at `since` or later, all where it is nil, the oldest first.
    func runRecords(since: Timestamp?) async throws(EventLogError) -> [RunRecord]

    /// What was spent at each provider, at `since` or later, by calls of simulators or by others: the known part.
    func spending(since: Timestamp?, isSimulated: Bool) async throws(EventLogError) -> [String: Spending]
}

/// Records that belong together on their way into a ``TelemetryLog``.
package struct TelemetryBatch: Hashable, Sendable {
    package var calls: [CallRecord]
    package var runs: [RunRecord]

    package init(calls: [CallRecord] = [], runs: [RunRecord] = []) {
        self.calls = calls
        self.runs = runs
    }

    package var isEmpty: Bool { calls.isEmpty && runs.isEmpty }
}

/// Which calls are wanted.
package struct CallQuery: Hashable, Sendable {
    /// Those that ended then or later; nil is all.
    package var since: Timestamp?
    /// At most so many, the newest; nil is all.
    package var limit: Int?
    /// Those that a simulator answered, or those it did not; nil is both.
    package var isSimulated: Bool?

    package init(since: Timestamp? = nil, limit: Int? = nil, isSimulated: Bool? = nil) {
        self.since = since
        self.limit = limit
        self.isSimulated = isSimulated
    }

    package func includes(_ call: CallRecord) -> Bool {
        (since.map { call.time >= $0 } ?? true) && (isSimulated ?? call.isSimulated) == call.isSimulated
    }
}

/// What calls have used, as far as it is known.
package struct Spending: Hashable, Sendable {
    package var cost: MicroDollars
    package var tokens: Int

    package init(cost: MicroDollars = .zero, tokens: Int = 0) {
        self.cost = cost
        self.tokens = tokens
    }

    package mutating func add(_ call: CallRecord) {
        cost += call.cost ?? .zero
        tokens = tokens.addingReportingOverflow((call.usage.input ?? 0) + (call.usage.output ?? 0)).partialValue
    }
}

extension BudgetScope {
    /// When a day begins; nil for anything but a day.
    package var start: Timestamp? {
        guard case .day(let number) = self else { return nil }
        return Timestamp(microseconds: Int64(number) * 86_400_000_000)
    }
}
