import GRDB
import Glibc

/// How many databases a connection may attach: none, whatever the text of a statement hides.
enum SQLAttachments {
    private typealias Limit = @convention(c) (SQLiteConnection?, Int32, Int32) -> Int32

    /// SQLite's own function, which GRDB does not offer; nil in a program that was linked without its name. Then
    /// ``SQLText/refusal`` alone stands guard.
    private static let limit = dlsym(nil, "sqlite3_limit").map { unsafeBitCast($0, to: Limit.self) }

    static func forbid(_ db: Database) {
        set(0, db)
    }

    /// Runs `work`, a `VACUUM`, which builds the new file as an attached database.
    static func allowingOne<Result>(_ db: Database, _ work: () throws -> Result) rethrows -> Result {
        set(1, db)
        defer { set(0, db) }
        return try work()
    }

    private static func set(_ count: Int32, _ db: Database) {
        // 7 is SQLITE_LIMIT_ATTACHED.
        _ = limit?(db.sqliteConnection, 7, count)
    }
}
