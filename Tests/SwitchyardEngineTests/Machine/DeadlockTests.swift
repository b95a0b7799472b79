import SwitchyardCore
import Testing

@testable import SwitchyardEngine

/// No checked plan has a deadlock: these make one by force.
@Suite struct DeadlockTests {
    @Test func stepsThatNeverStartAreNamedWithWhatTheyWaitFor() throws {
        let steps: [Step] = try [.fake("a"), .fake("b", needs: ["a"]), .fake("c", needs: ["b"])]
        let run = try MachineTranscript(steps)
        var machine = run.machine
        let start = Timestamp(microseconds: 0)
        _ = machine.handle(.start(paused: false), at: start)
        // One need more than there is.
        machine.frames[0].steps[1] = StepMachine(needs: 2)
        let ended = Stimulus.attemptEnded(AttemptID("a", 1), .succeeded(ToolOutput("ok")))
        let events = machine.handle(ended, at: start).compactMap { instruction -> RunEvent? in
            if case .record(let event, _) = instruction { event.event } else { nil }
        }
        #expect(
            events.contains(
                .runDeadlocked([
                    DeadlockedStep(path: "b", waitsFor: []), DeadlockedStep(path: "c", waitsFor: ["b"]),
                ])))
        #expect(machine.snapshot.status == .failed)
        #expect(machine.snapshot.failure?.message == "deadlock: b never starts; c waits for b")
    }

    @Test func aRunThatWaitsForAPersonOrATimeIsNone() throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(9), jitter: .none))
        var run = try MachineTranscript([.fake("a", retry: retry), .fake("b", needs: ["a"])])
        _ = run.start()
        #expect(run.fail("a").last == "TIMER retry a#1 9s")
        #expect(run.fire(.retry(AttemptID("a", 1))).last == "START a#2")
        _ = run.send(.pause)
        #expect(run.succeed("a", attempt: 2) == ["step.succeeded a#2 !", "step.ready b"])
    }
}
