import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

@Suite struct AutoReaderTests {
    private func run(_ words: String, _ models: ScriptedModels) async throws -> [RoutingEvent] {
        let log = InMemoryEventLog()
        let step = Step(
            id: "ask", location: Step.place,
            kind: .prompt(PromptStep(messages: [PromptMessage(.user, try Template.parse("hi"))])),
            model: ModelPolicy(model: .automatic(words: words)))
        let pipeline = Pipeline(id: "test", steps: [step])
        let engine = Engine(log: log, tools: CountingTools(.pure), models: models)
        let run = try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(),
            options: .init(seed: 1, workspace: "/", actor: Actor("ada")))
        _ = await engine.result(of: run)
        return log.events(of: run).compactMap { if case .routing(let event) = $0.event { event } else { nil } }
    }

    @Test func whatTheRulesDoNotUnderstandACheapModelReads() async throws {
        let models = ScriptedModels(routing: RoutingSettings(autoModel: "test/m"))
        models.answer("{}", structured: ["task": ["summarize"], "tier": [], "wish": ["fast"], "needs": []])
        models.answer("hello")
        let events = try await run("etwas Flottes zum Kürzen", models)
        #expect(
            events == [
                .autoResolved(
                    AutoResolution(
                        text: "etwas Flottes zum Kürzen", understood: ["fast", "summarize"],
                        reader: ScriptedModels.model))
            ])
        #expect(models.requests.count == 2)
    }

    @Test func whatTheRulesUnderstandNobodyIsAsked() async throws {
        let models = ScriptedModels(routing: RoutingSettings(autoModel: "test/m"))
        models.answer("hello")
        let events = try await run("something fast", models)
        #expect(events == [.autoResolved(AutoResolution(text: "something fast", understood: ["fast"]))])
        #expect(models.requests.count == 1)
    }

    @Test func aReaderThatFailsKeepsNothingFromGoingOn() async throws {
        let models = ScriptedModels(routing: RoutingSettings(autoModel: "test/m"))
        models.fail(.refused)
        models.answer("hello")
        let events = try await run("etwas Flottes", models)
        #expect(events.last == .autoResolved(AutoResolution(text: "etwas Flottes", understood: [])))
    }
}
