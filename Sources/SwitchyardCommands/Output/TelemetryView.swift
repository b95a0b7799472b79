import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// What `telemetry` shows of records.
struct TelemetryView {
    struct Records {
        var calls: [CallRecord]
        var runs: [RunRecord]
    }

    /// A table in each of its forms.
    struct Table {
        struct Row {
            /// As people read it.
            var cells: [String]
            /// As programs read it: text for each key, and the same as JSON.
            var values: [Value]
            var plain: [String] {
                values.map { value in
                    if case .double(let dollars) = value {
                        return TelemetryOutput.dollars(MicroDollars(Int64((dollars * 1_000_000).rounded())))
                    }
                    return value == .null ? "" : value.rendered
                }
            }
        }

        var titles: [String]
        var rightAligned: Set<Int>
        /// What the values are called.
        var keys: [String]
        var rows: [Row]
    }

    private let calls: [CallRecord]
    private let runs: [RunRecord]
    /// Whether a simulator answered what is shown.
    private let isSimulated: Bool
    private let left: Int
    private let since: String?

    /// Simulated calls are shown where they were asked for, or where there are no others.
    init(_ records: Records, onlySimulated: Bool, since: String?) {
        let real = records.calls.filter { !$0.isSimulated }
        isSimulated = onlySimulated || (real.isEmpty && !records.calls.isEmpty)
        calls = isSimulated ? records.calls.filter(\.isSimulated) : real
        let isSimulated = isSimulated
        runs = records.runs.filter { isSimulated ? $0.isSimulated : !$0.isSimulated }
        left = isSimulated ? 0 : records.calls.count - real.count
        self.since = since
    }

    // MARK: Tables

    func costs(by grouping: TelemetryReport.Grouping) -> Table {
        let groups = TelemetryReport.costs(calls, by: grouping)
        return Table(
            titles: [grouping.rawValue, "calls", "failed", "tokens", "spent", "saved", ""],
            rightAligned: [1, 2, 3, 4, 5, 6],
            keys: [
                grouping.rawValue, "calls", "failed", "input_tokens", "output_tokens", "cached_tokens", "cost_usd",
                "unpriced_calls", "premium_usd", "saved_usd",
            ],
            rows: groups.map { key, totals in
                Table.Row(
                    cells: [
                        key, "\(totals.calls)", totals.failed == 0 ? "" : "\(totals.failed)",
                        TelemetryOutput.count(totals.inputTokens + totals.outputTokens),
                        TelemetryOutput.money(totals.cost, unpriced: totals.unpriced),
                        totals.savedShare == nil ? "–" : MoneyText.of(totals.saved),
                        totals.savedShare.map(TelemetryOutput.percent) ?? "",
                    ],
                    values: [
                        .string(key), .int(totals.calls), .int(totals.failed), .int(totals.inputTokens),
                        .int(totals.outputTokens), .int(totals.cachedTokens), totals.cost.dollars,
                        .int(totals.unpriced), totals.premium.dollars, totals.saved.dollars,
                    ])
            })
    }

    func providers() -> Table {
        Table(
            titles: ["provider", "calls", "failed", "mostly", "p50", "p95", "tokens", "spent"],
            rightAligned: [1, 2, 4, 5, 6, 7],
            keys: [
                "provider", "calls", "failed", "failures", "p50_ms", "p95_ms", "first_token_p50_ms", "input_tokens",
                "output_tokens", "cost_usd", "unpriced_calls",
            ],
            rows: TelemetryReport.providers(calls).map { name, provider in
                let totals = provider.totals
                let (p50, p95) = (provider.latency(percentile: 50), provider.latency(percentile: 95))
                let failures = provider.failures.sorted { $0.key.rawValue < $1.key.rawValue }
                return Table.Row(
                    cells: [
                        name, "\(totals.calls)", TelemetryOutput.failures(totals.failed, of: totals.calls),
                        provider.commonestFailure?.rawValue ?? "", TelemetryOutput.duration(p50),
                        TelemetryOutput.duration(p95),
                        TelemetryOutput.count(totals.inputTokens + totals.outputTokens),
                        TelemetryOutput.money(totals.cost, unpriced: totals.unpriced),
                    ],
                    values: [
                        .string(name), .int(totals.calls), .int(totals.failed),
                        .object(
                            OrderedDictionary(
                                uniqueKeysWithValues: failures.map { ($0.key.rawValue, Value.int($0.value)) })),
                        Value(p50), Value(p95), Value(provider.firstToken(percentile: 50)), .int(totals.inputTokens),
                        .int(totals.outputTokens), totals.cost.dollars, .int(totals.unpriced),
                    ])
            })
    }

    func workflows() -> Table {
        Table(
            titles: ["pipeline", "runs", "failed", "calls", "taken", "median", "spent", "a run"],
            rightAligned: [1, 2, 3, 4, 5, 6, 7],
            keys: [
                "pipeline", "runs", "succeeded", "failed", "calls", "failed_calls", "fallbacks", "taken_results",
                "median_ms", "tokens", "cost_usd", "unpriced_calls", "cost_per_run_usd",
            ],
            rows: TelemetryReport.workflows(runs).map { name, totals in
                Table.Row(
                    cells: [
                        name, "\(totals.runs)", TelemetryOutput.failures(totals.failed, of: totals.runs),
                        "\(totals.calls)", totals.takenResults == 0 ? "" : "\(totals.takenResults)",
                        TelemetryOutput.duration(totals.medianDuration),
                        TelemetryOutput.money(totals.cost, unpriced: totals.unpriced), MoneyText.of(totals.costPerRun),
                    ],
                    values: [
                        .string(name), .int(totals.runs), .int(totals.succeeded), .int(totals.failed),
                        .int(totals.calls), .int(totals.failedCalls), .int(totals.fallbacks),
                        .int(totals.takenResults), Value(totals.medianDuration), .int(totals.tokens),
                        totals.cost.dollars, .int(totals.unpriced), totals.costPerRun.dollars,
                    ])
            })
    }

    // MARK: Forms

    func text(_ table: Table, withSummary: Bool) -> String {
        guard !table.rows.isEmpty else { return nothing }
        var text = withSummary ? summary : isSimulated ? "simulated: none of it was paid for\n\n" : ""
        var lines = TextTable(table.titles, rightAligned: table.rightAligned)
        for row in table.rows { lines.append(row.cells) }
        text += lines.text
        if table.rows.contains(where: { $0.cells.contains { $0.hasSuffix("?") } }) {
            text += TelemetryOutput.unpricedNote
        }
        return text
    }

    func json(_ table: Table) -> Value {
        let totals = CallTotals(calls)
        return [
            "since": Value(since), "simulated": .bool(isSimulated), "runs": .int(runs.count),
            "calls": .int(totals.calls), "failed": .int(totals.failed), "cost_usd": totals.cost.dollars,
            "unpriced_calls": .int(totals.unpriced), "premium_usd": totals.premium.dollars,
            "saved_usd": totals.saved.dollars,
            "rows": .array(
                table.rows.map { .object(OrderedDictionary(uniqueKeysWithValues: zip(table.keys, $0.values))) }),
        ]
    }

    /// Two lines: how much there was, and what it came to.
    private var summary: String {
        let totals = CallTotals(calls)
        let count = Set(calls.map(\.key.run)).count
        var first = "\(CountText.of(totals.calls, "call")) of models in \(CountText.of(count, "run"))"
        if let since { first += " of the last \(since)" }
        if totals.failed > 0 { first += ", \(totals.failed) of them failed" }
        var text = first + "\n"
        let spent = MoneyText.of(totals.cost)
        text += isSimulated ? "simulated calls worth \(spent)" : "spent \(spent)"
        if let share = totals.savedShare {
            let word = totals.saved.amount < 0 ? "more" : "less"
            let size = MoneyText.of(MicroDollars(Int64(clamping: totals.saved.amount.magnitude)))
            text += ", \(size) (\(TelemetryOutput.percent(abs(share)))) \(word) than with premium always"
        }
        text += "\n"
        if left > 0 {
            text += "\(CountText.of(left, "simulated call")) left out; --simulated shows them\n"
        }
        return text + "\n"
    }

    private var nothing: String {
        let when = since.map { " in the last \($0)" } ?? ""
        return "no call of a model was recorded\(when)\n"
            + "  hint: `switchyard run FILE` records every call of its model steps; with --simulate it needs no key\n"
    }
}

extension Value {
    /// In milliseconds; `null` for none.
    fileprivate init(_ duration: Duration?) {
        self = duration.map { .int(Int($0.wholeMicroseconds / 1000)) } ?? .null
    }
}
