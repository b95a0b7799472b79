import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport

/// Runs every attempt through a script.
struct ScriptedExecutor: StepExecutor {
    let attempts: ScriptedAttempts

    func execute(_ invocation: ToolInvocation, tool: String) async -> ToolResult {
        await attempts.run(invocation)
    }
}

/// An engine over scripted attempts, a log in memory and a clock that a test moves.
struct EngineHarness {
    let log = InMemoryEventLog()
    let attempts = ScriptedAttempts()
    let clock = ManualClock()
    let engine: Engine
    let actor = Actor("ada")

    init() {
        let clock = clock
        engine = Engine(
            log: log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts),
            clock: EngineClock(now: { clock.now }, sleep: { try await clock.sleep(for: $0) })
        )
    }

    func start(
        _ steps: [Step], finally: [Step] = [], slots: Int = 5, paused: Bool = false
    ) async throws -> RunID {
        let pipeline = Pipeline(id: "test", steps: steps, finally: finally)
        return try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: [:],
            options: .init(slots: slots, startsPaused: paused, seed: 1, workspace: "/w", actor: actor)
        )
    }
}
