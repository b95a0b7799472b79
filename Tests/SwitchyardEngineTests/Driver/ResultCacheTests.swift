import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

@Suite struct ResultCacheTests {
    let harness = EngineHarness()

    private func end(of run: RunID) async -> RunSnapshot? { await harness.engine.result(of: run)?.snapshot }

    @Test func aLaterRunTakesTheResultWithoutRunningTheStep() async throws {
        let step = try Step.fake("a", value: "x").cached()
        let first = try await harness.start([step])
        harness.attempts.end("a#1", .succeeded(ToolOutput(["rows": 3], summary: "3 rows")))
        let made = try #require(await end(of: first)?.steps["a"])
        #expect(made.source == nil)
        let second = try await harness.start([step])
        let taken = try #require(await end(of: second)?.steps["a"])
        #expect(taken.output == ["rows": 3])
        #expect(taken.summary == "3 rows")
        #expect(taken.source?.run == first)
        #expect(taken.source?.seq == made.endedSeq)
        #expect(harness.attempts.started == ["a#1"])
        // What was taken is not kept again: the next run takes it from where it was made.
        let third = try await harness.start([step])
        #expect(await end(of: third)?.steps["a"]?.source?.run == first)
    }

    @Test(arguments: ["arguments", "tool", "variable", "key"]) func whatTheResultDependsOnTellsResultsApart(
        difference: String
    ) async throws {
        func step(_ isOther: Bool) throws -> Step {
            func other(_ name: String) -> Bool { isOther && difference == name }
            var step = try Step.fake("a", tool: other("tool") ? "pure" : "fake", value: other("arguments") ? "y" : "x")
                .cached(key: other("key") ? "2" : "1")
            step.env = ["V": try Template.parse(other("variable") ? "2" : "1")]
            return step
        }
        for isOther in [false, true] {
            let run = try await harness.start([try step(isOther)])
            harness.attempts.end("a#1")
            #expect(await end(of: run)?.steps["a"]?.source == nil)
        }
        #expect(harness.attempts.started == ["a#1", "a#1"])
    }

    @Test func aFailureIsNotKept() async throws {
        let step = try Step.fake("a").cached()
        let first = try await harness.start([step])
        harness.attempts.end("a#1", .failed(StepFailure(.exitCode, "no")))
        #expect(await end(of: first)?.status == .failed)
        let second = try await harness.start([step])
        harness.attempts.end("a#1")
        #expect(await end(of: second)?.status == .succeeded)
        #expect(harness.attempts.started == ["a#1", "a#1"])
    }

    @Test func aResultThatIsTooOldIsMadeAgain() async throws {
        let step = try Step.fake("a").cached(for: .seconds(60))
        for (wait, isTaken) in [(0, false), (59, true), (2, false)] {
            harness.clock.advance(by: .seconds(wait))
            let run = try await harness.start([step])
            if !isTaken { harness.attempts.end("a#1") }
            #expect((await end(of: run)?.steps["a"]?.source != nil) == isTaken)
        }
    }

    @Test func ofEqualStepsAtOnceOneRuns() async throws {
        let step = try Step.fake("a", value: "same").cached().foreach("{{ [1, 2, 3, 4] }}")
        let run = try await harness.start([step])
        await harness.attempts.start(of: "a[0]#1")
        harness.attempts.end("a[0]#1", .succeeded(ToolOutput("made")))
        let snapshot = try #require(await end(of: run))
        #expect(snapshot.steps["a"]?.output == ["made", "made", "made", "made"])
        #expect(snapshot.steps["a[0]"]?.source == nil)
        #expect((1...3).allSatisfy { snapshot.steps[StepPath("a[\($0)]")]?.source?.run == run })
        #expect(harness.attempts.started == ["a[0]#1"])
    }

    @Test func whenTheFirstOfThemFailsTheNextOneRuns() async throws {
        let step = try Step.fake("a", value: "same", onFailure: .continue).cached().foreach("{{ [1, 2, 3] }}")
        let run = try await harness.start([step])
        harness.attempts.end("a[0]#1", .failed(StepFailure(.exitCode, "no")))
        harness.attempts.end("a[1]#1", .succeeded(ToolOutput("made")))
        let snapshot = try #require(await end(of: run))
        #expect(snapshot.steps["a"]?.output == [nil, "made", "made"])
        #expect(harness.attempts.started == ["a[0]#1", "a[1]#1"])
    }

    @Test func whoWaitsForAnotherCanBeCancelled() async throws {
        let step = try Step.fake("a", value: "same").cached()
        let first = try await harness.start([step])
        await harness.attempts.start(of: "a#1")
        let second = try await harness.start([step])
        for await batch in harness.engine.events(of: second) {
            if batch.events.contains(where: { $0.event.type == "step.started" }) { break }
        }
        #expect(await harness.engine.send(.cancel, to: second, by: harness.actor) == nil)
        #expect(await end(of: second)?.status == .cancelled)
        harness.attempts.end("a#1")
        #expect(await end(of: first)?.status == .succeeded)
    }

    @Test func anAttemptAfterALowResultIsMadeAnew() async throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(3), jitter: .none))
        let step = try Step.fake("a", retry: retry).cached()
        let first = try await harness.start([step])
        harness.attempts.end("a#1", .succeeded(ToolOutput(0)))
        _ = await end(of: first)
        let second = try await harness.start([try step.checked("steps.a.output", onLow: .retry)])
        await harness.clock.sleepers(atLeast: 1)
        harness.attempts.end("a#2", .succeeded(ToolOutput(1)))
        harness.clock.advance(by: .seconds(3))
        let taken = try #require(await end(of: second)?.steps["a"])
        #expect(taken.output == 1)
        #expect(taken.source == nil)
        #expect(taken.attempts.count == 2)
    }

    @Test func whatWasCutIsNotKept() async throws {
        let step = try Step.fake("a").cached()
        for _ in 0..<2 {
            let run = try await harness.start([step])
            harness.attempts.end("a#1", .succeeded(ToolOutput("begin", bytesBeforeCut: 9_000_000)))
            #expect(await end(of: run)?.steps["a"]?.source == nil)
        }
    }

    @Test func whereAResultWasTakenFromTellsNothingOfSecrets() async throws {
        let steps = [try Step.fake("a", value: "Bearer {{ secrets.token }}").cached()]
        let pipeline = Pipeline(id: "test", steps: steps)
        var runs: [RunID] = []
        for _ in 0..<2 {
            let run = try await harness.engine.start(
                pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(secrets: ["token": "canary-7f3a"]),
                options: .init(workspace: "/w", actor: harness.actor))
            harness.attempts.end("a#1")
            _ = await end(of: run)
            runs.append(run)
        }
        let source = try #require(await end(of: runs[1])?.steps["a"]?.source)
        let masked = SHA256.hexDigest(
            of: JSON.text(of: ["value": "Bearer ***"] as Value, layout: .canonical))
        #expect(source.inputHash == masked)
    }

    @Test func whoRetriesFromAStepWantsItDoneAgain() async throws {
        let steps = [try Step.fake("a", value: "x").cached()]
        let pipeline = Pipeline(id: "test", steps: steps)
        let graph = try PipelineGraph.build(pipeline)
        let first = try await harness.start(steps)
        harness.attempts.end("a#1", .succeeded(ToolOutput("old")))
        let snapshot = try #require(await end(of: first))
        let origin = ForkOrigin(retrying: snapshot, from: "a", graph: graph)
        let run = try await harness.engine.start(
            pipeline, graph: graph, inputs: RunInputs(), options: .init(workspace: "/w", actor: harness.actor),
            recorded: RecordedResults(origin, events: harness.log.events(of: first)))
        harness.attempts.end("a#1", .succeeded(ToolOutput("new")))
        #expect(await end(of: run)?.steps["a"]?.output == "new")
    }

    @Test func aKeptResultThatIsNotGoodEnoughIsMadeAgain() async throws {
        let step = try Step.fake("a").cached()
        let first = try await harness.start([step])
        harness.attempts.end("a#1", .succeeded(ToolOutput(0)))
        _ = await end(of: first)
        let second = try await harness.start([try step.checked("steps.a.output")])
        harness.attempts.end("a#2", .succeeded(ToolOutput(1)))
        for await batch in harness.engine.events(of: second)
        where batch.events.contains(where: { $0.event.type == "step.failed" }) { break }
        try #require(harness.log.events(of: second).contains { $0.event.type == "step.retry_scheduled" })
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(60))
        #expect(await end(of: second)?.status == .succeeded)
    }

    @Test func waitingForAnotherIsNoSilence() async throws {
        var step = try Step.fake("a", value: "same").cached()
        let first = try await harness.start([step])
        await harness.attempts.start(of: "a#1")
        step.timeout = StepTimeout(idle: .seconds(5))
        let second = try await harness.start([step])
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(6))
        harness.attempts.end("a#1", .succeeded(ToolOutput("made")))
        _ = await end(of: first)
        let snapshot = try #require(await end(of: second))
        #expect(snapshot.steps["a"]?.failure?.message == nil)
        #expect(snapshot.steps["a"]?.output == "made")
    }
}
