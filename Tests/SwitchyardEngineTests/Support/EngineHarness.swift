import OrderedCollections
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

/// What an engine asked of runs of other processes.
final class SteerRecorder: Sendable {
    private let recorded = Mutex<[String]>([])

    var commands: [String] { recorded.withLock { $0 } }

    func record(_ command: RunCommand, _ run: RunID, _ actor: Actor) {
        recorded.withLock { $0.append("\(command) \(run) by \(actor)") }
    }
}

/// The pipelines that a test says there are, by the path that steps name.
final class ScriptedPipelines: PipelineCatalog {
    private let known = Mutex<[String: Pipeline]>([:])

    func add(
        _ path: String, _ steps: [Step], outputs: OrderedDictionary<String, ValueTemplate> = [:],
        concurrency: ConcurrencyPolicy? = nil
    ) {
        var pipeline = Pipeline(id: path, steps: steps, outputs: outputs)
        pipeline.concurrency = concurrency
        known.withLock { [pipeline] in $0[path] = pipeline }
    }

    func pipeline(
        _ source: NestedPipeline.Source, inputs: Value, in parent: RunCreated
    ) async -> Result<RunnablePipeline, StepFailure> {
        guard case .path(let path) = source else { return .failure(StepFailure(.notFound, "no ids here")) }
        return runnable(path, inputs)
    }

    func pipeline(recordedIn created: RunCreated) async -> Result<RunnablePipeline, StepFailure> {
        runnable(created.pipelineID, created.inputs)
    }

    private func runnable(_ path: String, _ inputs: Value) -> Result<RunnablePipeline, StepFailure> {
        guard let pipeline = known.withLock({ $0[path] }), let graph = try? PipelineGraph.build(pipeline) else {
            return .failure(StepFailure(.notFound, "there is no pipeline \(path)"))
        }
        return .success(
            RunnablePipeline(pipeline: pipeline, graph: graph, inputs: RunInputs(inputs), settings: .null))
    }
}

/// An engine over scripted attempts, a log in memory and a clock that a test moves.
struct EngineHarness {
    let log = InMemoryEventLog()
    let attempts = ScriptedAttempts()
    let clock = ManualClock()
    let reaped = ReapRecorder()
    let steered = SteerRecorder()
    let pipelines = ScriptedPipelines()
    let engine: Engine
    let actor = Actor("ada")

    init() {
        let clock = clock
        let attempts = attempts
        let reaped = reaped
        let steered = steered
        engine = Engine(
            log: log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: attempts),
            clock: EngineClock(now: { clock.now }, sleep: { try await clock.sleep(for: $0) }),
            pipelines: pipelines, steer: { steered.record($0, $1, $2) },
            reap: { reaped.record(.init(run: $1, orphans: $0, started: attempts.started)) }
        )
    }

    func start(
        _ steps: [Step], finally: [Step] = [], slots: Int = 5, paused: Bool = false,
        concurrency: ConcurrencyPolicy? = nil
    ) async throws -> RunID {
        var pipeline = Pipeline(id: "test", steps: steps, finally: finally)
        pipeline.concurrency = concurrency
        return try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(),
            options: .init(slots: slots, startsPaused: paused, seed: 1, workspace: "/w", actor: actor)
        )
    }
}
