import GRDB
package import SwitchyardCore

extension EventStore: TelemetryLog {
    package func enter(_ batch: TelemetryBatch) async throws(EventLogError) {
        if batch.isEmpty { return }
        try await write { db in
            // A loss of power may take the last records with it; the queue of events asks for what it needs by itself.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.inTransaction(.immediate) {
                for call in batch.calls { try CallRow.enter(call, db) }
                for run in batch.runs { try RunRow.enter(run, db) }
                return .commit
            }
        }
    }

    package func calls(_ query: CallQuery) async throws(EventLogError) -> [CallRecord] {
        try await telemetry { try CallRow.fetch($0, query) } ?? []
    }

    package func runRecords(since: Timestamp?) async throws(EventLogError) -> [RunRecord] {
        try await telemetry { try RunRow.fetch($0, since: since) } ?? []
    }

    package func spending(
        since: Timestamp?, isSimulated: Bool
    ) async throws(EventLogError) -> [String: Spending] {
        try await telemetry { try CallRow.spending($0, since: since, isSimulated: isSimulated) } ?? [:]
    }

    /// What `body` reads; nil in a store of before there was telemetry, which only a read-only one can be.
    private func telemetry<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(EventLogError) -> Answer? {
        let answer: Answer?? = try await read { db in try db.tableExists("model_call") ? try body(db) : nil }
        return answer ?? nil
    }
}
