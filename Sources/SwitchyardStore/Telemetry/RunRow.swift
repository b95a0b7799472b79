import GRDB
import SwitchyardCore

/// What a run came to, as a row of the table `run_telemetry`.
enum RunRow {
    private static let columns = [
        "run", "pipeline", "status", "time", "duration", "cost", "unpriced_calls", "premium_cost", "input_tokens",
        "output_tokens", "calls", "failed_calls", "fallbacks", "taken_results", "is_simulated",
    ]

    private static let insertion = """
        INSERT OR REPLACE INTO run_telemetry (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        """

    static func enter(_ run: RunRecord, _ db: Database) throws {
        let values: [(any DatabaseValueConvertible)?] = [
            run.run.rawValue, run.pipeline, run.status.rawValue, run.time.microseconds,
            run.duration?.wholeMicroseconds, run.cost.amount, run.unpricedCalls, run.premiumCost?.amount,
            run.inputTokens, run.outputTokens, run.calls, run.failedCalls, run.fallbacks, run.takenResults,
            run.isSimulated,
        ]
        try db.cachedStatement(sql: insertion).execute(arguments: StatementArguments(values))
    }

    static func fetch(_ db: Database, since: Timestamp?) throws -> [RunRecord] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(columns.joined(separator: ", ")) FROM run_telemetry WHERE time >= ? ORDER BY time, run
                """, arguments: [since?.microseconds ?? .min])
        var runs: [RunRecord] = []
        while let row = try rows.next() {
            guard let status = RunStatus(rawValue: row[2]) else { continue }
            var run = RunRecord(run: RunID(row[0]), pipeline: row[1], time: Timestamp(microseconds: row[3]))
            run.status = status
            run.duration = (row[4] as Int64?).map { .microseconds($0) }
            run.cost = MicroDollars(row[5])
            run.unpricedCalls = row[6]
            run.premiumCost = (row[7] as Int64?).map { MicroDollars($0) }
            run.inputTokens = row[8]
            run.outputTokens = row[9]
            run.calls = row[10]
            run.failedCalls = row[11]
            run.fallbacks = row[12]
            run.takenResults = row[13]
            run.isSimulated = row[14]
            runs.append(run)
        }
        return runs
    }
}
