import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

/// Runs of one concurrency group, one at a time.
@Suite struct RunGateTests {
    let harness = EngineHarness()

    private func start(_ step: String, _ onConflict: ConcurrencyPolicy.OnConflict = .queue) async throws -> RunID {
        try await harness.start(
            [.fake(step)], concurrency: ConcurrencyPolicy(group: Template(literal: "g"), onConflict: onConflict))
    }

    /// Waits until `run` has an event of type `type`.
    private func event(_ type: String, of run: RunID) async -> EventEnvelope? {
        for await batch in harness.engine.events(of: run) {
            if let event = batch.events.first(where: { $0.event.type == type }) { return event }
        }
        return nil
    }

    @Test func theyTakeTurnsInTheOrderTheyCame() async throws {
        let first = try await start("a")
        await harness.attempts.start(of: "a#1")
        let second = try await start("b")
        #expect(await event("run.queued", of: second)?.event == .runQueued(QueuedRun(group: "g", behind: [first])))
        let third = try await start("c")
        #expect(
            await event("run.queued", of: third)?.event == .runQueued(QueuedRun(group: "g", behind: [first, second])))
        #expect(harness.attempts.started == ["a#1"])
        harness.attempts.end("a#1")
        _ = await harness.engine.result(of: first)
        harness.clock.advance(by: .seconds(1))
        await harness.attempts.start(of: "b#1")
        #expect(harness.attempts.started == ["a#1", "b#1"])
        harness.attempts.end("b#1")
        _ = await harness.engine.result(of: second)
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(1))
        await harness.attempts.start(of: "c#1")
        harness.attempts.end("c#1")
        #expect(await harness.engine.result(of: third)?.snapshot.status == .succeeded)
    }

    @Test func aRunMayBeRejected() async throws {
        let first = try await start("a")
        await harness.attempts.start(of: "a#1")
        let second = try await start("b", .reject)
        let result = await harness.engine.result(of: second)
        #expect(result?.snapshot.status == .failed)
        #expect(
            result?.snapshot.failure?.message == "run \(first) of the concurrency group g is under way")
        harness.attempts.end("a#1")
    }

    @Test func aNewerRunMayEndTheOlderOnes() async throws {
        let first = try await start("a", .cancelOlder)
        await harness.attempts.start(of: "a#1")
        let second = try await start("b", .cancelOlder)
        let result = await harness.engine.result(of: first)
        #expect(result?.snapshot.status == .cancelled)
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(1))
        await harness.attempts.start(of: "b#1")
        harness.attempts.end("b#1")
        #expect(await harness.engine.result(of: second)?.snapshot.status == .succeeded)
        #expect(await event("run.cancel_requested", of: first)?.actor == Actor("run:\(second)"))
    }

    @Test func aRunOfAnotherProcessIsAskedThroughItsSocket() async throws {
        // Owned, and not by this engine.
        let dead = try MachineTranscript(
            [.fake("a")], concurrency: ConcurrencyPolicy(group: Template(literal: "g"), onConflict: .queue))
        var other = dead
        _ = other.start()
        _ = other.handle(.admitted)
        let lease = try await harness.log.lease(RunID("run"))
        try await harness.log.append(other.events, durability: .disk, under: lease)
        let run = try await start("b", .cancelOlder)
        #expect(await event("run.queued", of: run)?.event == .runQueued(QueuedRun(group: "g", behind: [RunID("run")])))
        #expect(harness.steered.commands == ["cancel run by run:\(run)"])
        // Its process dies: it is interrupted, and in nobody's way.
        lease.close()
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(1))
        await harness.attempts.start(of: "b#1")
        harness.attempts.end("b#1")
        #expect(await harness.engine.result(of: run)?.snapshot.status == .succeeded)
    }

    @Test func oneThatCameLongAgoIsFoundToo() async throws {
        let first = try await start("a")
        await harness.attempts.start(of: "a#1")
        for number in 0..<1000 {
            let run = RunID("ended-\(number)")
            let lease = try await harness.log.lease(run)
            let events = [
                EventSamples.created(run),
                EventEnvelope(run: run, seq: 2, time: EventSamples.time(9), event: .runCancelled),
            ]
            try await harness.log.append(events, durability: .process, under: lease)
            lease.close()
        }
        let second = try await start("b")
        #expect(await event("run.queued", of: second)?.event == .runQueued(QueuedRun(group: "g", behind: [first])))
        harness.attempts.end("a#1")
        _ = await harness.engine.result(of: first)
        harness.clock.advance(by: .seconds(1))
        await harness.attempts.start(of: "b#1")
        harness.attempts.end("b#1")
        #expect(await harness.engine.result(of: second)?.snapshot.status == .succeeded)
    }

    @Test func otherGroupsAreNoObstacle() async throws {
        _ = try await start("a")
        await harness.attempts.start(of: "a#1")
        let other = try await harness.start(
            [.fake("b")], concurrency: ConcurrencyPolicy(group: Template(literal: "h")))
        await harness.attempts.start(of: "b#1")
        harness.attempts.end("b#1")
        #expect(await harness.engine.result(of: other)?.snapshot.status == .succeeded)
        harness.attempts.end("a#1")
    }

    @Test func whatARunOfTheGroupHoldsNeedsNoTurnOfItsOwn() async throws {
        let policy = ConcurrencyPolicy(group: Template(literal: "g"))
        harness.pipelines.add("child", [try .fake("x")], concurrency: policy)
        let first = try await harness.start(
            [.fake("a"), .nested("inside", "child", needs: ["a"])], concurrency: policy)
        await harness.attempts.start(of: "a#1")
        let second = try await start("b")
        #expect(await event("run.queued", of: second) != nil)
        // The run inside is younger than the one that waits, which waits for the run around it.
        harness.attempts.end("a#1")
        let child = try #require(await delegate(of: first))
        #expect(await event("run.started", of: child, orElse: "run.queued")?.event == .runStarted)
        harness.attempts.end("x#1")
        #expect(await harness.engine.result(of: first)?.snapshot.status == .succeeded)
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(1))
        harness.attempts.end("b#1")
        #expect(await harness.engine.result(of: second)?.snapshot.status == .succeeded)
    }

    @Test func whatOneRunOfTheGroupHoldsTakesTurnsAllTheSame() async throws {
        let policy = ConcurrencyPolicy(group: Template(literal: "g"))
        harness.pipelines.add("one", [try .fake("x")], concurrency: policy)
        harness.pipelines.add("two", [try .fake("y")], concurrency: policy)
        let run = try await harness.start(
            [.nested("first", "one"), .fake("a"), .nested("second", "two", needs: ["a"])], concurrency: policy)
        await harness.attempts.start(of: "x#1")
        harness.attempts.end("a#1")
        let second = try #require(await delegate(of: run, "second"))
        #expect(await event("run.started", of: second, orElse: "run.queued")?.event.type == "run.queued")
        harness.attempts.end("x#1")
        _ = await harness.engine.result(of: try #require(await delegate(of: run, "first")))
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(1))
        harness.attempts.end("y#1")
        #expect(await harness.engine.result(of: run)?.snapshot.status == .succeeded)
    }

    private func delegate(of run: RunID, _ step: StepPath = "inside") async -> RunID? {
        for await batch in harness.engine.events(of: run) {
            for event in batch.events where event.step == step {
                guard case .stepDelegated(let child) = event.event else { continue }
                while harness.log.events(of: child).isEmpty { await Task.yield() }
                return child
            }
        }
        return nil
    }

    private func event(_ type: String, of run: RunID, orElse other: String) async -> EventEnvelope? {
        for await batch in harness.engine.events(of: run) {
            if let event = batch.events.first(where: { [type, other].contains($0.event.type) }) { return event }
        }
        return nil
    }

    @Test func whoTakesARunOverWaitsForOneThatIsAboutToStart() async throws {
        let policy = ConcurrencyPolicy(group: Template(literal: "g"))
        let first = try await start("a")
        await harness.attempts.start(of: "a#1")
        await harness.engine.interrupt()
        // It has looked and seen nobody, and its start is not in the log yet.
        var other = try MachineTranscript([.fake("b")], concurrency: policy)
        _ = other.start()
        let lease = try await harness.log.lease(RunID("run"))
        try await harness.log.append(other.events, durability: .disk, under: lease)
        var pipeline = Pipeline(id: "test", steps: [try .fake("a")])
        pipeline.concurrency = policy
        let engine = Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: ScriptedAttempts()))
        try await engine.resume(
            RunSnapshot(run: first, folding: harness.log.events(of: first)), pipeline: pipeline,
            graph: PipelineGraph.build(pipeline), secrets: [:], by: harness.actor)
        var types: [String] = []
        for await batch in engine.events(of: first) {
            types += batch.events.map(\.event.type)
            if types.contains("run.queued") || types.contains("step.outcome_unknown") { break }
        }
        #expect(types.last == "run.queued")
        lease.close()
        await engine.interrupt()
    }
}
