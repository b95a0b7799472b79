import SwitchyardCore

/// An event log that keeps nothing: what a run costs without a store.
struct ForgetfulLog: EventLog {
    let folder: String

    func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async throws(EventLogError) {}

    func events(of run: RunID, from first: Int, limit: Int) async throws(EventLogError) -> [EventEnvelope] { [] }

    func runs(limit: Int) async throws(EventLogError) -> [RunSummary] { [] }

    func openRuns(after number: Int) async throws(EventLogError) -> [RunSummary] { [] }

    func run(matching reference: String) async throws(EventLogError) -> RunSummary? { nil }

    func keptResult(_ key: String) async throws(EventLogError) -> EventEnvelope? { nil }

    func lease(_ run: RunID) async throws(EventLogError) -> any RunLease { Lease(run: run) }

    func logFolder(of run: RunID) throws(EventLogError) -> String { folder }

    private struct Lease: RunLease {
        let run: RunID
        let epoch = 1
        func close() {}
    }
}
