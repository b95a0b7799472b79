import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

@Suite struct QualityTests {
    private static func run(_ step: Step) throws -> MachineTranscript {
        var run = try MachineTranscript([step, .fake("b", needs: ["a"])])
        _ = run.start()
        return run
    }

    @Test func aResultThatIsGoodEnoughCounts() throws {
        var run = try Self.run(.fake("a").checked("steps.a.output == 'ok'"))
        #expect(
            run.succeed("a") == [
                "model.quality_scored a#1 1.0", "step.succeeded a#1 !", "step.ready b", "step.started b#1 !",
                "START b#1",
            ])
        #expect(run.snapshot.steps["a"]?.quality?.score == 1)
    }

    @Test func aLowResultFailsTheStep() throws {
        var run = try Self.run(.fake("a").checked("steps.a.output.score", atLeast: 0.5))
        #expect(
            run.succeed("a", ["score": 0.25]) == [
                "model.quality_scored a#1 0.25 low", "step.failed a#1 low_quality !",
                "step.skipped b (run failed by a)",
                "run.failed (step a failed: the result has quality 0.25, less than 0.5) !", "FINISH",
            ])
    }

    @Test func aLowResultMayBeTakenWithAWarning() throws {
        var run = try Self.run(.fake("a").checked("steps.a.output.score", onLow: .warn))
        let lines = run.succeed("a", ["score": 0])
        #expect(lines.prefix(2) == ["model.quality_scored a#1 0.0 low", "step.succeeded a#1 !"])
    }

    @Test func aLowResultIsTriedAgainAtLeastOnce() throws {
        var run = try Self.run(.fake("a").checked("steps.a.output.good", onLow: .retry))
        let lines = run.succeed("a", ["good": false])
        #expect(
            lines.prefix(3) == [
                "model.quality_scored a#1 0.0 low", "step.failed a#1 low_quality again !", "step.retry_scheduled a#1",
            ])
        _ = run.fire(.retry(AttemptID("a", 1)))
        #expect(run.succeed("a", ["good": true], attempt: 2).contains("step.succeeded a#2 !"))
    }

    @Test func itIsTriedAgainAsOftenAsTheStepMayBeTried() throws {
        let retry = RetryPolicy(maxAttempts: 3, backoff: Backoff(initial: .seconds(1), jitter: .none), on: [.timeout])
        var run = try Self.run(.fake("a", retry: retry).checked("false", onLow: .retry))
        for attempt in 1...2 {
            #expect(run.succeed("a", attempt: attempt).contains("step.failed a#\(attempt) low_quality again !"))
            _ = run.fire(.retry(AttemptID("a", attempt)))
        }
        #expect(run.succeed("a", attempt: 3).contains("step.failed a#3 low_quality !"))
    }

    @Test(arguments: ["'high'", "1.5", "-1", "null"]) func whatIsNoScoreFailsInWords(check: String) throws {
        var run = try Self.run(.fake("a").checked(check))
        #expect(run.succeed("a").first == "step.failed a#1 invalid_input !")
        let message = run.snapshot.steps["a"]?.failure?.message
        #expect(message?.hasPrefix("`quality.check` wants true, false or a score from 0 to 1, and is ") == true)
    }

    @Test func aFailureIsNotJudged() throws {
        var run = try Self.run(.fake("a").checked("true"))
        #expect(run.fail("a").first == "step.failed a#1 exit_code !")
    }

    @Test func eachItemIsJudgedByItsOwnResult() throws {
        let step = try Step.fake("a", value: "{{ item }}", onFailure: .continue).foreach("{{ [1, 0] }}")
            .checked("steps.a.output")
        var run = try MachineTranscript([step])
        _ = run.start()
        #expect(run.succeed("a[0]", 1).first == "model.quality_scored a[0]#1 1.0")
        #expect(
            run.succeed("a[1]", 0).prefix(2) == [
                "model.quality_scored a[1]#1 0.0 low", "step.failed a[1]#1 low_quality !",
            ])
        #expect(run.snapshot.steps["a"]?.output == [1, nil])
    }
}
