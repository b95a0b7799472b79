import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// Another process takes over a run that was paused: it is paused as long as nobody lets it go on.
@Suite struct PausedTakeOverTests {
    private func steps() throws -> [Step] {
        try [.fake("a", tool: "pure"), .fake("b", tool: "pure"), .fake("c", needs: ["a"])]
    }

    @Test func itIsStillPaused() throws {
        var first = try MachineTranscript(steps())
        _ = first.start()
        _ = first.send(.pause)
        var run = try MachineTranscript(resuming: first.events, steps())
        // What was under way may start again, and does not.
        #expect(run.takeOver() == ["lease.taken by bob !", "step.ready a", "step.ready b"])
        #expect(run.snapshot.status == .paused)
        #expect(run.send(.pause) == ["REFUSE alreadyPaused"])
        #expect(run.send(.step) == ["step.started a#2 by ada", "START a#2"])
        #expect(run.succeed("a", attempt: 2) == ["step.succeeded a#2", "step.ready c"])
        #expect(
            run.send(.resume) == [
                "run.resumed by ada", "step.started b#2", "START b#2", "step.started c#1 !", "START c#1",
            ])
        #expect(run.snapshot.status == .running)
    }

    @Test func itMayBePausedAsItIsTakenOver() throws {
        var first = try MachineTranscript(steps())
        _ = first.start()
        var run = try MachineTranscript(resuming: first.events, steps())
        #expect(
            run.handle(.takeOver(by: Actor("bob"), paused: true)) == [
                "lease.taken by bob !", "run.paused by test", "step.ready a", "step.ready b",
            ])
        // Nothing more is done before it ends.
        #expect(run.send(.cancel).suffix(2) == ["run.cancelled !", "FINISH"])
    }

    @Test func aRunThatWentOnBeforeGoesOn() throws {
        var first = try MachineTranscript(steps())
        _ = first.start(paused: true)
        _ = first.send(.resume)
        var run = try MachineTranscript(resuming: first.events, steps())
        let lines = run.takeOver()
        #expect(lines.suffix(2) == ["step.started b#2", "START b#2"])
        #expect(run.snapshot.status == .running)
        #expect(run.send(.resume) == ["REFUSE notPaused"])
    }

    @Test func aPausedRunThatIsCancelledIsNotHeld() throws {
        let finally: [Step] = try [.fake("f")]
        var first = try MachineTranscript(steps(), finally: finally)
        _ = first.start(paused: true)
        _ = first.send(.cancel)
        let cut = try first.events.through("run.cancel_requested")
        var run = try MachineTranscript(resuming: cut, steps(), finally: finally)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "step.cancelled a", "step.cancelled b", "step.cancelled c",
                "step.ready finally/f", "step.started finally/f#1 !", "START finally/f#1",
            ])
    }
}
