import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// How many items, and how many compensations, are under way at once when a person ends some of them.
@Suite struct WindowTests {
    private func items(_ count: Int, tool: String = "fake") throws -> [Step] {
        [try .fake("s", tool: tool).foreach("{{ \(Array(0..<count)) }}", maxParallel: 2)]
    }

    @Test func anItemCancelledBeforeItsTurnTakesNoPlace() throws {
        var run = try MachineTranscript(items(5))
        _ = run.start()
        #expect(run.send(.cancelStep("s[2]")) == ["step.cancelled s[2] by ada !"])
        #expect(
            run.succeed("s[0]") == [
                "step.succeeded s[0]#1 !", "step.ready s[3]", "step.started s[3]#1 !", "START s[3]#1",
            ])
        #expect(
            run.succeed("s[1]") == [
                "step.succeeded s[1]#1 !", "step.ready s[4]", "step.started s[4]#1 !", "START s[4]#1",
            ])
        #expect(run.succeed("s[4]") == ["step.succeeded s[4]#1 !"])
        #expect(
            run.succeed("s[3]") == [
                "step.succeeded s[3]#1 !", "step.failed s part !",
                "run.failed (step s failed: item s[2] was cancelled) !", "FINISH",
            ])
    }

    @Test func anItemCancelledBeforeItsSlotGivesItsPlaceToTheNext() throws {
        var run = try MachineTranscript(items(4), slots: 1)
        _ = run.start()
        #expect(run.send(.cancelStep("s[1]")) == ["step.cancelled s[1] by ada !", "step.ready s[2]"])
        #expect(
            run.succeed("s[0]") == [
                "step.succeeded s[0]#1 !", "step.ready s[3]", "step.started s[2]#1 !", "START s[2]#1",
            ])
        #expect(run.succeed("s[2]") == ["step.succeeded s[2]#1 !", "step.started s[3]#1 !", "START s[3]#1"])
    }

    @Test func anotherProcessCountsTheSame() throws {
        let steps = try items(5, tool: "pure")
        var first = try MachineTranscript(steps)
        _ = first.start()
        _ = first.send(.cancelStep("s[2]"))
        _ = first.send(.cancelStep("s[3]"))
        var run = try MachineTranscript(resuming: first.events, steps)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "step.ready s[0]", "step.ready s[1]", "step.started s[0]#2", "START s[0]#2",
                "step.started s[1]#2", "START s[1]#2",
            ])
        #expect(
            run.succeed("s[1]", attempt: 2) == [
                "step.succeeded s[1]#2", "step.ready s[4]", "step.started s[4]#1", "START s[4]#1",
            ])
    }

    /// Whatever is cancelled and when: never more than the window at once, and every other item has its turn.
    @Test(arguments: 0..<100) func theWindowHolds(seed: UInt64) throws {
        let count = 12
        let window = 3
        var random = SeededGenerator(state: seed)
        var run = try MachineTranscript(
            [try .fake("s").foreach("{{ \(Array(0..<count)) }}", maxParallel: window)],
            slots: Int.random(in: 1...5, using: &random))
        var underWay: [StepPath] = []
        var started: Set<StepPath> = []
        var cancelled: Set<StepPath> = []
        var instructions = run.perform(.start(paused: false))
        var isFinished = false
        for _ in 0..<1000 where !isFinished {
            for case .start(let attempt) in instructions {
                underWay.append(attempt.id.step)
                started.insert(attempt.id.step)
            }
            for case .record(let event, _) in instructions {
                if case .stepCancelled = event.event, let step = event.step { cancelled.insert(step) }
            }
            isFinished = instructions.contains(.finish)
            #expect(underWay.count <= window, "seed \(seed)")
            let live = run.snapshot.steps.values.count { $0.item != nil && [.ready, .running].contains($0.state) }
            #expect(live <= window, "seed \(seed)")
            let victim = StepPath("s[\(Int.random(in: 0..<count, using: &random))]")
            if Int.random(in: 0..<4, using: &random) == 0, !started.contains(victim) {
                instructions = run.perform(.command(.cancelStep(victim), by: Actor("ada")))
            } else if !underWay.isEmpty {
                let step = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &random))
                instructions = run.perform(.attemptEnded(AttemptID(step, 1), .succeeded(ToolOutput("ok"))))
            }
        }
        #expect(isFinished, "seed \(seed)")
        #expect(started.isDisjoint(with: cancelled), "seed \(seed)")
        #expect(started.count + cancelled.count == count, "seed \(seed)")
    }

    @Test func aCompensationCancelledBeforeItsTurnLetsTheNextGoOn() throws {
        var run = try MachineTranscript([
            .fake("a").undone(), .fake("b", needs: ["a"]).undone(), .fake("c", needs: ["b"]).undone(),
            .fake("d", needs: ["c"]),
        ])
        _ = run.start()
        for id: StepPath in ["a", "b", "c"] { _ = run.succeed(id) }
        #expect(run.fail("d").last == "START c/:compensate#1")
        #expect(run.send(.cancelStep("b/:compensate")) == ["step.cancelled b/:compensate by ada !"])
        #expect(
            run.succeed("c/:compensate") == [
                "step.succeeded c/:compensate#1 !", "step.ready a/:compensate", "step.started a/:compensate#1 !",
                "START a/:compensate#1",
            ])
        #expect(
            run.succeed("a/:compensate") == [
                "step.succeeded a/:compensate#1 !", "run.failed (step d failed: it broke, and 1 more) !", "FINISH",
            ])
    }
}
