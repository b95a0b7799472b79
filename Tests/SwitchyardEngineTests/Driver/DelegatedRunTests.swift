import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

/// Steps that are runs of other pipelines.
@Suite struct DelegatedRunTests {
    let harness = EngineHarness()

    init() throws {
        harness.pipelines.add(
            "child", [try .fake("x", value: "{{ inputs.n }}")],
            outputs: ["sum": .text(try Template.parse("{{ steps.x.output + 1 }}"))])
    }

    private func nested(_ id: String = "a", _ path: String = "child") throws -> Step {
        .nested(id, path, inputs: ["n": .text(try Template.parse("{{ 20 + 1 }}"))])
    }

    private func delegate(of run: RunID, _ step: StepPath = "a") async -> RunID? {
        for await batch in harness.engine.events(of: run) {
            for event in batch.events where event.step == step {
                if case .stepDelegated(let child) = event.event { return child }
            }
        }
        return nil
    }

    @Test func itsOutputsAreTheStepsAndItIsARunOfItsOwn() async throws {
        let run = try await harness.start([
            try nested(), .fake("after", needs: ["a"], value: "{{ steps.a.output.sum }}"),
        ])
        harness.attempts.end("x#1", .succeeded(ToolOutput(21)))
        harness.attempts.end("after#1")
        let snapshot = try #require(await harness.engine.result(of: run)?.snapshot)
        #expect(snapshot.steps["a"]?.output == ["sum": 22])
        let child = try #require(snapshot.steps["a"]?.delegate)
        let record = try await harness.log.snapshot(of: child)
        #expect(record.created?.parent == ParentStep(run: run, step: "a", ancestors: [run]))
        #expect(record.created?.inputs == ["n": 21])
        #expect(record.steps["x"]?.attempts.first?.input == ["value": 21])
        #expect(snapshot.steps["after"]?.attempts.first?.input == ["value": 22])
    }

    @Test func itsFailureIsTheSteps() async throws {
        let run = try await harness.start([try nested()])
        harness.attempts.end("x#1", .failed(StepFailure(.exitCode, "it broke")))
        let failure = await harness.engine.result(of: run)?.snapshot.steps["a"]?.failure
        let child = try #require(await delegate(of: run))
        #expect(failure?.kind == .part)
        #expect(failure?.message == "run \(child): step x failed: it broke")
    }

    @Test func aNewAttemptIsANewRun() async throws {
        var step = try nested()
        step.retry = RetryPolicy(
            maxAttempts: 2, backoff: Backoff(initial: .seconds(3), jitter: .none), on: [.part])
        let run = try await harness.start([step])
        let first = try #require(await delegate(of: run))
        harness.attempts.end("x#1", .failed(StepFailure(.exitCode, "it broke")))
        _ = await harness.engine.result(of: first)
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(3))
        harness.attempts.end("x#1", .succeeded(ToolOutput(1)))
        let snapshot = try #require(await harness.engine.result(of: run)?.snapshot)
        #expect(snapshot.status == .succeeded)
        #expect(snapshot.steps["a"]?.delegate != first)
    }

    @Test func cancellingTheStepCancelsTheRun() async throws {
        let run = try await harness.start([try nested()])
        await harness.attempts.start(of: "x#1")
        let child = try #require(await delegate(of: run))
        #expect(await harness.engine.send(.cancel, to: run, by: harness.actor) == nil)
        #expect(await harness.engine.result(of: run)?.snapshot.status == .cancelled)
        #expect(await harness.engine.result(of: child)?.snapshot.status == .cancelled)
    }

    @Test func interruptingLeavesBothForLater() async throws {
        let run = try await harness.start([try nested()])
        await harness.attempts.start(of: "x#1")
        let child = try #require(await delegate(of: run))
        await harness.engine.interrupt()
        for id in [run, child] {
            let events = harness.log.events(of: id)
            #expect(!events.contains { $0.event.type == "run.cancel_requested" })
            #expect(events.last?.event.type == "step.started" || events.last?.event.type == "step.delegated")
        }
    }

    @Test func whoTakesTheRunOverGoesOnWithTheOneInside() async throws {
        let steps = [try nested()]
        let run = try await harness.start(steps)
        await harness.attempts.start(of: "x#1")
        let child = try #require(await delegate(of: run))
        await harness.engine.interrupt()
        // Another process, with the same log.
        let attempts = ScriptedAttempts()
        let engine = Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts),
            pipelines: harness.pipelines)
        let pipeline = Pipeline(id: "test", steps: steps)
        try await engine.resume(
            RunSnapshot(run: run, folding: harness.log.events(of: run)), pipeline: pipeline,
            graph: PipelineGraph.build(pipeline), secrets: [:], by: harness.actor)
        while await !engine.isLive(child) { await Task.yield() }
        // The step inside is unsafe, and nobody knows whether it took effect.
        #expect(await engine.send(.resolve("x", .retry), to: child, by: harness.actor) == nil)
        attempts.end("x#2", .succeeded(ToolOutput(4)))
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        #expect(snapshot.steps["a"]?.output == ["sum": 5])
        #expect(snapshot.steps["a"]?.delegate == child)
        #expect(try await harness.log.runs(limit: 10).count == 2)
    }

    /// Another process, with the same log, goes on with `run`, which is one of `steps`.
    private func resume(_ run: RunID, _ steps: [Step], _ attempts: ScriptedAttempts) async throws -> Engine {
        let engine = Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts),
            pipelines: harness.pipelines)
        let pipeline = Pipeline(id: "test", steps: steps)
        try await engine.resume(
            RunSnapshot(run: run, folding: harness.log.events(of: run)), pipeline: pipeline,
            graph: PipelineGraph.build(pipeline), secrets: [:], by: Actor("bob"))
        return engine
    }

    /// Returns once an event of that type is recorded of `run`.
    private func event(_ type: String, of run: RunID) async -> EventEnvelope? {
        for await batch in harness.engine.events(of: run) {
            if let event = batch.events.first(where: { $0.event.type == type }) { return event }
        }
        return nil
    }

    @Test func whoTakesACancelledRunOverLetsTheOneInsideFinishItsUndoing() async throws {
        harness.pipelines.add(
            "undoable", [try .fake("x").undone(by: "pure"), try .fake("y", needs: ["x"]).undone(by: "pure")])
        let steps: [Step] = [.nested("a", "undoable")]
        let run = try await harness.start(steps)
        harness.attempts.end("x#1")
        await harness.attempts.start(of: "y#1")
        let child = try #require(await delegate(of: run))
        #expect(await harness.engine.send(.cancel, to: run, by: harness.actor) == nil)
        await harness.attempts.start(of: "x/:compensate#1")
        // The process dies while the run inside undoes what it did.
        await harness.engine.interrupt()
        #expect(try await harness.log.snapshot(of: child).status == .running)
        let attempts = ScriptedAttempts()
        let engine = try await resume(run, steps, attempts)
        attempts.end("x/:compensate#2")
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        #expect(snapshot.status == .cancelled)
        #expect(snapshot.steps["a"]?.attempts.count == 1)
        let inside = try await harness.log.snapshot(of: child)
        #expect(inside.status == .cancelled)
        #expect(inside.steps["x/:compensate"]?.state == .succeeded)
        #expect(harness.log.events(of: child).count { $0.event.type == "run.cancel_requested" } == 1)
    }

    @Test func aCancellationThatHadNotReachedTheRunInsideDoes() async throws {
        let steps: [Step] = [.nested("a", "pure")]
        harness.pipelines.add("pure", [try .fake("x", tool: "pure")])
        let run = try await harness.start(steps)
        await harness.attempts.start(of: "x#1")
        let child = try #require(await delegate(of: run))
        await harness.engine.interrupt()
        // It was recorded, and the process died before it told anybody.
        let last = try #require(harness.log.events(of: run).last)
        let request = EventEnvelope(
            run: run, seq: last.seq + 1, time: last.time, actor: harness.actor, event: .runCancelRequested)
        try await harness.log.append([request], durability: .disk)
        let engine = try await resume(run, steps, ScriptedAttempts())
        #expect(await engine.result(of: run)?.snapshot.status == .cancelled)
        #expect(try await harness.log.snapshot(of: child).status == .cancelled)
    }

    @Test func aCancellationBeforeTheRunInsideHadBegunMakesNone() async throws {
        let catalog = SlowPipelines(harness.pipelines)
        let engine = Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: ScriptedAttempts()),
            pipelines: catalog)
        let pipeline = Pipeline(id: "test", steps: [try nested()])
        let run = try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(),
            options: .init(workspace: "/w", actor: harness.actor))
        await catalog.asked()
        let end = Task { await engine.send(.cancel, to: run, by: harness.actor) }
        await catalog.cancelled()
        catalog.answer()
        #expect(await end.value == nil)
        #expect(await engine.result(of: run)?.snapshot.status == .cancelled)
        #expect(try await harness.log.runs(limit: 10).allSatisfy { $0.status == .cancelled })
    }

    @Test func pausingAndResumingGoDownInTheNameOfWhoAsked() async throws {
        harness.pipelines.add("inner", [try .fake("x"), try .fake("y", needs: ["x"])])
        harness.pipelines.add("outer", [.nested("b", "inner")])
        let run = try await harness.start([.nested("a", "outer")])
        await harness.attempts.start(of: "x#1")
        let outer = try #require(await delegate(of: run))
        let inner = try #require(await delegate(of: outer, "b"))
        #expect(await harness.engine.send(.pause, to: run, by: harness.actor) == nil)
        for child in [outer, inner] { #expect(await event("run.paused", of: child)?.actor == harness.actor) }
        harness.attempts.end("x#1")
        #expect(await event("step.succeeded", of: inner)?.step == "x")
        #expect(harness.attempts.started == ["x#1"])
        #expect(await harness.engine.send(.resume, to: run, by: Actor("bob")) == nil)
        for child in [outer, inner] { #expect(await event("run.resumed", of: child)?.actor == Actor("bob")) }
        await harness.attempts.start(of: "y#1")
        harness.attempts.end("y#1")
        #expect(await harness.engine.result(of: run)?.snapshot.status == .succeeded)
    }

    @Test func whatEndedWhileNobodyWatchedCounts() async throws {
        let steps = [try nested()]
        let run = try await harness.start(steps)
        harness.attempts.end("x#1", .succeeded(ToolOutput(9)))
        let child = try #require(await delegate(of: run))
        _ = await harness.engine.result(of: run)
        // The process died before it recorded that the step had ended.
        let log = InMemoryEventLog()
        let lost = harness.log.events(of: run).prefix { $0.event.type != "step.succeeded" }
        try await log.append(Array(lost), durability: .disk)
        try await log.append(harness.log.events(of: child), durability: .disk)
        let engine = Engine(
            log: log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: ScriptedAttempts()),
            pipelines: harness.pipelines)
        let pipeline = Pipeline(id: "test", steps: steps)
        try await engine.resume(
            RunSnapshot(run: run, folding: lost), pipeline: pipeline, graph: PipelineGraph.build(pipeline),
            secrets: [:], by: harness.actor)
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        #expect(snapshot.steps["a"]?.output == ["sum": 10])
        #expect(snapshot.steps["a"]?.delegate == child)
    }

    @Test func pipelinesThatStandInThemselvesEnd() async throws {
        harness.pipelines.add("loop", [.nested("again", "loop")])
        let run = try await harness.start([.nested("a", "loop")])
        let message = await harness.engine.result(of: run)?.snapshot.failure?.message
        #expect(message?.contains("pipelines stand in one another more than 8 deep") == true)
        #expect(try await harness.log.runs(limit: 100).count == 8)
    }

    @Test func aPipelineThatIsNotThereFailsTheStep() async throws {
        let run = try await harness.start([.nested("a", "nowhere")])
        #expect(
            await harness.engine.result(of: run)?.snapshot.steps["a"]?.failure?.message
                == "there is no pipeline nowhere")
    }

    @Test func runsOfTheSameSeedAndSecondHoldDifferentRuns() async throws {
        let first = try await harness.start([try nested()])
        let second = try await harness.start([try nested()])
        let children = [await delegate(of: first), await delegate(of: second)]
        #expect(children[0] != children[1])
        await harness.engine.interrupt()
    }

    @Test func aSecretIsNoInputOfAnotherPipeline() async throws {
        let steps: [Step] = [
            .nested("a", "child", inputs: ["n": .text(try Template.parse("Bearer {{ secrets.token }}"))])
        ]
        let pipeline = Pipeline(id: "test", steps: steps)
        let run = try await harness.engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(secrets: ["token": "canary-7f3a"]),
            options: .init(workspace: "/w", actor: harness.actor))
        harness.attempts.end("x#1", .succeeded(ToolOutput(1)))
        #expect(await harness.engine.result(of: run)?.snapshot.steps["a"]?.failure?.kind == .invalidInput)
        var events: [EventEnvelope] = []
        for summary in try await harness.log.runs(limit: 10) { events += harness.log.events(of: summary.run) }
        #expect(events.filter { JSON.text(of: $0.json).contains("canary") }.isEmpty)
    }

    @Test func aRunThatBeginsInsideWhileEverythingEndsIsInterruptedToo() async throws {
        let catalog = SlowPipelines(harness.pipelines)
        let attempts = ScriptedAttempts()
        let engine = Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts), pipelines: catalog)
        let pipeline = Pipeline(id: "test", steps: [try nested()])
        _ = try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(),
            options: .init(workspace: "/w", actor: harness.actor))
        await catalog.asked()
        let end = Task { await engine.interrupt() }
        await catalog.cancelled()
        catalog.answer()
        // It would never end: nobody ends what its step waits for.
        await end.value
        #expect(await engine.liveRuns.isEmpty)
    }
}

/// Pipelines that are found when a test says so.
private final class SlowPipelines: PipelineCatalog {
    private let pipelines: ScriptedPipelines
    private let asks = AsyncStream<Void>.makeStream()
    private let cancellations = AsyncStream<Void>.makeStream()
    private let answers = AsyncStream<Void>.makeStream()

    init(_ pipelines: ScriptedPipelines) { self.pipelines = pipelines }

    func asked() async { for await _ in asks.stream { return } }
    func cancelled() async { for await _ in cancellations.stream { return } }
    func answer() { answers.continuation.yield() }

    func pipeline(
        _ source: NestedPipeline.Source, inputs: Value, in parent: RunCreated
    ) async -> Result<RunnablePipeline, StepFailure> {
        asks.continuation.yield()
        let answers = answers.stream
        await withTaskCancellationHandler {
            // Not ended by the cancellation, as a file that is being read is not.
            await Task { for await _ in answers { return } }.value
        } onCancel: {
            cancellations.continuation.yield()
        }
        return await pipelines.pipeline(source, inputs: inputs, in: parent)
    }

    func pipeline(recordedIn created: RunCreated) async -> Result<RunnablePipeline, StepFailure> {
        await pipelines.pipeline(recordedIn: created)
    }
}
