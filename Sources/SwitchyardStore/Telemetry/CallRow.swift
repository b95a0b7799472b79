import GRDB
import SwitchyardCore

/// A call of a model as a row of the table `model_call`.
enum CallRow {
    private static let columns = [
        "run", "seq", "pipeline", "step", "time", "task", "strategy", "source", "tier", "provider", "model", "outcome",
        "turn", "attempt", "uncached_input", "cache_read", "cache_write", "cache_write_long", "output", "reasoning",
        "cost", "is_estimate", "premium_cost", "latency", "first_token", "is_repaired", "is_simulated", "verdict",
        "quality", "rating",
    ]

    /// One that is there is replaced; a rating stays where the new one has none.
    private static let insertion = """
        INSERT INTO model_call (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (run, seq) DO UPDATE SET
            \(columns.dropFirst(2).filter { $0 != "rating" }.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")),
            rating = coalesce(excluded.rating, rating)
        """

    static func enter(_ call: CallRecord, _ db: Database) throws {
        let usage = call.usage
        let values: [(any DatabaseValueConvertible)?] = [
            call.key.run.rawValue, call.key.seq, call.pipeline, call.step.rawValue, call.time.microseconds, call.task,
            call.strategy?.rawValue, call.source, call.tier?.rawValue, call.model.provider, call.model.name,
            call.outcome.name, call.turn, call.attempt, usage.uncachedInput, usage.cacheRead, usage.cacheWrite,
            usage.cacheWriteLong, usage.output, usage.reasoning, call.cost?.amount, call.isEstimate,
            call.premiumCost?.amount, call.latency.wholeMicroseconds, call.firstTokenAfter?.wholeMicroseconds,
            call.isRepaired, call.isSimulated, call.verdict?.rawValue, call.quality, call.rating,
        ]
        let statement = try db.cachedStatement(sql: insertion)
        try statement.execute(arguments: StatementArguments(values))
    }

    /// The newest that `query` asks for, the oldest first.
    static func fetch(_ db: Database, _ query: CallQuery) throws -> [CallRecord] {
        guard (query.limit ?? 1) > 0 else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(columns.joined(separator: ", ")) FROM model_call
                WHERE time >= ?1 AND (?2 IS NULL OR is_simulated = ?2) ORDER BY time DESC, run DESC, seq DESC LIMIT ?3
                """)
        let rows = try Row.fetchCursor(
            statement,
            arguments: [query.since?.microseconds ?? .min, query.isSimulated, query.limit ?? -1])
        var calls: [CallRecord] = []
        while let row = try rows.next() { if let call = decode(row) { calls.append(call) } }
        return calls.reversed()
    }

    static func spending(_ db: Database, since: Timestamp?, isSimulated: Bool) throws -> [String: Spending] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT provider, total(cost), total(uncached_input) + total(cache_read) + total(cache_write)
                    + total(cache_write_long) + total(output)
                FROM model_call WHERE time >= ? AND is_simulated = ? GROUP BY provider
                """, arguments: [since?.microseconds ?? .min, isSimulated])
        var spending: [String: Spending] = [:]
        while let row = try rows.next() {
            spending[row[0]] = Spending(
                cost: MicroDollars(Int64(saturating: row[1])), tokens: Int(Int64(saturating: row[2])))
        }
        return spending
    }

    /// By position, for names are looked up anew in each row.
    private static func decode(_ row: Row) -> CallRecord? {
        guard let outcome = CallRecord.Outcome(name: row[11]) else { return nil }
        var call = CallRecord(
            key: .init(RunID(row[0]), row[1]), pipeline: row[2], step: StepPath(row[3] as String),
            time: Timestamp(microseconds: row[4]), model: ModelID(provider: row[9], name: row[10]),
            tier: (row[8] as String?).flatMap(ModelTier.init), outcome: outcome, turn: row[12], attempt: row[13],
            usage: TokenUsage(
                uncachedInput: row[14], cacheRead: row[15], cacheWrite: row[16], cacheWriteLong: row[17],
                output: row[18], reasoning: row[19]),
            cost: (row[20] as Int64?).map { MicroDollars($0) }, latency: .microseconds(row[23] as Int64),
            isSimulated: row[26])
        call.task = row[5]
        call.strategy = (row[6] as String?).flatMap(ModelStrategy.init)
        call.source = row[7]
        call.isEstimate = row[21]
        call.premiumCost = (row[22] as Int64?).map { MicroDollars($0) }
        call.firstTokenAfter = (row[24] as Int64?).map { .microseconds($0) }
        call.isRepaired = row[25]
        call.verdict = (row[27] as String?).flatMap(CallRecord.Verdict.init)
        call.quality = row[28]
        call.rating = row[29]
        return call
    }
}

extension Int64 {
    /// The nearest number that fits.
    fileprivate init(saturating double: Double) {
        self = Int64(exactly: double.rounded()) ?? (double < 0 ? .min : .max)
    }
}
