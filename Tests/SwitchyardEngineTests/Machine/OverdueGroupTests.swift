import SwitchyardCore
import SwitchyardEngine
import Testing

/// The time that a group may take goes on while no process has its run.
@Suite struct OverdueGroupTests {
    private func record(_ steps: [Step]) throws -> [EventEnvelope] {
        var run = try MachineTranscript(steps)
        _ = run.start()
        return run.events
    }

    @Test func aGroupWhoseTimeRanOutFails() throws {
        let steps: [Step] = try [
            .group("g", [.fake("x", tool: "pure"), .fake("y", needs: ["x"])]).within(.seconds(9)),
            .fake("z", needs: ["g"]),
        ]
        var run = try MachineTranscript(resuming: record(steps), steps)
        run.advance(by: .seconds(9))
        let lines = run.takeOver()
        #expect(!lines.contains { $0.hasPrefix("START") })
        #expect(
            lines.filter { !$0.hasPrefix("TIMER") && !$0.hasPrefix("FORGET") } == [
                "lease.taken by bob !", "step.timed_out g", "step.cancelled g/x", "step.cancelled g/y",
                "step.failed g timeout !", "step.skipped z (run failed by g)",
                "run.failed (step g failed: took longer than its timeout of 9s) !", "FINISH",
            ])
    }

    @Test func aGroupThatHasTimeLeftGoesOn() throws {
        let steps: [Step] = try [.group("g", [.fake("x", tool: "pure")]).within(.seconds(9))]
        var run = try MachineTranscript(resuming: record(steps), steps)
        run.advance(by: .seconds(8))
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "TIMER timeout g#0 1s", "step.ready g/x", "step.started g/x#2", "START g/x#2",
            ])
        #expect(run.fire(.timeout(AttemptID("g", 0))) == ["step.timed_out g", "CANCEL g/x#2"])
    }

    @Test func anItemAndAnIterationAreGroupsToo() throws {
        let steps: [Step] = try [
            .group("g", onFailure: .continue, [.fake("x", tool: "pure")]).until("false").within(.seconds(9))
                .foreach("{{ ['a', 'b'] }}", key: "{{ item }}", maxParallel: 1)
        ]
        var run = try MachineTranscript(resuming: record(steps), steps)
        run.advance(by: .seconds(60))
        let lines = run.takeOver()
        // Only the item that was under way is late; the next has all its time.
        #expect(
            lines.filter { !$0.hasPrefix("FORGET") } == [
                "lease.taken by bob !", "TIMER timeout g[a]#0 0s", "step.timed_out g[a]", "step.cancelled g[a]@1/x",
                "step.failed g[a] timeout !", "step.ready g[b]", "step.started g[b]", "TIMER timeout g[b]#0 9s",
                "loop.iterated g[b] 1", "step.ready g[b]@1/x", "step.started g[b]@1/x#1", "START g[b]@1/x#1",
            ])
    }
}
