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
}
