import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// Calls that wait hold no slot.
@Suite struct ModelWaitTests {
    private let a = AttemptID("a", 1)
    private let wait = RunEvent.routing(.waitStarted(ModelWait(.rateLimit)))
    private let goOn = RunEvent.routing(.waitEnded)

    @Test func theSlotOfACallThatWaitsIsForOthers() throws {
        var run = try MachineTranscript([try .fake("a"), .fake("b")], slots: 1)
        #expect(run.start().last == "START a#1")
        #expect(
            run.handle(.modelActed(a, [wait])) == [
                "model.wait_started a#1 for rate_limit !", "step.started b#1 !", "START b#1",
            ])
        #expect(run.snapshot.counts.waiting == 1)
        // It has waited, but there is no slot.
        #expect(run.handle(.modelActed(a, [goOn])) == [])
        #expect(run.succeed("b") == ["step.succeeded b#1 !", "model.wait_ended a#1", "GO ON a#1"])
        #expect(run.succeed("a") == ["step.succeeded a#1 !", "run.succeeded !", "FINISH"])
    }

    @Test func aCallThatIsCancelledWhileItWaitsFreesNoSlotTwice() throws {
        var run = try MachineTranscript([try .fake("a"), .fake("b"), .fake("c")], slots: 1)
        _ = run.start()
        _ = run.handle(.modelActed(a, [wait]))
        #expect(run.send(.cancelStep("a")).last == "CANCEL a#1")
        // b has the one slot: c must wait for it.
        #expect(run.endCancelled("a").contains("step.cancelled a#1 !"))
        #expect(run.snapshot.counts.running == 1)
    }

    @Test func whoTakesOverAsksAgain() throws {
        let steps: [Step] = [try .fake("a", tool: "pure")]
        var run = try MachineTranscript(steps, slots: 1)
        _ = run.start()
        _ = run.handle(.modelActed(a, [wait]))
        var other = try MachineTranscript(resuming: run.events, steps, slots: 1)
        let lines = other.takeOver()
        #expect(lines.contains("model.wait_ended a#1"))
        #expect(lines.last == "START a#2")
    }

    @Test func aStepThatMustRunAloneKeepsItsSlot() throws {
        var run = try MachineTranscript([try .fake("a", mode: .serial), .fake("b")])
        _ = run.start()
        #expect(run.handle(.modelActed(a, [wait])) == ["model.wait_started a#1 for rate_limit !"])
        #expect(run.handle(.modelActed(a, [goOn])) == ["model.wait_ended a#1", "GO ON a#1"])
    }

    @Test func aBudgetThatPausesPausesTheRunAndRaisingItLetsItGoOn() throws {
        var run = try MachineTranscript([try .fake("a"), .fake("b", needs: ["a"])])
        _ = run.start()
        let exceeded = BudgetExceeded(
            scope: .run(RunID("run")), unit: .microdollars, limit: 10, spent: 5, reserved: 0, asked: 9, action: .pause)
        #expect(
            run.handle(
                .modelActed(a, [.routing(.budgetExceeded(exceeded)), .routing(.waitStarted(ModelWait(.budget)))]))
                == ["budget.exceeded a#1 !", "run.paused", "model.wait_started a#1 for budget !"])
        #expect(run.snapshot.status == .paused)
        #expect(
            run.send(.setBudget(step: nil, Budget(microdollars: 100, onExceed: .pause))) == [
                "budget.set by ada !", "BUDGET run run 100", "run.resumed by ada",
            ])
        #expect(run.snapshot.routing.budget?.microdollars == 100)
        #expect(run.snapshot.routing.exceeded == nil)
    }

    @Test func whatWasSetAsideForACallNobodySawTheEndOfCountsAsSpent() throws {
        let steps: [Step] = [try .fake("a", tool: "pure")]
        var run = try MachineTranscript(steps)
        _ = run.start()
        _ = run.handle(.modelActed(a, [.routing(.budgetReserved(cost: MicroDollars(7), tokens: 9))]))
        #expect(run.snapshot.routing.reservedCost == MicroDollars(7))
        var other = try MachineTranscript(resuming: run.events, steps)
        #expect(other.takeOver().contains("budget.settled a#1 7 estimated !"))
        #expect(other.snapshot.modelUse.estimatedCost == MicroDollars(7))
        #expect(other.snapshot.steps["a"]?.modelUse.spentCost == MicroDollars(7))
        #expect(other.snapshot.routing.reservedCost == .zero)
    }

    @Test func aBreakerIsForcedByAnEventAndARatingNeedsAnAnswer() throws {
        var run = try MachineTranscript([try .fake("a")])
        _ = run.start()
        #expect(
            run.send(.forceBreaker(BreakerID("one", .cheap), .open)) == [
                "breaker.forced by ada !", "BREAKER one:cheap open",
            ])
        #expect(run.snapshot.routing.breakers[BreakerID("one", .cheap)]?.state == .open(until: nil))
        #expect(run.send(.rate("a", isUp: true)) == ["REFUSE noAnswer(a)"])
    }
}
