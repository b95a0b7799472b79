import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Synchronization

/// Runs every attempt through a script.
struct ScriptedExecutor: StepExecutor {
    let attempts: ScriptedAttempts

    func execute(_ invocation: ToolInvocation, tool: String) async -> ToolResult {
        await attempts.run(invocation)
    }
}

/// What an engine asked to have reaped.
final class ReapRecorder: Sendable {
    /// One call.
    struct Call: Sendable {
        var run: RunID
        var orphans: [OrphanedStep]
        /// The attempts that had been started by then.
        var started: [String]
    }

    private let recorded = Mutex<[Call]>([])

    var calls: [Call] { recorded.withLock { $0 } }

    func record(_ call: Call) { recorded.withLock { $0.append(call) } }
}

/// An engine over scripted attempts, a log in memory and a clock that a test moves.
struct EngineHarness {
    let log = InMemoryEventLog()
    let attempts = ScriptedAttempts()
    let clock = ManualClock()
    let reaped = ReapRecorder()
    let engine: Engine
    let actor = Actor("ada")

    init() {
        let clock = clock
        let attempts = attempts
        let reaped = reaped
        engine = Engine(
            log: log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts),
            clock: EngineClock(now: { clock.now }, sleep: { try await clock.sleep(for: $0) }),
            reap: { reaped.record(.init(run: $1, orphans: $0, started: attempts.started)) }
        )
    }

    func start(
        _ steps: [Step], finally: [Step] = [], slots: Int = 5, paused: Bool = false
    ) async throws -> RunID {
        let pipeline = Pipeline(id: "test", steps: steps, finally: finally)
        return try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(),
            options: .init(slots: slots, startsPaused: paused, seed: 1, workspace: "/w", actor: actor)
        )
    }
}
