import SwitchyardCore
import SwitchyardEngine
import Testing

/// What was being stopped when the process died is stopped by the next one, as far as it had come.
@Suite struct StoppedAgainTests {
    @Test func aRecordedTimeoutCountsWhateverTheClockSays() throws {
        let group = Step.group("g", [try .fake("x", tool: "pure"), try .fake("y", needs: ["x"])]).within(.seconds(10))
        var first = try MachineTranscript([group])
        _ = first.start()
        _ = first.fire(.timeout(AttemptID("g", 0)))
        // No time has passed between the start and the take-over.
        var run = try MachineTranscript(resuming: first.events.through("step.timed_out", "g"), [group])
        let lines = run.takeOver()
        #expect(!lines.contains { $0.hasPrefix("START") || $0.hasPrefix("step.timed_out") })
        #expect(lines.suffix(2) == ["run.failed (step g failed: took longer than its timeout of 10s) !", "FINISH"])
    }

    @Test func aFailureBeforeACancellationReachedTheWholeRun() throws {
        let steps: [Step] = try [
            .group("g", [.fake("x"), .fake("y")]), .fake("b", tool: "pure"), .fake("c", tool: "pure", needs: ["b"]),
        ]
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.fail("g/x")
        _ = first.send(.cancelStep("g"))
        var run = try MachineTranscript(resuming: first.events, steps)
        #expect(!run.takeOver().contains { $0.hasPrefix("START") })
    }

    @Test func aFailureAfterACancellationDidNot() throws {
        let steps: [Step] = try [
            .group("g", onFailure: .continue, [.fake("x"), .fake("y")]), .fake("b", tool: "pure"),
        ]
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.send(.cancelStep("g/x"))
        _ = first.send(.cancelStep("g"))
        _ = first.fail("g/y")
        var run = try MachineTranscript(resuming: first.events, steps)
        #expect(run.takeOver().contains("START b#2"))
    }

    @Test func aClockThatIsSetBackStandsStill() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"]), .fake("c", needs: ["b"])])
        _ = run.start()
        run.advance(by: .seconds(5))
        _ = run.succeed("a")
        run.advance(by: .seconds(-3600))
        _ = run.succeed("b")
        run.advance(by: .seconds(2))
        _ = run.succeed("c")
        let times = run.events.map(\.time)
        #expect(times == times.sorted())
        let started = try #require(times.first)
        #expect(times.last?.since(started) == .seconds(7))
    }
}
