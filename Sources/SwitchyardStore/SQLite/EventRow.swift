import GRDB
import SwitchyardCore

/// An event as a row of the table `event`.
struct EventRow: Sendable {
    let event: EventEnvelope
    let data: SlimEventData

    /// Writes the JSON, which is most of the work of appending and needs no database.
    init(_ event: EventEnvelope) {
        self.event = event
        data = SlimEventData(event.event.data)
    }

    static func insert(_ rows: [EventRow], _ db: Database, run: Int64) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO event (run, seq, v, time, type, step, attempt, cause, actor, ignorable, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for row in rows {
            let event = row.event
            // As many as there are marks in the text: checking that for every row takes longer than SQLite does.
            statement.setUncheckedArguments([
                run, event.seq, EventEnvelope.currentVersion, event.time.microseconds, event.event.type,
                event.step?.rawValue, event.attempt, event.cause, event.actor?.name, event.event.isIgnorable,
                row.data.text,
            ])
            try statement.execute()
            if case .stepSucceeded(let success) = event.event, let key = success.cacheKey {
                try KeptResultRow.insert(db, key: key, run: run, seq: event.seq)
            }
            if !row.data.payloads.isEmpty { try PayloadRow.insert(row.data.payloads, db, run: run, seq: event.seq) }
        }
    }

    static func events(_ db: Database, of run: RunID, from first: Int, limit: Int, path: String) throws
        -> [EventEnvelope]
    {
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, time, type, step, attempt, cause, actor, ignorable, data, v FROM event
                WHERE run = (SELECT number FROM run WHERE id = ?) AND seq >= ? ORDER BY seq LIMIT ?
                """
        )
        let payloads = try PayloadRow.fetch(db, of: run, from: first, limit: limit)
        let rows = try Row.fetchCursor(statement, arguments: [run.rawValue, first, limit])
        var events: [EventEnvelope] = []
        while let row = try rows.next() { events.append(try decode(row, payloads, of: run, path: path)) }
        return events
    }

    private static func decode(
        _ row: Row, _ payloads: [Int: [PayloadRow]], of run: RunID, path: String
    ) throws -> EventEnvelope {
        let seq: Int = row[0]
        func corrupt(_ reason: String) -> EventLogError {
            .corrupt(path: path, reason: "event \(seq) of run \(run): \(reason)")
        }
        let version: Int = row[9]
        if version > EventEnvelope.currentVersion { throw EventLogError.newerSchema(path: path) }
        do {
            var data = try JSON.parse(row[8], maximumDepth: JSON.maximumLineDepth)
            if let own = payloads[seq] { data = try own.restoring(data) }
            return EventEnvelope(
                run: run, seq: seq, time: Timestamp(microseconds: row[1]),
                step: (row[3] as String?).map { StepPath($0) }, attempt: row[4], cause: row[5],
                actor: (row[6] as String?).map { Actor($0) },
                event: try RunEvent(type: row[2], data: data, isIgnorable: row[7])
            )
        } catch let error as EventDecodingError {
            throw error.asLogError(path: path, corrupt: corrupt)
        } catch let error as JSON.ParseError {
            throw corrupt("\(error.message) at byte \(error.offset)")
        } catch let error as PayloadDefect {
            throw corrupt(error.reason)
        }
    }
}

extension EventDecodingError {
    /// What a store says of a record it cannot decode. An unknown type that may not be skipped was written by a newer
    /// version, as all types are kept for ever.
    func asLogError(path: String, corrupt: (String) -> EventLogError) -> EventLogError {
        switch self {
        case .newerVersion, .unknownType: .newerSchema(path: path)
        case .notJSON(let reason): corrupt(reason)
        case .missing(let field): corrupt("`\(field)` is missing or not what it should be")
        }
    }
}

extension PayloadDefect {
    /// What a store says of it.
    var reason: String {
        switch self {
        case .missing(let hash): "its payload \(hash) is missing"
        case .damaged(let hash): "its payload \(hash) is not what was written"
        case .unnamed(let member): "it does not name the payload of `\(member)`"
        }
    }
}
