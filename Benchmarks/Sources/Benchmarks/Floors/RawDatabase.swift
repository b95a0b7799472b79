import GRDBSQLite

/// SQLite without anything of ours around it.
final class RawDatabase {
    private var handle: OpaquePointer?
    static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ path: String) throws(Failure) {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure("SQLite cannot open \(path)") }
        // The store that wrote the file may still be closing it.
        sqlite3_busy_timeout(handle, 60_000)
    }

    deinit { sqlite3_close(handle) }

    func execute(_ sql: String) throws(Failure) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    /// Calls `body` with the prepared `sql`.
    func prepared<Answer>(_ sql: String, _ body: (OpaquePointer) throws -> Answer) throws -> Answer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw failure(sql)
        }
        defer { sqlite3_finalize(statement) }
        return try body(statement)
    }

    func failure(_ sql: String) -> Failure {
        Failure("SQLite refuses \(sql): \(sqlite3_errmsg(handle).map { String(cString: $0) } ?? "")")
    }
}
