import GRDB
import SwitchyardCore

/// A payload of an event, as the tables `payload` and `event_payload` have it.
struct PayloadRow: Sendable {
    let seq: Int
    let member: String
    let hash: String
    let text: String

    static func insert(_ payloads: [EventPayload], _ db: Database, run: Int64, seq: Int) throws {
        let insertion = try db.cachedStatement(
            sql: "INSERT INTO payload (hash, text) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING"
        )
        let reference = try db.cachedStatement(
            sql:
                "INSERT INTO event_payload (run, seq, member, payload) SELECT ?, ?, ?, number FROM payload WHERE hash = ?"
        )
        for payload in payloads {
            try insertion.execute(arguments: [payload.hash, payload.text])
            try reference.execute(arguments: [run, seq, payload.member, payload.hash])
        }
    }

    /// Whether the database has payloads: one that is only read may be of the schema before them.
    ///
    /// Asked each time, because another process may migrate it meanwhile.
    static func areThere(_ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM sqlite_schema WHERE name = 'event_payload'")
        return try Int.fetchOne(statement) != nil
    }

    /// Every payload of the events of `run`, in their order.
    static func fetchAll(_ db: Database, of run: RunID) throws -> [Row] {
        guard try areThere(db) else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT seq, member, hash, text FROM event_payload
                LEFT JOIN payload ON payload.number = event_payload.payload
                WHERE run = (SELECT number FROM run WHERE id = ?) ORDER BY seq, member
                """,
            arguments: [run.rawValue]
        )
    }

    /// What is wrong with the payload in `row` of ``fetchAll(_:of:)``.
    static func problem(_ row: Row) -> RunProblem? {
        let member: String = row[1]
        guard let hash = row[2] as String?, let text = row[3] as String? else {
            return RunProblem(.payloadMissing(member: member, hash: ""), seq: row[0])
        }
        guard SHA256.hexDigest(of: text) != hash else { return nil }
        return RunProblem(.payloadChanged(member: member, hash: hash), seq: row[0])
    }

    /// The payloads of the events of `run` with `seq` of at least `first` and less than `limit` more.
    static func fetch(_ db: Database, of run: RunID, from first: Int, limit: Int) throws -> [Int: [PayloadRow]] {
        guard try areThere(db) else { return [:] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, member, hash, text FROM event_payload JOIN payload ON payload.number = event_payload.payload
                WHERE run = (SELECT number FROM run WHERE id = ?) AND seq BETWEEN ? AND ? ORDER BY seq
                """
        )
        // Without gaps, `limit` events have as many numbers.
        let (last, isBeyond) = max(1, first).addingReportingOverflow(limit - 1)
        let rows = try Row.fetchCursor(statement, arguments: [run.rawValue, first, isBeyond ? Int.max : last])
        var payloads: [Int: [PayloadRow]] = [:]
        while let row = try rows.next() {
            payloads[row[0], default: []].append(PayloadRow(seq: row[0], member: row[1], hash: row[2], text: row[3]))
        }
        return payloads
    }
}

extension [PayloadRow] {
    /// The slim `data` of their event, whole again.
    func restoring(_ data: Value) throws(PayloadDefect) -> Value {
        // The reference and the mark must name the same payload: the text is looked up by the mark's name.
        try data.restoring(map(\.member), from: Dictionary(map { ($0.hash, $0.text) }) { first, _ in first })
    }
}
