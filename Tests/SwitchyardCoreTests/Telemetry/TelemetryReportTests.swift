import OrderedCollections
import SwitchyardCore
import Testing

@Suite struct TelemetryReportTests {
    private func call(
        _ seq: Int, model: ModelID = FoldScript.luna, cost: Int64? = 100, premium: Int64? = 1000, seconds: Int = 1,
        day: Int = 0
    ) -> CallRecord {
        var call = CallRecord(
            key: .init(FoldScript.run, seq), pipeline: "report", step: "sum",
            time: FoldScript.start.advanced(by: .seconds(86_400 * day)), model: model,
            usage: TokenUsage(uncachedInput: 90, cacheRead: 10, output: 50), cost: cost.map { MicroDollars($0) },
            latency: .seconds(seconds))
        call.premiumCost = premium.map { MicroDollars($0) }
        return call
    }

    @Test func unknownPricesAreCountedApart() {
        let totals = CallTotals([call(1), call(2, cost: nil), call(3, premium: nil)])
        #expect((totals.calls, totals.unpriced, totals.cost) == (3, 1, MicroDollars(200)))
        // Only what is known both ways is compared.
        #expect(totals.saved == MicroDollars(900))
        #expect(totals.savedShare == 0.9)
        #expect((totals.inputTokens, totals.outputTokens, totals.cachedTokens) == (300, 150, 30))
        #expect(CallTotals([call(1, cost: nil)]).savedShare == nil)
    }

    @Test func groupsAreInTheirOrder() {
        let other = FoldScript.flash
        let calls = [call(1, day: 1), call(2, model: other, cost: 900), call(3)]
        #expect(TelemetryReport.costs(calls, by: .day).keys.elements == ["2026-01-01", "2026-01-02"])
        #expect(
            TelemetryReport.costs(calls, by: .model).keys.elements == [other.description, FoldScript.luna.description])
        #expect(TelemetryReport.costs(calls, by: .task).keys.elements == ["–"])
        #expect(TelemetryReport.providers(calls).keys.elements == ["openai", "google"])
    }

    @Test func percentilesAreThoseOfAnswers() throws {
        var calls = (1...100).map { call($0, seconds: $0) }
        for (seq, kind) in [(101, ModelError.Kind.server), (102, .timeout), (103, .server)] {
            var failed = call(seq, seconds: 1000)
            failed.outcome = .failed(kind)
            calls.append(failed)
        }
        let provider = try #require(TelemetryReport.providers(calls)["openai"])
        #expect(provider.latency(percentile: 50) == .seconds(50))
        #expect(provider.latency(percentile: 95) == .seconds(95))
        #expect((provider.totals.calls, provider.totals.failed) == (103, 3))
        #expect(provider.commonestFailure == .server)
        #expect(provider.failures == [.server: 2, .timeout: 1])
    }

    @Test func workflowsAreSumsOfTheirRuns() throws {
        func run(_ number: Int, _ pipeline: String, cost: Int64, seconds: Int?) -> RunRecord {
            var run = RunRecord(run: RunID("r\(number)"), pipeline: pipeline, time: FoldScript.start)
            run.status = seconds == nil ? .running : .succeeded
            run.duration = seconds.map { .seconds($0) }
            run.cost = MicroDollars(cost)
            return run
        }
        let runs = [
            run(1, "a", cost: 10, seconds: 1), run(2, "b", cost: 50, seconds: 9), run(3, "a", cost: 20, seconds: 3),
            run(4, "a", cost: 0, seconds: nil),
        ]
        let workflows = TelemetryReport.workflows(runs)
        #expect(workflows.keys.elements == ["b", "a"])
        let a = try #require(workflows["a"])
        #expect((a.runs, a.succeeded, a.cost, a.costPerRun) == (3, 2, MicroDollars(30), MicroDollars(10)))
        #expect(a.medianDuration == .seconds(1))
    }

    @Test func thePremiumReferenceIsTheCheapestPremiumModelWithAPrice() throws {
        var catalogue = ModelCatalogue()
        func add(_ name: String, _ tier: ModelTier, input: Int64?, output: Int64?, shutdown: String? = nil) {
            catalogue.add(
                ModelFacts(
                    id: ModelID(provider: "p", name: name), tier: tier,
                    price: ModelPrice(input: input, output: output, cacheRead: 1), shutdownDate: shutdown))
        }
        #expect(PremiumReference(catalogue) == nil)
        add("cheap", .cheap, input: 1, output: 1)
        add("free", .premium, input: 0, output: 0)
        add("unknown", .premium, input: nil, output: 5)
        #expect(PremiumReference(catalogue) == nil)
        add("dear", .premium, input: 10_000_000, output: 50_000_000)
        add("good", .premium, input: 5_000_000, output: 20_000_000)
        add("old", .premium, input: 1_000_000, output: 1_000_000, shutdown: "2025-12-31")
        #expect(PremiumReference(catalogue)?.model.name == "old")
        let reference = try #require(PremiumReference(catalogue, today: "2026-01-01"))
        #expect(reference.model.name == "good")
        // Writing a cache has no price of its own there, and is plain input: 1,500 and 1,000 at theirs, 500 read.
        let usage = TokenUsage(uncachedInput: 1000, cacheRead: 500_000, cacheWrite: 500, output: 1000)
        #expect(reference.cost(of: usage) == MicroDollars(1500 * 5 + 1 + 1000 * 20))
        #expect(reference.cost(of: TokenUsage(uncachedInput: 10)) == nil)
    }
}
