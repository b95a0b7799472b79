import GRDB
import SwitchyardCore

/// Where the result is that is kept under a key: a row of the table `kept_result`.
enum KeptResultRow {
    static func insert(_ db: Database, key: String, run: Int64, seq: Int) throws {
        try db.cachedStatement(sql: "INSERT INTO kept_result (key, run, seq) VALUES (?, ?, ?)")
            .execute(arguments: [key, run, seq])
    }

    /// The event with the newest result under `key`; nil where there is none.
    static func newest(_ db: Database, key: String, path: String) throws -> EventEnvelope? {
        // A store that is only read may be of before there were any.
        guard try db.tableExists("kept_result") else { return nil }
        let statement = try db.cachedStatement(
            sql: """
                SELECT run.id, event.seq FROM kept_result
                JOIN event ON event.run = kept_result.run AND event.seq = kept_result.seq
                JOIN run ON run.number = kept_result.run
                WHERE key = ? ORDER BY event.time DESC, kept_result.run DESC, kept_result.seq DESC LIMIT 1
                """)
        guard let row = try Row.fetchOne(statement, arguments: [key]) else { return nil }
        return try EventRow.events(db, of: RunID(row[0]), from: row[1], limit: 1, path: path).first
    }
}
