import SwitchyardCore
import SwitchyardEngine

/// A run of the real engine.
struct EngineRun {
    let engine: Engine
    let run: RunID

    static let actor = Actor("benchmark")

    /// Starts `planned` over `log`.
    static func start(
        _ planned: PlannedPipeline, log: any EventLog, tools: any ToolCatalog = BenchmarkTools(), slots: Int,
        workspace: String
    ) async throws -> EngineRun {
        let engine = Engine(log: log, tools: tools)
        let run = try await engine.start(
            planned.pipeline, graph: planned.graph, inputs: RunInputs(),
            options: .init(slots: slots, seed: 1, workspace: workspace, actor: actor))
        return EngineRun(engine: engine, run: run)
    }

    /// Waits for the run's end. Fails unless every step succeeded: the figures of a run that failed mean nothing.
    @discardableResult
    func success() async throws -> RunSnapshot {
        guard let result = await engine.result(of: run) else { throw Failure("the run is not the engine's") }
        guard result.ending == .ended, result.snapshot.status == .succeeded else {
            throw Failure("the run ended \(result.ending): \(result.snapshot.failure?.message ?? "no failure")")
        }
        return result.snapshot
    }

    /// Takes every event in turn until `isEnough` says so.
    func follow(until isEnough: (EventEnvelope) async -> Bool) async {
        for await batch in engine.events(of: run) {
            for event in batch.events where await isEnough(event) { return }
        }
    }
}
