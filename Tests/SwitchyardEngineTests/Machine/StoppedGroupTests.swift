import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// What a group counts as when a failure elsewhere stops the run while its last steps are under way.
@Suite struct StoppedGroupTests {
    @Test func whatHeldOnlyCancelledStepsIsCancelled() throws {
        let steps: [Step] = try [
            .group("g", [.group("h", [.fake("x")])]), .fake("m").foreach("{{ [1, 2] }}"), .group("e", [.fake("y")]),
        ]
        var run = try MachineTranscript(steps)
        _ = run.start()
        _ = run.succeed("e/y")
        _ = run.send(.cancel)
        for step: StepPath in ["g/h/x", "m[0]", "m[1]"] { _ = run.endCancelled(step) }
        #expect(run.snapshot.status == .cancelled)
        for step: StepPath in ["g", "g/h", "m"] { #expect(run.snapshot.steps[step]?.state == .cancelled, "\(step)") }
        #expect(run.snapshot.steps["e"]?.state == .succeeded)
    }

    @Test func aGroupThatCameToItsEndSucceeded() throws {
        var run = try MachineTranscript([
            .group("g", [.fake("x", value: "done")]).undone(), .fake("b"), .fake("c", needs: ["g"]),
        ])
        _ = run.start()
        #expect(run.fail("b") == ["step.failed b#1 exit_code !", "step.skipped c (run failed by b)"])
        // It was done, so it is undone.
        #expect(
            run.succeed("g/x", "done") == [
                "step.succeeded g/x#1 !", "step.succeeded g", "compensation.planned g/:compensate !",
                "step.ready g/:compensate", "step.started g/:compensate#1 !", "START g/:compensate#1",
            ])
        #expect(run.snapshot.steps["g"]?.output == ["x": "done"])
    }

    @Test func itemsThatCameToTheirEndSucceeded() throws {
        var run = try MachineTranscript([try .fake("s").foreach("{{ [1, 2] }}"), .fake("b")])
        _ = run.start()
        _ = run.fail("b")
        #expect(run.succeed("s[0]", 1) == ["step.succeeded s[0]#1 !"])
        #expect(
            run.succeed("s[1]", 2) == [
                "step.succeeded s[1]#1 !", "step.succeeded s", "run.failed (step b failed: it broke) !", "FINISH",
            ])
        #expect(run.snapshot.steps["s"]?.output == [1, 2])
    }

    @Test func itemsOfWhichSomeNeverStartedAreCancelled() throws {
        var run = try MachineTranscript([try .fake("s").foreach("{{ [1, 2] }}", maxParallel: 1), .fake("b")])
        _ = run.start()
        #expect(run.fail("b") == ["step.failed b#1 exit_code !", "step.skipped s[1] (run failed by b)"])
        #expect(
            run.succeed("s[0]") == [
                "step.succeeded s[0]#1 !", "step.cancelled s !", "run.failed (step b failed: it broke) !", "FINISH",
            ])
    }

    /// - Parameter isCut: whether a step of the group had not started when the failure came.
    @Test(arguments: [false, true]) func anotherProcessSeesItTheSameWay(isCut: Bool) throws {
        let body: [Step] = try [.fake("x")] + (isCut ? [.fake("y", needs: ["x"])] : [])
        let steps: [Step] = try [.group("g", body), .fake("b")]
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.fail("b")
        _ = first.succeed("g/x")
        // The end of the group was not recorded any more.
        var run = try MachineTranscript(resuming: first.events.through("step.succeeded", "g/x"), steps)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", isCut ? "step.cancelled g !" : "step.succeeded g",
                "run.failed (step b failed: it broke) !", "FINISH",
            ])
    }
}
