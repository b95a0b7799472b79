import GRDBSQLite
import SwitchyardCore

/// The rows that a store wrote, written again by SQLite alone: one plain table, one prepared statement, the same
/// transactions with the same wait for the disk.
struct RawCommits {
    private struct Row {
        var integers: (seq: Int64, v: Int64, time: Int64, attempt: Int64, cause: Int64, ignorable: Int64)
        var type: String
        var step: String
        var data: String
    }

    private let rows: [Row]
    private let appends: [CountingLog.Append]

    /// How many events there are.
    var count: Int { rows.count }
    /// How many transactions wait for the disk.
    var flushes: Int { appends.count { $0.durability == .disk } }

    /// What the store in `folder` has recorded in `appends`.
    init(store folder: String, appends: [CountingLog.Append]) throws {
        let database = try RawDatabase(folder + "/switchyard.db")
        let sql = "SELECT seq, v, time, type, step, attempt, cause, ignorable, data FROM event ORDER BY run, seq"
        rows = try database.prepared(sql) { statement in
            var rows: [Row] = []
            func text(_ column: Int32) -> String {
                sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
            }
            func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
            while sqlite3_step(statement) == SQLITE_ROW {
                rows.append(
                    Row(
                        integers: (integer(0), integer(1), integer(2), integer(5), integer(6), integer(7)),
                        type: text(3), step: text(4), data: text(8)))
            }
            return rows
        }
        self.appends = appends
        guard appends.reduce(0, { $0 + $1.events }) == rows.count else {
            throw Failure("the store has \(rows.count) events, not those that were appended")
        }
    }

    /// Commits everything to a new database in `folder`. Returns the seconds it took.
    func seconds(in folder: String) async throws -> Double {
        let database = try RawDatabase(folder + "/raw.db")
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute(
            """
            CREATE TABLE event (run INTEGER, seq INTEGER, v INTEGER, time INTEGER, type TEXT, step TEXT,
            attempt INTEGER, cause INTEGER, ignorable INTEGER, data TEXT, PRIMARY KEY (run, seq)) WITHOUT ROWID
            """)
        return try await Stopwatch.seconds {
            try database.prepared("INSERT INTO event VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)") { statement in
                var next = 0
                for append in appends {
                    try database.execute("PRAGMA synchronous = \(append.durability == .disk ? "FULL" : "NORMAL")")
                    try database.execute("BEGIN IMMEDIATE")
                    for row in rows[next..<next + append.events] { try insert(row, statement, database) }
                    try database.execute("COMMIT")
                    next += append.events
                }
            }
        }
    }

    private func insert(_ row: Row, _ statement: OpaquePointer, _ database: RawDatabase) throws {
        let integers = row.integers
        sqlite3_bind_int64(statement, 1, integers.seq)
        sqlite3_bind_int64(statement, 2, integers.v)
        sqlite3_bind_int64(statement, 3, integers.time)
        sqlite3_bind_text(statement, 4, row.type, -1, RawDatabase.transient)
        sqlite3_bind_text(statement, 5, row.step, -1, RawDatabase.transient)
        sqlite3_bind_int64(statement, 6, integers.attempt)
        sqlite3_bind_int64(statement, 7, integers.cause)
        sqlite3_bind_int64(statement, 8, integers.ignorable)
        sqlite3_bind_text(statement, 9, row.data, -1, RawDatabase.transient)
        guard sqlite3_step(statement) == SQLITE_DONE else { throw database.failure("an event") }
        sqlite3_reset(statement)
    }
}
