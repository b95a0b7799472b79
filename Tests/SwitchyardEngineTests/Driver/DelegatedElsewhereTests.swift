import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

/// A run that goes on while another process has the one that a step of it is.
@Suite struct DelegatedElsewhereTests {
    let harness = EngineHarness()
    /// Has an element for each time that the process which waits begins to, and ends with the run around.
    private let waits = AsyncStream<Void>.makeStream()
    private let steps: [Step] = [.nested("a", "child")]

    init() throws {
        harness.pipelines.add(
            "child", [try .fake("x", tool: "pure"), try .fake("y", tool: "pure", needs: ["x"])],
            outputs: ["sum": .text(try Template.parse("{{ steps.y.output + 1 }}"))])
    }

    /// Starts the run around and the one inside, whose process dies with the first step under way.
    private func startAndDie() async throws -> (run: RunID, child: RunID) {
        let run = try await harness.start(steps)
        await harness.attempts.start(of: "x#1")
        let child = try #require(harness.log.events(of: run).compactMap(\.delegate).first)
        await harness.engine.interrupt()
        return (run, child)
    }

    /// Another process, with the same log.
    private func engine(_ attempts: ScriptedAttempts = ScriptedAttempts()) -> Engine {
        let (clock, steered, began) = (harness.clock, harness.steered, waits.continuation)
        return Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts),
            clock: EngineClock(
                now: { clock.now },
                sleep: {
                    began.yield()
                    try await clock.sleep(for: $0)
                }),
            pipelines: harness.pipelines, steer: { steered.record($0, $1, $2) })
    }

    private func resume(_ run: RunID, _ pipeline: Pipeline, on engine: Engine) async throws {
        try await engine.resume(
            RunSnapshot(run: run, folding: harness.log.events(of: run)), pipeline: pipeline,
            graph: PipelineGraph.build(pipeline), secrets: [:], by: harness.actor)
    }

    /// Goes on with the run around in `engine`.
    private func resumeAround(_ run: RunID, on engine: Engine) async throws {
        try await resume(run, Pipeline(id: "test", steps: steps), on: engine)
        let end = waits.continuation
        Task {
            _ = await engine.result(of: run)
            end.finish()
        }
    }

    /// Whether the run around waits, rather than end.
    private func beginsToWait() async -> Bool {
        for await _ in waits.stream {
            await harness.clock.sleepers(atLeast: 1)
            return true
        }
        return false
    }

    /// Records `event` of `run` as the process that has it.
    private func record(_ event: RunEvent, of run: RunID, under lease: any RunLease) async throws {
        let last = try #require(harness.log.events(of: run).last)
        let envelope = EventEnvelope(run: run, seq: last.seq + 1, time: last.time, event: event)
        try await harness.log.append([envelope], durability: .disk, under: lease)
    }

    @Test func itsEndThereIsTheEndOfTheStep() async throws {
        let (run, child) = try await startAndDie()
        let lease = try await harness.log.lease(child)
        let engine = engine()
        try await resumeAround(run, on: engine)
        try #require(await beginsToWait())
        harness.clock.advance(by: .milliseconds(250))
        try #require(await beginsToWait())
        try await record(.runSucceeded(outputs: ["sum": 22]), of: child, under: lease)
        lease.close()
        harness.clock.advance(by: .milliseconds(250))
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        #expect(snapshot.status == .succeeded)
        #expect(snapshot.steps["a"]?.output == ["sum": 22])
        #expect(snapshot.steps["a"]?.attempts.count == 1)
        #expect(harness.log.events(of: child).last?.event == .runSucceeded(outputs: ["sum": 22]))
        // Nobody has what is over.
        try await harness.log.lease(child).close()
    }

    @Test func itsFailureThereIsTheFailureOfTheStep() async throws {
        let (run, child) = try await startAndDie()
        let lease = try await harness.log.lease(child)
        let engine = engine()
        try await resumeAround(run, on: engine)
        try #require(await beginsToWait())
        try await record(.runFailed(RunFailure(message: "it broke", steps: ["x"])), of: child, under: lease)
        lease.close()
        harness.clock.advance(by: .milliseconds(250))
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        #expect(snapshot.steps["a"]?.failure?.kind == .part)
        #expect(snapshot.steps["a"]?.failure?.message == "run \(child): it broke")
    }

    @Test func whatIsLetGoThereUnendedGoesOnHereWhereItWas() async throws {
        let (run, child) = try await startAndDie()
        let elsewhere = ScriptedAttempts()
        let other = engine(elsewhere)
        try await resume(child, try #require(await pipeline(of: child)), on: other)
        await elsewhere.start(of: "x#2")
        let attempts = ScriptedAttempts()
        let engine = engine(attempts)
        try await resumeAround(run, on: engine)
        try #require(await beginsToWait())
        // It comes further there than it was when the wait began.
        elsewhere.end("x#2", .succeeded(ToolOutput(20)))
        await elsewhere.start(of: "y#1")
        await other.interrupt()
        harness.clock.advance(by: .milliseconds(250))
        attempts.end("y#2", .succeeded(ToolOutput(21)))
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        #expect(snapshot.steps["a"]?.output == ["sum": 22])
        #expect(snapshot.steps["a"]?.delegate == child)
        #expect(attempts.started == ["y#2"])
        #expect(harness.log.events(of: child).count { $0.event.type == "lease.taken" } == 2)
    }

    private func pipeline(of run: RunID) async throws -> Pipeline? {
        guard let created = try await harness.log.snapshot(of: run).created else { return nil }
        return try await harness.pipelines.pipeline(recordedIn: created).get().pipeline
    }

    @Test func cancellingTheStepAsksItsOwnerToCancelIt() async throws {
        let (run, child) = try await startAndDie()
        let lease = try await harness.log.lease(child)
        defer { lease.close() }
        let engine = engine()
        try await resumeAround(run, on: engine)
        try #require(await beginsToWait())
        #expect(await engine.send(.cancel, to: run, by: harness.actor) == nil)
        #expect(await engine.result(of: run)?.snapshot.status == .cancelled)
        #expect(harness.steered.commands == ["cancel \(child) by run:\(run)"])
    }

    @Test func whatIsBeingCancelledThereIsNotCancelledTwice() async throws {
        let (run, child) = try await startAndDie()
        let lease = try await harness.log.lease(child)
        defer { lease.close() }
        let engine = engine()
        try await resumeAround(run, on: engine)
        try #require(await beginsToWait())
        try await record(.runCancelRequested, of: child, under: lease)
        #expect(await engine.send(.cancel, to: run, by: harness.actor) == nil)
        #expect(await engine.result(of: run)?.snapshot.status == .cancelled)
        #expect(harness.steered.commands == [])
    }

    @Test func interruptingTheWaitCancelsNothing() async throws {
        let (run, child) = try await startAndDie()
        let lease = try await harness.log.lease(child)
        defer { lease.close() }
        let engine = engine()
        try await resumeAround(run, on: engine)
        try #require(await beginsToWait())
        await engine.interrupt()
        #expect(await engine.result(of: run)?.ending == .interrupted)
        #expect(harness.steered.commands == [])
    }
}

extension EventEnvelope {
    /// The run that its step became.
    fileprivate var delegate: RunID? {
        if case .stepDelegated(let run) = event { run } else { nil }
    }
}
