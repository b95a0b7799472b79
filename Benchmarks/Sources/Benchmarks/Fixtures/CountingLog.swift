import SwitchyardCore
import Synchronization

/// An event log that passes everything on and remembers how much there was in each append, so that a floor can commit
/// the same.
final class CountingLog: EventLog {
    struct Append {
        var events: Int
        var durability: Durability
    }

    private let log: any EventLog
    private let recorded = Mutex<[Append]>([])

    init(_ log: any EventLog) {
        self.log = log
    }

    var appends: [Append] { recorded.withLock { $0 } }

    func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async throws(EventLogError) {
        recorded.withLock { $0.append(Append(events: events.count, durability: durability)) }
        try await log.append(events, durability: durability, under: lease)
    }

    func events(of run: RunID, from first: Int, limit: Int) async throws(EventLogError) -> [EventEnvelope] {
        try await log.events(of: run, from: first, limit: limit)
    }

    func runs(limit: Int) async throws(EventLogError) -> [RunSummary] { try await log.runs(limit: limit) }

    func openRuns(after number: Int) async throws(EventLogError) -> [RunSummary] {
        try await log.openRuns(after: number)
    }

    func run(matching reference: String) async throws(EventLogError) -> RunSummary? {
        try await log.run(matching: reference)
    }

    func keptResult(_ key: String) async throws(EventLogError) -> EventEnvelope? { try await log.keptResult(key) }

    func lease(_ run: RunID) async throws(EventLogError) -> any RunLease { try await log.lease(run) }

    func logFolder(of run: RunID) throws(EventLogError) -> String { try log.logFolder(of: run) }
}
