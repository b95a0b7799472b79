import GRDB
import SwitchyardCore
import Synchronization

/// The one writer of a store, with natural group commit: appends that arrive while a transaction is being committed
/// are gathered and share the next one. There is no window to wait for, so a lone append is never delayed.
final class AppendQueue: Sendable {
    /// Called inside each transaction with the value of `PRAGMA synchronous` and the number of appends it holds.
    typealias CommitObserver = @Sendable (_ synchronous: Int, _ appends: Int) -> Void

    private struct Request: Sendable {
        var rows: [EventRow]
        var lease: any RunLease
        var durability: Durability
        var answer: CheckedContinuation<Result<Void, EventLogError>, Never>
    }

    private struct State {
        var waiting: [Request] = []
        var isFlushing = false
    }

    private let database: any DatabaseWriter
    private let path: String
    private let identity: Files.Identity?
    private let observer: CommitObserver?
    private let state = Mutex(State())
    /// Whether the next commit that need not wait for the disk has to say so. Only the database's own queue uses it.
    private let mustAskForNormal = Mutex(true)

    init(database: any DatabaseWriter, path: String, observer: CommitObserver?) {
        self.database = database
        self.path = path
        identity = Files.identity(of: path)
        self.observer = observer
    }

    /// Appends `events`, which must be of one run and not empty.
    ///
    /// A cancelled task is no reason to stop: the caller must learn what became of its events.
    func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async -> Result<Void, EventLogError> {
        let rows = events.map(EventRow.init)
        return await withCheckedContinuation { answer in
            let mustFlush = state.withLock {
                $0.waiting.append(Request(rows: rows, lease: lease, durability: durability, answer: answer))
                let isFirst = !$0.isFlushing
                $0.isFlushing = true
                return isFirst
            }
            if mustFlush { database.asyncWriteWithoutTransaction { self.flush($0) } }
        }
    }

    /// How many appends wait for the next transaction.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Commits until nothing waits. Runs on the database's own queue.
    private func flush(_ db: Database) {
        while true {
            let requests = state.withLock {
                let waiting = $0.waiting
                $0.waiting.removeAll()
                $0.isFlushing = !waiting.isEmpty
                return waiting
            }
            if requests.isEmpty { return }
            commit(requests[...], db)
        }
    }

    private func commit(_ requests: ArraySlice<Request>, _ db: Database) {
        let results: [Result<Void, EventLogError>]
        do {
            results = try transaction(requests, db)
        } catch let error as DatabaseError where requests.count > 1 && !error.concernsEveryWrite {
            // One of them spoiled it for all; alone, the others may fit.
            for index in requests.indices { commit(requests[index...index], db) }
            return
        } catch {
            results = Array(repeating: .failure(EventLogError(error, path: path)), count: requests.count)
        }
        for (request, result) in zip(requests, results) { request.answer.resume(returning: result) }
    }

    /// Writes all of `requests` or throws. One that does not follow its run's last event is refused, and writes
    /// nothing.
    private func transaction(
        _ requests: ArraySlice<Request>, _ db: Database
    ) throws -> [Result<Void, EventLogError>] {
        // SQLite writes on into a database that was removed, where nobody will ever read it.
        guard Files.identity(of: path) == identity else {
            throw EventLogError.failed(path: path, reason: "it was moved or removed while it was open")
        }
        try setSynchronous(requests.contains { $0.durability == .disk }, db)
        var results: [Result<Void, EventLogError>] = []
        try db.inTransaction(.immediate) {
            for request in requests { results.append(try write(request.rows, under: request.lease, db)) }
            if let observer { observer(try synchronous(db), requests.count) }
            return .commit
        }
        return results
    }

    private func write(
        _ rows: [EventRow], under lease: any RunLease, _ db: Database
    ) throws -> Result<Void, EventLogError> {
        let first = rows[0].event
        let lookUp = try db.cachedStatement(
            sql: """
                SELECT (SELECT epoch FROM run_epoch WHERE run = wanted), number,
                    (SELECT max(seq) FROM event WHERE run = number)
                FROM (SELECT ? AS wanted) LEFT JOIN run ON run.id = wanted
                """
        )
        lookUp.setUncheckedArguments([first.run.rawValue])
        let known = try Row.fetchOne(lookUp)
        // In the same transaction: a lease that is taken meanwhile waits for its end.
        if let refusal = EventLogError.refusal(of: lease, newest: known?[0]) { return .failure(refusal) }
        if let refusal = EventLogError.refusal(of: rows.map(\.event), after: known?[2] ?? 0) {
            return .failure(refusal)
        }
        let number: Int64 = if let number = known?[1] as Int64? { number } else { try insertRun(first, db) }
        try EventRow.insert(rows, db, run: number)
        return .success(())
    }

    private func insertRun(_ first: EventEnvelope, _ db: Database) throws -> Int64 {
        var pipeline = ""
        if case .runCreated(let created) = first.event { pipeline = created.pipelineID }
        try db.cachedStatement(sql: "INSERT INTO run (id, pipeline, created_at) VALUES (?, ?, ?)")
            .execute(arguments: [first.run.rawValue, pipeline, first.time.microseconds])
        return db.lastInsertedRowID
    }

    /// Chooses whether the next commit waits for the disk.
    ///
    /// GRDB sets NORMAL by itself after its hooks have run, which once lost this choice silently; so FULL is asked
    /// for, and then looked at, before each commit that needs it. One that does not is only asked for after such a
    /// commit: should it wait all the same, nothing is lost but time.
    private func setSynchronous(_ isFull: Bool, _ db: Database) throws {
        if isFull {
            mustAskForNormal.withLock { $0 = true }
            if try synchronous(db) != Self.full { try db.execute(sql: "PRAGMA synchronous = FULL") }
            guard try synchronous(db) == Self.full else {
                throw DatabaseError(message: "SQLite refuses to wait for the disk")
            }
        } else if mustAskForNormal.withLock({ exchange(&$0, with: false) }) {
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
        }
    }

    /// What `PRAGMA synchronous` says when commits wait for the disk.
    private static let full = 2

    private func synchronous(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    }
}
