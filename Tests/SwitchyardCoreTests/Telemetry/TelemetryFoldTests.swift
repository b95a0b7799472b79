import OrderedCollections
import SwitchyardCore
import Testing

@Suite struct TelemetryFoldTests {
    private typealias Script = FoldScript
    private let sum: StepPath = "sum"

    @Test func anAnswerBecomesARecordAndItsStepsEndAVerdict() throws {
        let premium = try #require(PremiumReference(.shipped))
        var script = FoldScript(premium: premium)
        #expect(script.changed.runs.map(\.status) == [.running])
        script.happens(Script.selected([Script.luna, Script.flash]), step: sum)
        #expect(script.changed.isEmpty)
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna), step: sum, after: .seconds(2))
        let call = try #require(script.changed.calls.first)
        #expect(call.key == CallRecord.Key(Script.run, 5))
        #expect((call.pipeline, call.step) == ("report", sum))
        #expect((call.task, call.strategy, call.source) == ("summarize", .balanced, "task"))
        #expect((call.model, call.tier, call.outcome) == (Script.luna, .cheap, .answered))
        // The try's own time, and not that of the whole call.
        #expect(call.latency == .seconds(2))
        #expect(call.cost == MicroDollars(300))
        #expect(call.premiumCost == premium.cost(of: call.usage))
        #expect((call.verdict, call.isRepaired, call.isEstimate) == (nil, false, false))
        script.happens(Script.succeeded(), step: sum, after: .seconds(1))
        #expect(script.changed.calls.map(\.verdict) == [.used])
        script.happens(.runSucceeded(outputs: [:]), after: .seconds(1))
        let run = try #require(script.changed.runs.first)
        #expect((run.status, run.duration, run.calls, run.failedCalls) == (.succeeded, .seconds(4), 1, 0))
        #expect((run.cost, run.unpricedCalls) == (MicroDollars(300), 0))
        #expect((run.inputTokens, run.outputTokens, run.premiumCost) == (1000, 100, call.premiumCost))
    }

    @Test func eachTryIsARecordOfItsOwn() {
        var script = FoldScript()
        script.happens(Script.selected([Script.luna, Script.flash]), step: sum)
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.failed(Script.luna, .server), step: sum, after: .seconds(1))
        script.happens(.routing(.waitStarted(ModelWait(.retry))), step: sum)
        script.happens(.routing(.waitEnded), step: sum, after: .seconds(5))
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.failed(Script.luna, .timeout, took: .seconds(9)), step: sum, after: .seconds(9))
        script.happens(.routing(.fellBack(from: Script.luna, to: Script.flash, after: .timeout)), step: sum)
        script.happens(Script.requested(Script.flash), step: sum)
        script.happens(Script.completed(Script.flash, attempts: 3), step: sum, after: .seconds(2))
        let calls = Array(script.calls.values)
        #expect(calls.map(\.outcome) == [.failed(.server), .failed(.timeout), .answered])
        #expect(calls.map(\.attempt) == [1, 2, 3])
        #expect(calls.map(\.latency) == [.seconds(1), .seconds(9), .seconds(2)])
        // A server that failed bills nobody; what a call came to that ran out of time is not known.
        #expect(calls.map(\.cost) == [.zero, nil, MicroDollars(300)])
        #expect(calls.map(\.isRepaired) == [false, false, false])
        #expect(script.fold.record?.fallbacks == 1)
        #expect(script.fold.record?.failedCalls == 2)
        #expect(script.fold.record?.unpricedCalls == 1)
    }

    @Test func aCallThatNobodySawTheEndOfCountsAsItWasSetAside() throws {
        let settled = RunEvent.routing(.budgetSettled(cost: MicroDollars(900), tokens: 10, isEstimate: true))
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        // Its process dies; the next one takes over, and asks again.
        script.happens(settled, step: sum)
        let started = StepStarted(key: "k", input: .null, inputHash: "0", effect: .idempotent)
        script.happens(.stepStarted(started), step: sum)
        let call = try #require(script.changed.calls.first)
        #expect((call.model, call.outcome) == (Script.luna, .failed(.cancelled)))
        #expect((call.cost, call.isEstimate) == (MicroDollars(900), true))
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna), step: sum)
        #expect(script.fold.record?.cost == MicroDollars(1200))
        // What an answer or a failure accounts for is not counted again.
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(settled, step: sum)
        script.happens(Script.failed(Script.luna, .timeout), step: sum)
        script.happens(.stepCancelled, step: sum)
        #expect(script.changed.isEmpty)
        #expect(script.fold.record?.cost == MicroDollars(2100))
    }

    @Test func aTurnInWhichTheModelWasToldWhatWasWrongIsARepair() {
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.failed(Script.luna, .server), step: sum)
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna, attempts: 3), step: sum)
        #expect(script.changed.calls.map(\.isRepaired) == [true])
    }

    @Test func whatWasWaitedForLimitsIsNoTimeOfTheModel() {
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(.routing(.waitStarted(ModelWait(.rateLimit))), step: sum)
        script.happens(.routing(.waitEnded), step: sum, after: .seconds(30))
        script.happens(Script.completed(Script.luna), step: sum, after: .seconds(3))
        #expect(script.changed.calls.map(\.latency) == [.seconds(3)])
    }

    @Test func whatABudgetCountedForAFailedTryIsItsCost() {
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        let settled = RoutingEvent.budgetSettled(cost: MicroDollars(77), tokens: 9, isEstimate: true)
        script.happens(.routing(settled), step: sum)
        script.happens(Script.failed(Script.luna, .invalidOutput), step: sum)
        #expect(script.changed.calls.map(\.cost) == [MicroDollars(77)])
        #expect(script.changed.calls.map(\.isEstimate) == [true])
        // The next try has one of its own, or none.
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.failed(Script.luna, .refused), step: sum)
        #expect(script.changed.calls.map(\.cost) == [nil])
        #expect(script.changed.calls.map(\.isEstimate) == [false])
    }

    @Test func whatABudgetRefusedWasNeverSent() {
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.failed(Script.luna, .budget), step: sum)
        #expect(script.changed.isEmpty)
        #expect(script.fold.record?.calls == 0)
    }

    @Test func aScoreARatingAndARejectionChangeTheLastAnswer() {
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna), step: sum)
        let score = QualityScore(score: 0.25, minScore: 0.5, onLow: .retry)
        script.happens(.qualityScored(score), step: sum)
        #expect(script.changed.calls.map(\.quality) == [0.25])
        let low = StepFailure(.lowQuality, "too bad")
        script.happens(.stepFailed(low, willRetry: true), step: sum)
        #expect(script.changed.calls.map(\.verdict) == [.rejected])
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna), step: sum)
        script.happens(Script.succeeded(), step: sum)
        script.happens(.routing(.rated(isUp: true)), step: sum)
        #expect(script.changed.calls.map(\.key.seq) == [8])
        #expect(script.calls.values.map(\.rating) == [nil, true])
        script.happens(.routing(.rated(isUp: true)), step: sum)
        #expect(script.changed.isEmpty)
    }

    @Test func aStepThatFailsForAnotherReasonSaysNothingOfItsAnswer() {
        var script = FoldScript()
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna), step: sum)
        script.happens(.stepFailed(StepFailure(.timeout, "too slow"), willRetry: false), step: sum)
        #expect(script.changed.isEmpty)
        // Nor does a question that failed of the answer before it.
        script.happens(Script.requested(Script.luna, turn: 2), step: sum)
        script.happens(.stepFailed(StepFailure(.rejected, "refused"), willRetry: false), step: sum)
        #expect(script.changed.isEmpty)
    }

    @Test func resultsThatWereTakenAreCountedAndAreNoCalls() {
        var script = FoldScript()
        let source = ResultSource(run: RunID("other"), seq: 9, inputHash: "")
        script.happens(Script.succeeded(source: source), step: "a")
        #expect(script.changed.runs.map(\.takenResults) == [1])
        #expect(script.changed.calls.isEmpty)
    }

    @Test func fedFromTheBeginningAgainARunGivesTheSameRecords() {
        var script = FoldScript(premium: PremiumReference(.shipped))
        script.happens(Script.selected([Script.luna]), step: sum)
        for kind in [ModelError.Kind.server, .timeout] {
            script.happens(Script.requested(Script.luna), step: sum)
            script.happens(Script.failed(Script.luna, kind), step: sum, after: .seconds(1))
        }
        script.happens(Script.requested(Script.luna), step: sum)
        script.happens(Script.completed(Script.luna, attempts: 4), step: sum, after: .seconds(1))
        script.happens(Script.succeeded(), step: sum)
        var again = TelemetryFold(run: Script.run, premium: PremiumReference(.shipped))
        var calls: OrderedDictionary<Int, CallRecord> = [:]
        // Each twice, and what telemetry does not heed left out.
        for event in script.events where TelemetryFold.heeds(event.event) {
            for _ in 1...2 { for call in again.apply(event).calls { calls[call.key.seq] = call } }
        }
        #expect(calls == script.calls)
        #expect(again.record == script.fold.record)
    }

    @Test func eventsOfOtherRunsAreNotHeeded() {
        var fold = TelemetryFold(run: RunID("other"), premium: nil)
        #expect(fold.apply(FoldScript().events[0]).isEmpty)
        #expect(fold.record == nil)
    }
}
