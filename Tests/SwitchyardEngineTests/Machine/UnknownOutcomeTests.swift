import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// What becomes of attempts that were under way at a crash, in a list that has failed or fails after it.
@Suite struct UnknownOutcomeTests {
    @Test func aFailureAfterTheCrashDoesNotAnswerForAPerson() throws {
        let steps: [Step] = try [.fake("a"), .fake("b", tool: "pure"), .fake("c", needs: ["a"])]
        var first = try MachineTranscript(steps)
        _ = first.start()
        var run = try MachineTranscript(resuming: first.events, steps)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "step.outcome_unknown a#1 !", "step.ready b", "step.started b#2", "START b#2",
            ])
        #expect(
            run.fail("b", attempt: 2) == ["step.failed b#2 exit_code !", "step.skipped c (run failed by b)"])
        #expect(run.snapshot.steps["a"]?.state == .outcomeUnknown)
        #expect(
            run.send(.resolve("a", .done)) == [
                "step.resolved a#1 by ada !", "step.succeeded a#1 !", "run.failed (step b failed: it broke) !",
                "FINISH",
            ])
    }

    @Test(arguments: [Resolution.done, .failed, .retry]) func whoCancelsIsAskedWhatBecameOfAStepThatCanBeUndone(
        resolution: Resolution
    ) throws {
        let steps: [Step] = try [.fake("a").undone(), .fake("b")]
        var first = try MachineTranscript(steps)
        _ = first.start()
        var run = try MachineTranscript(resuming: first.events, steps)
        _ = run.takeOver()
        #expect(
            run.send(.cancel) == ["run.cancel_requested by ada !", "step.cancelled b#1"],
            "b cannot be undone, and nobody needs to know")
        #expect(run.snapshot.steps["a"]?.state == .outcomeUnknown)
        let lines = run.send(.resolve("a", resolution))
        if resolution == .done {
            #expect(lines.last == "START a/:compensate#1")
            #expect(run.succeed("a/:compensate").suffix(2) == ["run.cancelled !", "FINISH"])
        } else {
            #expect(lines.suffix(2) == ["run.cancelled !", "FINISH"])
            #expect(run.snapshot.steps["a"]?.state == (resolution == .retry ? .cancelled : .failed))
        }
    }

    @Test func whatHadAnEffectInAFailedListIsUnknownAndWhatHadNoneIsSkipped() throws {
        let steps: [Step] = try [
            .fake("unsafe"), .fake("keyed").having(.idempotent), .fake("pure", tool: "pure"), .fake("b"),
            .fake("c", needs: ["b"]),
        ]
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.fail("b")
        var run = try MachineTranscript(resuming: first.events.through("step.failed", "b"), steps)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "step.outcome_unknown unsafe#1 !", "step.outcome_unknown keyed#1 !",
                "step.skipped pure (run failed by b)", "step.skipped c (run failed by b)",
            ])
        #expect(
            run.send(.resolve("unsafe", .done)) == ["step.resolved unsafe#1 by ada !", "step.succeeded unsafe#1 !"])
        // Who asks for it again gets it, though nothing else starts any more.
        #expect(
            run.send(.resolve("keyed", .retry)) == [
                "step.resolved keyed#1 by ada !", "step.ready keyed", "step.started keyed#2 !", "START keyed#2",
            ])
        #expect(
            run.succeed("keyed", attempt: 2) == [
                "step.succeeded keyed#2 !", "run.failed (step b failed: it broke) !", "FINISH",
            ])
    }

    @Test func aRetryThatHadNotStartedIsAskedAboutAgain() throws {
        let steps: [Step] = try [.fake("a"), .fake("b")]
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.fail("b")
        let record = try first.events.through("step.failed", "b")
        var second = try MachineTranscript(resuming: record, steps)
        _ = second.takeOver()
        _ = second.send(.pause)
        #expect(second.send(.resolve("a", .retry)) == ["step.resolved a#1 by ada !", "step.ready a"])
        var third = try MachineTranscript(resuming: record + second.events, steps)
        #expect(third.takeOver() == ["lease.taken by bob !", "step.outcome_unknown a#1 !"])
    }

    @Test func aFailedListWaitsForWhatIsUnknownInsideOfItsGroups() throws {
        let steps: [Step] = try [.group("g", [.fake("x"), .fake("y", needs: ["x"])]), .fake("b")]
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.fail("b")
        var run = try MachineTranscript(resuming: first.events.through("step.failed", "b"), steps)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "step.outcome_unknown g/x#1 !", "step.skipped g/y (run failed by b)",
            ])
        // Another process finds the same question.
        var again = try MachineTranscript(resuming: run.events, steps)
        #expect(again.takeOver() == ["lease.taken by bob !"])
        #expect(
            again.send(.resolve("g/x", .done)) == [
                "step.resolved g/x#1 by ada !", "step.succeeded g/x#1 !", "step.cancelled g !",
                "run.failed (step b failed: it broke) !", "FINISH",
            ])
    }

    @Test func whoCancelsDoesNotWantTheQuestionAnswered() throws {
        var first = try MachineTranscript([.fake("a")])
        _ = first.start()
        var run = try MachineTranscript(resuming: first.events, [.fake("a")])
        _ = run.takeOver()
        #expect(
            run.send(.cancel) == [
                "run.cancel_requested by ada !", "step.cancelled a#1", "run.cancelled !", "FINISH",
            ])
    }
}
