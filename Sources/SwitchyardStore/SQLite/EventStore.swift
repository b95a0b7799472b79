import GRDB
package import SwitchyardCore
import Synchronization

/// The event log in SQLite: a folder with the database `switchyard.db`, the log files of runs, and the locks of those
/// that are owned. Folders have mode 0700 and files 0600.
///
/// Any number of processes may use one store.
package final class EventStore: EventLog {
    /// What tests put between the store and SQLite.
    struct Hooks: Sendable {
        /// Prepares each connection.
        var prepare: (@Sendable (Database) throws -> Void)?
        var commit: AppendQueue.CommitObserver?
    }

    private let folder: StoreFolder
    let path: String
    /// Nil in a read-only store.
    private let appends: AppendQueue?
    /// Nil while there is no database, which only a read-only store bears.
    private let database: Mutex<DatabasePool?>

    /// Opens the store in `folder`, making what is missing; read-only, it makes nothing, and a store that is not there
    /// reads as empty until somebody makes it.
    ///
    /// Fails with `newerSchema`, with `corrupt` for a file that is no database, and with `cannotOpen`.
    package static func open(folder: String, readOnly: Bool = false) throws(EventLogError) -> EventStore {
        try EventStore(folder: folder, readOnly: readOnly, hooks: Hooks())
    }

    init(folder: String, readOnly: Bool, hooks: Hooks) throws(EventLogError) {
        self.folder = try StoreFolder(folder, isReadOnly: readOnly)
        path = self.folder.path + "/switchyard.db"
        if readOnly {
            appends = nil
            database = Mutex(try Self.reader(path))
        } else {
            let path = path
            // Two processes that make the same store at once must not both migrate it.
            let pool = try FileLock.whileHolding(self.folder.path + "/switchyard.lock") {
                () throws(EventLogError) in
                // SQLite gives its other files the mode of this one.
                if try !Files.exists(path) {
                    try Files.makeFile(path)
                    try Files.sync(folder: Files.parent(of: path))
                }
                return try Self.pool(path, readOnly: false, hooks: hooks)
            }
            appends = AppendQueue(database: pool, path: path, observer: hooks.commit)
            database = Mutex(pool)
        }
    }

    /// How many appends wait for the next transaction.
    var waitingAppends: Int { appends?.waitingCount ?? 0 }

    package func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async throws(EventLogError) {
        guard let appends else { throw .readOnly(path: folder.path) }
        if events.isEmpty { return }
        try await appends.append(events, durability: durability, under: lease).get()
    }

    package func events(
        of run: RunID, from first: Int, limit: Int
    ) async throws(EventLogError) -> [EventEnvelope] {
        // SQLite takes a negative limit for none.
        guard limit > 0 else { return [] }
        let path = path
        return try await read { try EventRow.events($0, of: run, from: first, limit: limit, path: path) } ?? []
    }

    package func runs(limit: Int) async throws(EventLogError) -> [RunSummary] {
        guard limit > 0 else { return [] }
        return try await settled { try RunQueries.newest($0, limit: limit, locks: $1) } ?? []
    }

    package func openRuns(after number: Int) async throws(EventLogError) -> [RunSummary] {
        try await settled { try RunQueries.open($0, after: number, locks: $1) } ?? []
    }

    package func run(matching reference: String) async throws(EventLogError) -> RunSummary? {
        try await settled { database, locks in
            try RunQueries.run(database, matching: RunReference(reference), locks: locks).map { [$0] } ?? []
        }?.first
    }

    /// What `query` reads; read again if a run seems to have lost its owner, who may have recorded its end and let go
    /// between the read and the look at the lock.
    private func settled(
        _ query: @escaping @Sendable (Database, RunLocks) throws -> [RunSummary]
    ) async throws(EventLogError) -> [RunSummary]? {
        let locks = folder.locks
        let runs = try await read { try query($0, locks) }
        guard runs?.contains(where: { $0.status == .interrupted }) == true else { return runs }
        return try await read { try query($0, locks) }
    }

    package func keptResult(_ key: String) async throws(EventLogError) -> EventEnvelope? {
        let path = path
        return try await read { try KeptResultRow.newest($0, key: key, path: path).map { [$0] } ?? [] }?.first
    }

    package func lease(_ run: RunID) async throws(EventLogError) -> any RunLease {
        let lock = try folder.lock(run)
        let epoch = try await write { try RunEpoch.begin($0, of: run) }
        return LockedLease(run: run, epoch: epoch, lock: lock)
    }

    /// In a read-only store the folder is named but not made.
    package func logFolder(of run: RunID) throws(EventLogError) -> String {
        try folder.logs(of: run)
    }

    /// What `body` reads, on a queue of the database; nil where there is no database.
    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(EventLogError) -> Answer? {
        guard let pool = try pool() else { return nil }
        let path = path
        // Not GRDB's own `read`, which fails in a cancelled task: whoever cleans up must still be able to read.
        let result: Result<Answer, EventLogError> = await withCheckedContinuation { continuation in
            pool.asyncRead { db in
                continuation.resume(
                    returning: Result { try body(db.get()) }.mapError { EventLogError($0, path: path) }
                )
            }
        }
        return try result.get()
    }

    /// What `body` writes, on the queue of writes and in its own transaction.
    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) async throws(EventLogError) -> Answer {
        guard !folder.isReadOnly, let pool = try pool() else { throw .readOnly(path: folder.path) }
        let path = path
        let result: Result<Answer, EventLogError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                continuation.resume(returning: Result { try body(db) }.mapError { EventLogError($0, path: path) })
            }
        }
        return try result.get()
    }

    private func pool() throws(EventLogError) -> DatabasePool? {
        let path = path
        let result = database.withLock { pool -> Result<DatabasePool?, EventLogError> in
            if let pool { return .success(pool) }
            do throws(EventLogError) {
                pool = try Self.reader(path)
                return .success(pool)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension EventStore {
    /// The database at `path` for reading, or nil if there is none or nothing in it yet.
    private static func reader(_ path: String) throws(EventLogError) -> DatabasePool? {
        guard try Files.exists(path) else { return nil }
        let pool = try pool(path, readOnly: true, hooks: Hooks())
        do {
            let isEmpty = try pool.read { try Migrations.migrator.appliedIdentifiers($0).isEmpty }
            return isEmpty ? nil : pool
        } catch {
            throw EventLogError(error, path: path)
        }
    }

    private static func pool(_ path: String, readOnly: Bool, hooks: Hooks) throws(EventLogError) -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "switchyard.store"
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(10)
        if let prepare = hooks.prepare { configuration.prepareDatabase(prepare) }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            let migrator = Migrations.migrator
            if try pool.read(migrator.hasBeenSuperseded) { throw EventLogError.newerSchema(path: path) }
            if !readOnly { try migrator.migrate(pool) }
            return pool
        } catch {
            throw EventLogError(error, path: path)
        }
    }
}
