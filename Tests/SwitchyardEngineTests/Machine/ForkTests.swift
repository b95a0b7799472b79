import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

@Suite struct ForkTests {
    /// Everything a run recorded in which every attempt succeeds with its `value`, but those of `failing`.
    private func record(_ steps: [Step], failing: Set<StepPath> = []) throws -> [EventEnvelope] {
        var run = try MachineTranscript(steps)
        var queue = run.perform(.start(paused: false))
        var next = 0
        while next < queue.count {
            if case .start(let attempt) = queue[next] {
                let result: ToolResult =
                    failing.contains(attempt.id.step)
                    ? .failed(StepFailure(.exitCode, "it broke"))
                    : .succeeded(ToolOutput(attempt.arguments["value"]))
                queue += run.perform(.attemptEnded(attempt.id, result))
            }
            next += 1
        }
        return queue.events
    }

    private func retry(
        _ steps: [Step], _ events: [EventEnvelope], from step: StepPath? = nil
    ) throws -> MachineTranscript {
        let origin = ForkOrigin(
            retrying: RunSnapshot(run: RunID("run"), folding: events), from: step,
            graph: try PipelineGraph.build(Pipeline(id: "test", steps: steps)))
        return try MachineTranscript(steps, recorded: RecordedResults(origin, events: events))
    }

    @Test func whatSucceededIsTakenOverAndWhatFailedIsTriedAgain() throws {
        let steps: [Step] = try [
            .fake("a", value: "one"), .fake("b", value: "{{ steps.a.output }}", onFailure: .fail),
            .fake("c", needs: ["b"]),
        ]
        let events = try record(steps, failing: ["b"])
        var run = try retry(steps, events)
        let seq = try #require(events.first { $0.step == "a" && $0.event.type == "step.succeeded" }?.seq)
        #expect(
            run.start() == [
                "run.created by test !", "run.forked run \(events.count) by test", "plan.compiled", "run.started",
                "step.ready a", "step.succeeded a from run \(seq)", "step.ready b", "step.started b#1 !", "START b#1",
            ])
        #expect(run.snapshot.steps["a"]?.output == "one")
        #expect(run.snapshot.steps["a"]?.attempts.isEmpty == true)
        #expect(run.snapshot.steps["b"]?.attempts.last?.input == ["value": "one"])
    }

    @Test func whatWasUndoneIsDoneAgainWhereverTheForkBegins() throws {
        let steps: [Step] = try [.fake("a").undone(), .fake("b", needs: ["a"]), .fake("c", needs: ["a"])]
        let events = try record(steps, failing: ["b"])
        let snapshot = RunSnapshot(run: RunID("run"), folding: events)
        #expect(snapshot.steps["a/:compensate"]?.state == .succeeded)
        let graph = try PipelineGraph.build(Pipeline(id: "test", steps: steps))
        // Before it was undone, and after.
        for seq in [try #require(snapshot.steps["a"]?.endedSeq), snapshot.lastSeq] {
            let origin = ForkOrigin(of: snapshot, at: seq, graph: graph)
            var run = try MachineTranscript(steps, recorded: RecordedResults(origin, events: events))
            #expect(run.start().suffix(2) == ["step.started a#1 !", "START a#1"])
        }
    }

    @Test func whatIsTakenOverIsNotUndone() throws {
        let steps: [Step] = try [
            .fake("a").undone(), .group("g", [.fake("x")]).undone(), .fake("b", needs: ["a", "g"]).undone(),
            .fake("c", needs: ["b"]),
        ]
        let events = try record(steps)
        var run = try retry(steps, events, from: "b")
        _ = run.start()
        _ = run.succeed("b")
        // The run that did it has it to answer for.
        let lines = run.fail("c")
        #expect(lines.contains("compensation.planned b/:compensate !"), "\(lines)")
        // So it is for whoever goes on with the fork.
        var other = try MachineTranscript(resuming: run.events.through("step.succeeded", "b"), steps)
        _ = other.takeOver()
        #expect(other.fail("c").contains("compensation.planned b/:compensate !"))
    }

    @Test func fromAStepOnEverythingThatFollowsFromItIsDoneAgain() throws {
        let steps: [Step] = try [
            .fake("a", value: "1"), .fake("b", needs: ["a"], value: "2"), .fake("c", needs: ["b"], value: "3"),
            .fake("d", needs: ["a"], value: "4"), .fake("e", needs: ["c", "d"], value: "5"),
        ]
        var run = try retry(steps, try record(steps), from: "b")
        #expect(run.runToEnd() == ["b", "c", "e"])
        #expect(run.snapshot.status == .succeeded)
    }

    @Test func aStepWhoseInputChangedIsDoneAgain() throws {
        let old: [Step] = try [.fake("a", value: "1"), .fake("b", value: "{{ steps.a.output }}")]
        let new: [Step] = try [.fake("a", value: "2"), .fake("b", value: "{{ steps.a.output }}")]
        let events = try record(old)
        var same = try retry(old, events)
        #expect(same.runToEnd() == [])
        var changed = try retry(new, events)
        #expect(changed.runToEnd() == ["a", "b"])
    }

    @Test func aStepOfAnItemIsDoneAgainInThatItemAlone() throws {
        let group = Step.group(
            "g", [try .fake("x", value: "{{ item }}"), try .fake("y", value: "{{ steps.x.output }}")])
        let steps: [Step] = try [
            group.foreach("{{ ['p', 'q'] }}", key: "{{ item }}"), .fake("z", value: "{{ steps.g.output | length }}"),
        ]
        let events = try record(steps)
        var run = try retry(steps, events, from: "g[p]/y")
        #expect(run.runToEnd() == ["g[p]/y", "z"])
        #expect(run.snapshot.steps["g"]?.output == [["x": "p", "y": "p"], ["x": "q", "y": "q"]])
    }

    @Test func laterIterationsFollowFromAStepOfAnEarlierOne() throws {
        let body = Step.group("g", [try .fake("x", value: "{{ loop.index }}")])
        let steps = [try body.until("loop.index >= 3")]
        let events = try record(steps)
        var run = try retry(steps, events, from: "g@2/x")
        #expect(run.runToEnd() == ["g@2/x", "g@3/x"])
    }

    @Test func whatWasUndoneIsDoneAgain() throws {
        let steps: [Step] = try [
            .fake("a", value: "1").undone(), .fake("b", needs: ["a"], value: "2"), .fake("c", value: "3"),
            .fake("d", needs: ["b", "c"]),
        ]
        let events = try record(steps, failing: ["d"])
        var run = try retry(steps, events)
        #expect(run.runToEnd() == ["a", "b", "d"])
    }

    @Test func aForkOfAForkKnowsTheFirstRecord() throws {
        let steps: [Step] = try [.fake("a", value: "1"), .fake("b", value: "2", onFailure: .continue)]
        let events = try record(steps, failing: ["b"])
        var second = try retry(steps, events)
        let recorded = second.perform(.start(paused: false)).events
        var third = try retry(steps, recorded)
        let line = third.start().first { $0.hasPrefix("step.succeeded a") }
        let seq = try #require(events.first { $0.step == "a" && $0.event.type == "step.succeeded" }?.seq)
        #expect(line == "step.succeeded a from run \(seq)")
    }

    @Test func whatCameAfterTheEventIsNotTakenOver() throws {
        let steps: [Step] = try [.fake("a", value: "1"), .fake("b", needs: ["a"], value: "2", onFailure: .continue)]
        let events = try record(steps, failing: ["b"])
        let seq = try #require(events.first { $0.step == "b" }?.seq)
        var early = try MachineTranscript(
            steps, recorded: RecordedResults(ForkOrigin(run: RunID("run"), seq: seq), events: events))
        #expect(early.runToEnd() == ["b"])
        let whole = ForkOrigin(run: RunID("run"), seq: events.count, keepsFailures: true)
        var late = try MachineTranscript(steps, recorded: RecordedResults(whole, events: events))
        #expect(late.runToEnd() == [])
        #expect(late.snapshot.steps["b"]?.state == .failed)
    }
}
