import OrderedCollections
import SwitchyardCore
import Testing

@Suite struct RunAnalysisTests {
    private typealias Script = FoldScript

    /// Two models of known prices, in micro-dollars for a million tokens.
    private static let catalogue: ModelCatalogue = {
        var catalogue = ModelCatalogue()
        func add(_ id: ModelID, _ tier: ModelTier, _ input: Int64, _ output: Int64, cacheRead: Int64? = nil) {
            catalogue.add(
                ModelFacts(
                    id: id, tier: tier, price: ModelPrice(input: input, output: output, cacheRead: cacheRead)))
        }
        add(Script.luna, .cheap, 1_000_000, 2_000_000)
        add(Script.flash, .capable, 10_000_000, 20_000_000, cacheRead: 1_000_000)
        add(ModelID(provider: "p", name: "sol"), .premium, 50_000_000, 100_000_000)
        return catalogue
    }()

    private static let measures = [
        CandidateMeasure(
            score: 1, quality: 0.9, samples: 20, expectedCost: MicroDollars(12_000), expectedLatency: .seconds(9)),
        CandidateMeasure(
            score: 0.8, quality: 0.88, samples: 4, expectedCost: MicroDollars(1200), expectedLatency: .seconds(2)),
    ]

    private static func planned(_ path: StepPath, needs: [StepPath] = []) -> CompiledPlan.PlannedStep {
        CompiledPlan.PlannedStep(
            path: path, uses: "prompt", needs: needs.map { .init(path: $0, origin: .explicit) },
            level: needs.isEmpty ? 0 : 1, effect: .idempotent, mode: .concurrent)
    }

    private static let started = RunEvent.stepStarted(
        StepStarted(key: "k", input: [:], inputHash: "", effect: .idempotent))

    /// `slow` asks the dear model for 10 s, once in vain and once for an answer that is not used; `quick` ends early;
    /// `last` needs both and takes its result over.
    private static func script() -> FoldScript {
        var script = FoldScript()
        script.happens(
            .planCompiled(
                CompiledPlan(
                    strategy: .dag,
                    steps: [planned("slow"), planned("quick"), planned("last", needs: ["slow", "quick"])])))
        script.happens(started, step: "slow")
        script.happens(started, step: "quick")
        script.happens(Script.succeeded(), step: "quick", after: .seconds(1))
        script.happens(Script.selected([Script.flash, Script.luna], measures: measures), step: "slow")
        script.happens(Script.requested(Script.flash), step: "slow")
        script.happens(Script.failed(Script.flash, .server), step: "slow", after: .seconds(1))
        script.happens(.routing(.waitStarted(ModelWait(.retry))), step: "slow")
        script.happens(.routing(.waitEnded), step: "slow", after: .seconds(2))
        script.happens(Script.requested(Script.flash), step: "slow")
        script.happens(Script.failed(Script.flash, .server), step: "slow", after: .seconds(1))
        for _ in 1...2 {
            script.happens(Script.requested(Script.flash), step: "slow")
            script.happens(
                Script.completed(
                    Script.flash, cost: 12_000,
                    usage: TokenUsage(uncachedInput: 900, cacheRead: 100, cacheWrite: 0, output: 100)),
                step: "slow", after: .seconds(2))
            let low = StepFailure(.lowQuality, "no good")
            if script.calls.values.count(where: \.isAnswered) == 1 {
                script.happens(.stepFailed(low, willRetry: true), step: "slow")
            }
        }
        script.happens(Script.succeeded(), step: "slow", after: .seconds(1))
        script.happens(started, step: "last")
        let source = ResultSource(run: RunID("other"), seq: 9, inputHash: "")
        script.happens(Script.succeeded(source: source), step: "last", after: .milliseconds(500))
        script.happens(.runSucceeded(outputs: [:]))
        return script
    }

    private let analysis = RunAnalysis(
        script().events, catalogue: catalogue,
        sources: ["last": (cost: MicroDollars(700), took: .seconds(3))])

    @Test func choicesAreComparedForTheTokensThatWereUsed() {
        // 1000 tokens of input and 100 of output for each of two answers; the cheap one has no price of its own for
        // what was read from a cache.
        #expect(analysis.comparison.answers == 2)
        #expect(analysis.comparison.actual == MicroDollars(24_000))
        #expect(analysis.comparison.cheapest == MicroDollars(2 * (1000 + 200)))
        #expect(analysis.comparison.best == MicroDollars(24_000))
        #expect(analysis.comparison.premium == MicroDollars(2 * (50_000 + 10_000)))
        #expect(analysis.comparison.unknown == 0)
    }

    @Test func whatWasInVainIsSummed() {
        #expect((analysis.waste.failedCalls, analysis.waste.failedCost) == (2, .zero))
        #expect(analysis.waste.failedTime == .seconds(2))
        #expect(analysis.waste.waitedTime == .seconds(2))
        #expect((analysis.waste.rejectedAnswers, analysis.waste.rejectedCost) == (1, MicroDollars(12_000)))
        #expect(analysis.took == .seconds(10.5))
    }

    @Test func whatWasTakenAndWhatWasCachedIsSaved() {
        #expect(analysis.taken.map(\.step) == ["last"])
        #expect(analysis.taken.map(\.cost) == [MicroDollars(700)])
        // 100 tokens at 10 instead of 1, were it not that the calls cost what they say.
        let full = Self.catalogue.facts(of: Script.flash).costWithoutGaps(
            of: TokenUsage(uncachedInput: 1000, output: 100))
        #expect(full == MicroDollars(12_000))
        #expect(analysis.cachedSaving == .zero)
    }

    @Test func thePathIsWhatTheRunWaitedFor() {
        #expect(analysis.criticalPath.map(\.step) == ["slow", "last"])
        #expect(analysis.criticalPath.map(\.took) == [.seconds(10), .milliseconds(500)])
        #expect(analysis.criticalPath.map(\.waited) == [.zero, .zero])
        #expect(analysis.criticalPath.map(\.usesModel) == [true, false])
    }

    @Test func adviceFollowsFromTheFacts() {
        #expect(
            analysis.advice == [
                .cheaperModel(
                    "slow", chosen: Script.flash, other: Script.luna, saved: MicroDollars(21_600), quality: 0.88,
                    than: 0.9),
                .fasterModel("slow", chosen: Script.flash, other: Script.luna, saved: .seconds(14)),
                .rejectedAnswers("slow", 1, MicroDollars(12_000)),
                .failingProvider("google", failed: 2, of: 4, lost: .seconds(2)),
                .longestStep("slow", .seconds(10), share: 10 / 10.5),
            ])
    }

    @Test func aRunWithoutModelsHasNothingToSay() {
        var script = FoldScript()
        script.happens(.runSucceeded(outputs: [:]), after: .seconds(1))
        let analysis = RunAnalysis(script.events, catalogue: Self.catalogue, sources: [:])
        #expect(analysis.advice.isEmpty)
        #expect(analysis.criticalPath.isEmpty)
        #expect(analysis.took == .seconds(1))
        #expect(RunAnalysis([], catalogue: Self.catalogue, sources: [:]).calls.isEmpty)
    }

    @Test func theResultOfAnEventHasAPrice() throws {
        let events = Self.script().events
        let end = try #require(
            events.last { event in
                if case .stepSucceeded = event.event { event.step == "slow" } else { false }
            })
        let price = try #require(RunAnalysis.price(of: end.seq, in: events))
        #expect(price.cost == MicroDollars(24_000))
        #expect(price.took == .seconds(10))
        #expect(RunAnalysis.price(of: 999, in: events) == nil)
    }
}
