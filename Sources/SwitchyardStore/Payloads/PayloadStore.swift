import GRDB
package import SwitchyardCore

/// A store that keeps large members of events' data apart from the events.
package protocol PayloadStore: EventLog {
    /// What is wrong with the payloads that the events of `run` refer to.
    func payloadProblems(of run: RunID) async throws(EventLogError) -> [RunProblem]

    /// Removes the payloads that no event refers to, which crashes leave behind, and returns how many there were; nil,
    /// having done nothing, while another process writes payloads.
    ///
    /// None that a writer is about to refer to is removed: nobody writes while they are looked for and removed.
    func removeUnusedPayloads() async throws(EventLogError) -> Int?
}

extension EventStore: PayloadStore {
    package func payloadProblems(of run: RunID) async throws(EventLogError) -> [RunProblem] {
        try await read { try PayloadRow.fetchAll($0, of: run).compactMap(PayloadRow.problem) } ?? []
    }

    /// An event and its payloads are one transaction here, so there are none unless another program made some.
    package func removeUnusedPayloads() async throws(EventLogError) -> Int? {
        try await write { db in
            var removed = 0
            try db.inTransaction(.immediate) {
                try db.execute(
                    sql: "DELETE FROM payload WHERE number NOT IN (SELECT payload FROM event_payload)"
                )
                removed = db.changesCount
                return .commit
            }
            return removed
        }
    }
}

extension JSONLinesEventLog: PayloadStore {}
