import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardSimulation
import Testing

/// A pipeline tested against a record of itself has no differences, however that came about.
@Suite struct RehearsalTests {
    private func differences(
        _ steps: [Step], _ stimuli: [Stimulus]
    ) throws -> (differences: [Rehearsal.Difference], recorded: RunSnapshot) {
        let pipeline = Pipeline(id: "test", steps: steps)
        let graph = try PipelineGraph.build(pipeline)
        var machine = RunMachine(
            RunDefinition(
                run: RunID("run"), pipeline: pipeline, graph: graph, inputs: RunInputs(), tools: OneTool(), seed: 1,
                slots: 5, workspace: "/w", actor: Actor("ada")))
        var events: [EventEnvelope] = []
        var time = Timestamp(microseconds: 1_767_225_600_000_000)
        for stimulus in [.start(paused: false)] + stimuli {
            for case .record(let event, _) in machine.handle(stimulus, at: time) { events.append(event) }
            time = time.advanced(by: .seconds(1))
        }
        #expect(machine.snapshot.status.isFinal)
        var rehearsal = Rehearsal(pipeline, graph: graph, inputs: RunInputs(), events: events, tools: OneTool())
        return (rehearsal.run().differences, machine.snapshot)
    }

    private func step(_ id: String, needs: [String] = []) -> Step {
        let place = SourceLocation(file: "test.yaml", line: 1, column: 1)
        return Step(
            id: id, location: place, kind: .tool(name: "one", with: .object([:])),
            needs: needs.map { Located($0, at: place) })
    }

    private func ends(_ step: StepPath, _ attempt: Int = 1, _ output: Value = "ok") -> Stimulus {
        .attemptEnded(AttemptID(step, attempt), .succeeded(ToolOutput(output)))
    }

    @Test func aResultThatWasMadeAgainForItsQuality() throws {
        var judged = step("a")
        judged.quality = QualityPolicy(
            check: .expression(try Expression.parse("steps.a.output")), minScore: 0.5, onLow: .retry)
        let retry = TimerID.retry(AttemptID("a", 1))
        let (differences, recorded) = try differences([judged], [ends("a", 1, 0), .timerFired(retry), ends("a", 2, 1)])
        #expect(recorded.status == .succeeded)
        #expect(differences == [])
    }

    @Test func aStepThatAPersonSkippedBeforeItStarted() throws {
        let (differences, recorded) = try differences(
            [step("a"), step("b", needs: ["a"]), step("c")],
            [.command(.skipStep("b"), by: Actor("ada")), ends("a"), ends("c")])
        #expect(recorded.steps["b"]?.skipReason == .requested)
        #expect(differences == [])
    }

    @Test func aStepThatAPersonSkippedWhileItRan() throws {
        let (differences, recorded) = try differences(
            [step("a"), step("b")],
            [.command(.skipStep("a"), by: Actor("ada")), .attemptEnded(AttemptID("a", 1), .cancelled), ends("b")])
        #expect(recorded.steps["a"]?.skipReason == .requested)
        #expect(differences == [])
    }

    @Test func aStepThatAPersonCancelled() throws {
        let (differences, recorded) = try differences(
            [step("a"), step("b")],
            [.command(.cancelStep("a"), by: Actor("ada")), .attemptEnded(AttemptID("a", 1), .cancelled), ends("b")])
        #expect(recorded.steps["a"]?.state == .cancelled)
        #expect(recorded.status == .failed)
        #expect(differences == [])
    }
}

/// One tool, which machines never run.
private struct OneTool: ToolCatalog, Tool {
    let name = "one"
    let summary = "Does nothing."
    let parameters: [ToolParameter] = []
    var names: [String] { [name] }

    func tool(named name: String) -> (any Tool)? { name == self.name ? self : nil }
    func effect(of arguments: Value) -> Effect { .idempotent }
    func run(_ invocation: ToolInvocation) async -> ToolResult { .succeeded(ToolOutput("ok")) }
}
