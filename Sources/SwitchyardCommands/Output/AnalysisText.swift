import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// What `analyze` prints.
enum AnalysisText {
    static func text(_ analysis: RunAnalysis, _ summary: RunSummary) -> String {
        let totals = analysis.totals
        var text = "run #\(summary.number) \(Cleaned.line(summary.pipelineID)): \(summary.status.rawValue)"
        text += ", \(DurationText.elapsed(analysis.took))"
        if totals.calls > 0 {
            text += ", \(CountText.of(totals.calls, "call")) of models, "
            text += "\(TelemetryOutput.count(totals.inputTokens + totals.outputTokens)) tokens, "
            text += TelemetryOutput.money(totals.cost, unpriced: totals.unpriced)
        }
        text += "\n"
        if analysis.calls.contains(where: \.isSimulated) { text += "a simulator answered: none of it was paid for\n" }
        for part in [costs(analysis), waste(analysis.waste), savings(analysis), path(analysis), advice(analysis)]
        where !part.isEmpty {
            text += "\n" + part
        }
        return text
    }

    private static func costs(_ analysis: RunAnalysis) -> String {
        let comparison = analysis.comparison
        guard comparison.answers > 0 else { return "" }
        var table = TextTable(["the same tokens", "cost", "against it"], rightAligned: [1, 2])
        func row(_ name: String, _ cost: MicroDollars) {
            let actual = Double(comparison.actual.amount)
            let change = actual > 0 ? (Double(cost.amount) - actual) / actual : 0
            let sign = change < 0 ? "-" : "+"
            let share = change == 0 ? "" : sign + TelemetryOutput.percent(abs(change))
            table.append([name, MoneyText.of(cost), share])
        }
        row("as it was chosen", comparison.actual)
        row("the cheapest choice", comparison.cheapest)
        row("the best choice", comparison.best)
        if let premium = comparison.premium { row("premium always", premium) }
        let left =
            comparison.unknown > 0
            ? "\(CountText.of(comparison.unknown, "answer")) cannot be compared: a price is not known\n" : ""
        return table.text + left
    }

    private static func waste(_ waste: RunAnalysis.Waste) -> String {
        var text = ""
        if waste.failedCalls > 0 {
            let cost = TelemetryOutput.money(waste.failedCost, unpriced: waste.failedUnpriced)
            text += "failed calls     \(waste.failedCalls), \(DurationText.elapsed(waste.failedTime)), \(cost)\n"
        }
        if waste.rejectedAnswers > 0 {
            text += "answers not used \(waste.rejectedAnswers), \(DurationText.elapsed(waste.rejectedTime)), "
            text += "\(MoneyText.of(waste.rejectedCost))\n"
        }
        if waste.waitedTime > .zero {
            text += "waits            \(DurationText.elapsed(waste.waitedTime)) between tries, for limits and money\n"
        }
        return text
    }

    private static func savings(_ analysis: RunAnalysis) -> String {
        var text = ""
        if !analysis.taken.isEmpty {
            let cost = analysis.taken.compactMap(\.cost).reduce(MicroDollars.zero, +)
            let time = analysis.taken.compactMap(\.duration).reduce(Duration.zero, +)
            let unknown = analysis.taken.count { $0.cost == nil }
            text += "results taken    \(analysis.taken.count) from the cache or another run, which had cost "
            text += "\(TelemetryOutput.money(cost, unpriced: unknown)) and \(DurationText.elapsed(time))\n"
        }
        if analysis.cachedSaving > .zero {
            text += "cached input     \(TelemetryOutput.count(analysis.totals.cachedTokens)) tokens, "
            text += "\(MoneyText.of(analysis.cachedSaving)) less than at their full price\n"
        }
        return text
    }

    private static func path(_ analysis: RunAnalysis) -> String {
        guard !analysis.criticalPath.isEmpty else { return "" }
        var table = TextTable(["what the run waited for", "from", "took", "waited before"], rightAligned: [1, 2, 3])
        for step in analysis.criticalPath {
            table.append([
                step.step.rawValue, DurationText.elapsed(step.startedAfter), DurationText.elapsed(step.took),
                step.waited < .milliseconds(1) ? "" : DurationText.elapsed(step.waited),
            ])
        }
        return table.text
    }

    private static func advice(_ analysis: RunAnalysis) -> String {
        guard !analysis.advice.isEmpty else { return "" }
        return "what would help\n" + analysis.advice.map { "  \(Cleaned.line($0.sentence))\n" }.joined()
    }

    static func json(_ analysis: RunAnalysis, _ summary: RunSummary) -> Value {
        let (comparison, waste, totals) = (analysis.comparison, analysis.waste, analysis.totals)
        func milliseconds(_ duration: Duration) -> Value { .int(Int(duration.wholeMicroseconds / 1000)) }
        return [
            "run": .string(summary.run.rawValue), "number": .int(summary.number),
            "pipeline": .string(summary.pipelineID), "status": .string(summary.status.rawValue),
            "took_ms": milliseconds(analysis.took), "calls": .int(totals.calls),
            "input_tokens": .int(totals.inputTokens), "output_tokens": .int(totals.outputTokens),
            "cost_usd": totals.cost.dollars, "unpriced_calls": .int(totals.unpriced),
            "simulated": .bool(analysis.calls.contains(where: \.isSimulated)),
            "comparison": [
                "answers": .int(comparison.answers), "not_comparable": .int(comparison.unknown),
                "actual_usd": comparison.actual.dollars, "cheapest_usd": comparison.cheapest.dollars,
                "best_usd": comparison.best.dollars, "premium_usd": comparison.premium?.dollars ?? .null,
            ],
            "waste": [
                "failed_calls": .int(waste.failedCalls), "failed_usd": waste.failedCost.dollars,
                "failed_unpriced_calls": .int(waste.failedUnpriced), "failed_ms": milliseconds(waste.failedTime),
                "waited_ms": milliseconds(waste.waitedTime), "rejected_answers": .int(waste.rejectedAnswers),
                "rejected_usd": waste.rejectedCost.dollars, "rejected_ms": milliseconds(waste.rejectedTime),
            ],
            "taken": .array(
                analysis.taken.map { taken in
                    [
                        "step": .string(taken.step.rawValue), "run": .string(taken.source.run.rawValue),
                        "seq": .int(taken.source.seq), "cost_usd": taken.cost?.dollars ?? .null,
                        "took_ms": taken.duration.map(milliseconds) ?? .null,
                    ]
                }),
            "cached_input_saved_usd": analysis.cachedSaving.dollars,
            "critical_path": .array(
                analysis.criticalPath.map { step in
                    [
                        "step": .string(step.step.rawValue), "from_ms": milliseconds(step.startedAfter),
                        "took_ms": milliseconds(step.took), "waited_ms": milliseconds(step.waited),
                        "uses_model": .bool(step.usesModel),
                    ]
                }),
            "advice": Value(analysis.advice.map(\.sentence)),
        ]
    }
}

extension RunAnalysis.Advice {
    /// One sentence, without a full stop.
    var sentence: String {
        switch self {
        case .cheaperModel(let step, let chosen, let other, let saved, let quality, let than):
            "\(step): \(other) would have cost \(MoneyText.of(saved)) less than \(chosen), and was believed "
                + "\(TelemetryOutput.percent(quality)) good against \(TelemetryOutput.percent(than)); `strategy: cost` "
                + "prefers it"
        case .fasterModel(let step, let chosen, let other, let saved):
            "\(step): the run waited for \(chosen); \(other) was expected to answer \(DurationText.elapsed(saved)) "
                + "sooner, and `strategy: performance` prefers it"
        case .failingProvider(let provider, let failed, let count, let lost):
            "\(provider) failed \(failed) of \(CountText.of(count, "call")), which took \(DurationText.elapsed(lost)); "
                + "asking another provider first saves that"
        case .rateLimits(let waited):
            "\(DurationText.elapsed(waited)) went by for rate limits: calls of several providers wait less"
        case .longestStep(let step, let took, let share):
            "\(step) took \(DurationText.elapsed(took)), \(TelemetryOutput.percent(share)) of the run: what makes it "
                + "shorter makes the run shorter"
        case .rejectedAnswers(let step, let count, let cost):
            "\(step): \(CountText.of(count, "answer")) for \(MoneyText.of(cost)) could not be used; a better tier, or "
                + "`strategy: accuracy`, may need fewer"
        case .unknownUsage(let model):
            "\(model) did not say all that it used, so what it cost is in no sum"
        case .unknownPrice(let model):
            "\(model) has no known price, so it is in no sum: `catalogue: {models: {\(model): {price: …}}}` in a "
                + "settings file gives it one"
        }
    }
}
