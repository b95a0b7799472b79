import GRDB
import SwitchyardCore

/// What lists of runs read.
enum RunQueries {
    /// The types of event after which a run has another status.
    private static let statusTypes = """
        ('run.started', 'run.paused', 'run.resumed', 'run.cancel_requested', 'run.succeeded', 'run.failed',
        'run.cancelled')
        """

    /// A run's columns with what its events say of it. Each part reads the primary key or a partial index; SQLite is
    /// told which, because without statistics it takes the primary key, and with it every event of the run.
    static let summary = """
        SELECT run.number, run.id, run.pipeline, run.created_at, status.type, status.time,
            (SELECT max(seq) FROM event WHERE run = run.number),
            (SELECT json_array_length(data, '$.steps') FROM event INDEXED BY event_plan
                WHERE run = run.number AND type = 'plan.compiled' ORDER BY seq DESC LIMIT 1),
            (SELECT count(*) FROM event INDEXED BY event_success
                WHERE run = run.number AND type = 'step.succeeded'),
            (SELECT count(*) FROM event INDEXED BY event_failure
                WHERE run = run.number AND \(Migrations.isFinalFailure))
        FROM run LEFT JOIN event AS status ON status.run = run.number AND status.seq =
            (SELECT max(seq) FROM event INDEXED BY event_status
                WHERE run = run.number AND \(Migrations.isAboutRun) AND type IN \(statusTypes))
        """

    /// The newest runs first.
    static func newest(_ db: Database, limit: Int, locks: RunLocks) throws -> [RunSummary] {
        try fetch(db, "ORDER BY run.number DESC LIMIT ?", [limit], locks)
    }

    /// The run that `reference` names.
    static func run(_ db: Database, matching reference: RunReference, locks: RunLocks) throws -> RunSummary? {
        if reference.isLast { return try newest(db, limit: 1, locks: locks).first }
        if let run = try fetch(db, "WHERE run.id = ?", [reference.text], locks).first { return run }
        if let number = reference.number, let run = try fetch(db, "WHERE run.number = ?", [number], locks).first {
            return run
        }
        guard let prefix = reference.prefix else { return nil }
        // A range, which the index of ids answers; no id has a character beyond U+10FFFF.
        let matches = try fetch(
            db, "WHERE run.id >= ? AND run.id < ? LIMIT 2", [prefix, prefix + "\u{10FFFF}"], locks
        )
        if matches.count > 1 { throw EventLogError.ambiguous(reference: reference.text) }
        return matches.first
    }

    private static func fetch(
        _ db: Database, _ rest: String, _ arguments: StatementArguments, _ locks: RunLocks
    ) throws -> [RunSummary] {
        let statement = try db.cachedStatement(sql: summary + " " + rest)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var summaries: [RunSummary] = []
        while let row = try rows.next() { summaries.append(decode(row, locks: locks)) }
        return summaries
    }

    private static func decode(_ row: Row, locks: RunLocks) -> RunSummary {
        let run = RunID(row[1])
        var status = status(after: row[4])
        if !status.isFinal, !locks.isHeld(run) { status = .interrupted }
        return RunSummary(
            run: run, number: row[0], pipelineID: row[2], status: status,
            createdAt: Timestamp(microseconds: row[3]),
            endedAt: status.isFinal ? Timestamp(microseconds: row[5]) : nil, stepCount: row[7] ?? 0,
            succeededCount: row[8], failedCount: row[9], eventCount: row[6] ?? 0
        )
    }

    /// The status of a run whose last event of ``statusTypes`` is `type`.
    private static func status(after type: String?) -> RunStatus {
        switch type {
        // Cancelling lets a paused run go on to its end.
        case "run.started", "run.resumed", "run.cancel_requested": .running
        case "run.paused": .paused
        case "run.succeeded": .succeeded
        case "run.failed": .failed
        case "run.cancelled": .cancelled
        default: .pending
        }
    }
}
