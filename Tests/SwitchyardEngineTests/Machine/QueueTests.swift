import SwitchyardCore
import SwitchyardEngine
import Testing

/// A run that waits for others of its concurrency group.
@Suite struct QueueTests {
    private static let policy = ConcurrencyPolicy(group: Template(literal: "deploy"), onConflict: .queue)
    private static let other = RunID("other")

    private static func run(_ policy: ConcurrencyPolicy = policy) throws -> MachineTranscript {
        try MachineTranscript([.fake("a")], concurrency: policy)
    }

    @Test func nothingStartsBeforeItsTurn() throws {
        var run = try Self.run()
        #expect(run.start() == ["run.created by test !", "ENTER deploy queue"])
        #expect(run.snapshot.created?.concurrencyGroup == "deploy")
        #expect(
            run.handle(.queued(QueuedRun(group: "deploy", behind: [Self.other])))
                == ["run.queued deploy behind other"])
        #expect(run.snapshot.status == .waiting)
        #expect(
            run.handle(.admitted) == [
                "plan.compiled", "run.started", "step.ready a", "step.started a#1 !", "START a#1",
            ])
        #expect(run.snapshot.queued == nil)
        #expect(run.handle(.admitted) == [])
    }

    @Test func aRejectedRunFailsAndSaysWhy() throws {
        var run = try Self.run(ConcurrencyPolicy(group: Template(literal: "deploy"), onConflict: .reject))
        #expect(run.start().last == "ENTER deploy reject")
        #expect(
            run.handle(.rejected(by: Self.other)) == [
                "run.failed (run other of the concurrency group deploy is under way) !", "FINISH",
            ])
    }

    @Test func aQueuedRunCanOnlyBeCancelled() throws {
        var run = try Self.run()
        _ = run.start()
        #expect(run.send(.pause) == ["REFUSE isQueued"])
        #expect(run.send(.skipStep("a")) == ["REFUSE isQueued"])
        #expect(run.send(.cancel) == ["run.cancel_requested by ada", "run.cancelled !", "FINISH"])
        #expect(run.handle(.admitted) == [])
    }

    @Test func aGroupWithoutANameFailsTheRun() throws {
        let group = try Template.parse("{{ steps.a.output.x }}-{{ 1 / 0 }}")
        var run = try Self.run(ConcurrencyPolicy(group: group))
        #expect(run.start().last == "FINISH")
        #expect(run.snapshot.failure?.message.hasPrefix("`concurrency.group`: ") == true)
    }

    @Test func whoTakesARunOverQueuesAndThenGoesOn() throws {
        var dead = try Self.run(ConcurrencyPolicy(group: Template(literal: "deploy"), onConflict: .cancelOlder))
        _ = dead.start()
        _ = dead.handle(.admitted)
        var run = try MachineTranscript(
            resuming: dead.events, [.fake("a").having(.idempotent)],
            concurrency: ConcurrencyPolicy(group: Template(literal: "deploy"), onConflict: .cancelOlder))
        #expect(run.takeOver() == ["lease.taken by bob !", "ENTER deploy queue"])
        _ = run.handle(.queued(QueuedRun(group: "deploy", behind: [Self.other])))
        let lines = run.handle(.admitted)
        #expect(lines.first == "run.resumed by test")
        #expect(run.snapshot.status == .running)
        #expect(lines.contains("step.outcome_unknown a#1 !"))
    }

    @Test func aRunThatHadBegunIsCancelledWhenItIsItsTurn() throws {
        var dead = try Self.run()
        _ = dead.start()
        _ = dead.handle(.admitted)
        var run = try MachineTranscript(resuming: dead.events, [.fake("a")], concurrency: Self.policy)
        _ = run.takeOver()
        #expect(run.send(.cancel) == ["run.cancel_requested by ada"])
        #expect(run.send(.cancel) == ["REFUSE alreadyCancelling"])
        #expect(run.handle(.admitted).suffix(3) == ["step.cancelled a#1", "run.cancelled !", "FINISH"])
    }

    @Test func whoTakesOverAQueuedRunQueuesAgain() throws {
        var dead = try Self.run()
        _ = dead.start()
        _ = dead.handle(.queued(QueuedRun(group: "deploy", behind: [Self.other])))
        var run = try MachineTranscript(resuming: dead.events, [.fake("a")], concurrency: Self.policy)
        #expect(run.takeOver() == ["ENTER deploy queue"])
        #expect(run.handle(.admitted).last == "START a#1")
    }

    @Test func aRunThatStartsPausedIsPausedAfterTheQueue() throws {
        var run = try Self.run()
        _ = run.start(paused: true)
        #expect(run.handle(.admitted) == ["plan.compiled", "run.started", "run.paused by test", "step.ready a"])
    }

    @Test func aPausedRunThatIsTakenOverMayBeLetGoOnWhileItWaits() throws {
        var dead = try Self.run()
        _ = dead.start()
        _ = dead.handle(.admitted)
        _ = dead.send(.pause)
        var run = try MachineTranscript(resuming: dead.events, [.fake("a").having(.pure)], concurrency: Self.policy)
        _ = run.takeOver()
        #expect(run.send(.pause) == ["REFUSE isQueued"])
        #expect(run.send(.resume) == [])
        #expect(run.handle(.admitted).first == "run.resumed by test")
        #expect(run.snapshot.status == .running)
    }

    @Test func aPausedRunIsStillPausedAfterItsProcessDiedInTheQueue() throws {
        var dead = try Self.run()
        _ = dead.start()
        _ = dead.handle(.admitted)
        _ = dead.send(.pause)
        var next = try MachineTranscript(resuming: dead.events, [.fake("a")], concurrency: Self.policy)
        _ = next.takeOver()
        _ = next.handle(.queued(QueuedRun(group: "deploy", behind: [Self.other])))
        var run = try MachineTranscript(resuming: next.events, [.fake("a")], concurrency: Self.policy)
        _ = run.takeOver()
        #expect(run.handle(.admitted).first == "run.paused by test")
        #expect(run.snapshot.status == .paused)
    }

    @Test func aGroupOfAnEmptyNameFailsTheRun() throws {
        var run = try Self.run(ConcurrencyPolicy(group: Template(literal: "")))
        #expect(run.start().last == "FINISH")
    }
}
