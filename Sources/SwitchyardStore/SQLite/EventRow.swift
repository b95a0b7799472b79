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
            // What is not bound is null. GRDB's arguments would be made into values of its own, one by one, which takes
            // longer than SQLite does.
            statement.setUncheckedArguments(StatementArguments())
            try statement.bind(run, at: 1)
            try statement.bind(event.seq, at: 2)
            try statement.bind(EventEnvelope.currentVersion, at: 3)
            try statement.bind(event.time.microseconds, at: 4)
            try statement.bind(event.event.type, at: 5)
            if let step = event.step { try statement.bind(step.rawValue, at: 6) }
            if let attempt = event.attempt { try statement.bind(attempt, at: 7) }
            if let cause = event.cause { try statement.bind(cause, at: 8) }
            if let actor = event.actor { try statement.bind(actor.name, at: 9) }
            try statement.bind(event.event.isIgnorable, at: 10)
            try statement.bind(row.data.text, at: 11)
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

extension Statement {
    /// Binds `value` to the parameter number `index`, from 1.
    fileprivate func bind(_ value: some StatementBinding, at index: CInt) throws {
        let code = value.bind(to: sqliteStatement, at: index)
        guard code == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
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
