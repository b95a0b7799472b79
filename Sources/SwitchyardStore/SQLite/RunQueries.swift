import GRDB
import SwitchyardCore

/// What lists of runs read.
enum RunQueries {
    /// The types of event after which a run has another status.
    private static let statusTypes = """
        ('run.queued', 'run.started', 'run.paused', 'run.resumed', 'run.succeeded', 'run.failed', 'run.cancelled')
        """

    /// A run's columns with what its events say of it. Each part reads the primary key or a partial index; SQLite is
    /// told which, because without statistics it takes the primary key, and with it every event of the run.
    ///
    /// - Parameter hasPayloads: whether steps of a plan may be kept apart from its event.
    static func summary(hasPayloads: Bool) -> String {
        """
        SELECT run.number, run.id, run.pipeline, run.created_at, status.type, status.time,
            (SELECT max(seq) FROM event WHERE run = run.number),
            (SELECT count(*) FROM json_each((\(hasPayloads ? stepsWithPayloads : steps)))
                WHERE \(isListed("json_extract(value, '$.path')"))),
            (SELECT count(*) FROM event INDEXED BY event_success
                WHERE run = run.number AND type = 'step.succeeded' AND \(isListed("step"))),
            (SELECT count(*) FROM event INDEXED BY event_failure
                WHERE run = run.number AND \(Migrations.isFinalFailure) AND \(isListed("step"))),
            EXISTS (SELECT 1 FROM event INDEXED BY event_status
                WHERE run = run.number AND \(Migrations.isAboutRun) AND type = 'run.cancel_requested'
                    AND seq > status.seq)
        FROM run LEFT JOIN event AS status ON status.run = run.number AND status.seq =
            (SELECT max(seq) FROM event INDEXED BY event_status
                WHERE run = run.number AND \(Migrations.isAboutRun) AND type IN \(statusTypes))
        """
    }

    private static let steps = """
        SELECT json_extract(data, '$.steps') FROM event INDEXED BY event_plan
            WHERE run = run.number AND type = 'plan.compiled' ORDER BY seq DESC LIMIT 1
        """

    private static let stepsWithPayloads = """
        SELECT coalesce(text, json_extract(data, '$.steps')) FROM event INDEXED BY event_plan
            LEFT JOIN event_payload ON event_payload.run = event.run AND event_payload.seq = event.seq
                AND member = 'steps'
            LEFT JOIN payload ON payload.number = event_payload.payload
            WHERE event.run = run.number AND type = 'plan.compiled' ORDER BY event.seq DESC LIMIT 1
        """

    /// True where `path` is that of a step of the pipeline's own lists: ``StepPath/isListed``.
    private static func isListed(_ path: String) -> String {
        """
        instr(\(path), '[') = 0 AND instr(\(path), '@') = 0
        AND instr(CASE WHEN \(path) LIKE 'finally/%' THEN substr(\(path), 9) ELSE \(path) END, '/') = 0
        """
    }

    /// The newest runs first.
    static func newest(_ db: Database, limit: Int, locks: RunLocks) throws -> [RunSummary] {
        try fetch(db, "ORDER BY run.number DESC LIMIT ?", [limit], locks)
    }

    /// Those that have not ended, the newest first.
    static func open(_ db: Database, after number: Int, locks: RunLocks) throws -> [RunSummary] {
        let isOpen = "coalesce(status.type, '') NOT IN ('run.succeeded', 'run.failed', 'run.cancelled')"
        return try fetch(db, "WHERE run.number > ? AND \(isOpen) ORDER BY run.number DESC", [number], locks)
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
        let statement = try db.cachedStatement(
            sql: summary(hasPayloads: try PayloadRow.areThere(db)) + " " + rest)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var summaries: [RunSummary] = []
        while let row = try rows.next() { summaries.append(decode(row, locks: locks)) }
        return summaries
    }

    private static func decode(_ row: Row, locks: RunLocks) -> RunSummary {
        let run = RunID(row[1])
        var status = status(after: row[4])
        // Cancelling lets a paused run go on to its end; one that waits for its turn waits all the same.
        if status == .paused, row[10] { status = .running }
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
        case "run.started", "run.resumed": .running
        case "run.paused": .paused
        case "run.queued": .waiting
        case "run.succeeded": .succeeded
        case "run.failed": .failed
        case "run.cancelled": .cancelled
        default: .pending
        }
    }
}
