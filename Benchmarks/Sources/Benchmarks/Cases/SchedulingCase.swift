import SwitchyardCore
import SwitchyardEngine

/// Steps that do nothing, without a store: what deciding and driving cost.
struct SchedulingCase: BenchmarkCase {
    let name = "scheduling"
    private static let slots = 16

    func figures(rounds: Int) async throws -> [Figure] {
        var figures: [Figure] = []
        for graph in [BenchmarkGraph.fan(10_000), .chain(1_000), .layers(100, width: 100)] {
            figures += try await self.figures(graph, rounds: rounds)
        }
        return figures
    }

    private func figures(_ graph: BenchmarkGraph, rounds: Int) async throws -> [Figure] {
        let folder = try ScratchFolder()
        let log = ForgetfulLog(folder: folder.path)
        let planned = try graph.pipeline(of: NoOpTool.step)
        let dependents = graph.dependents
        let series = try await Rounds.measure(
            rounds,
            [
                {
                    try await Stopwatch.seconds {
                        try await EngineRun.start(planned, log: log, slots: Self.slots, workspace: folder.path)
                            .success()
                    }
                },
                { await Stopwatch.seconds { Self.decide(planned) } },
                {
                    await Stopwatch.seconds {
                        await BareTaskGroup.run(graph, dependents: dependents, slots: Self.slots)
                    }
                },
            ]
        ).map { $0.divided(by: Double(graph.count)) }
        let floor = Figure.Floor(name: "bare task group", series: series[2])
        return [
            Figure(
                name: "a step, no store: \(graph.name)", unit: .microseconds, series: series[0], floor: floor,
                goal: .ratio(2)),
            Figure(
                name: "  of it: what RunMachine decides", unit: .microseconds, series: series[1], floor: floor),
        ]
    }

    /// The machine alone: every attempt succeeds at once.
    private static func decide(_ planned: PlannedPipeline) {
        let definition = RunDefinition(
            run: RunID("0000000000000001"), pipeline: planned.pipeline, graph: planned.graph, inputs: RunInputs(),
            tools: BenchmarkTools(), seed: 1, slots: slots, workspace: "/", actor: EngineRun.actor)
        var machine = RunMachine(definition)
        let time = Timestamp(microseconds: 0)
        var instructions = machine.handle(.start(paused: false), at: time)
        while true {
            let started = instructions.compactMap { if case .start(let attempt) = $0 { attempt.id } else { nil } }
            if started.isEmpty { return }
            instructions = started.flatMap {
                machine.handle(.attemptEnded($0, .succeeded(ToolOutput(.null))), at: time)
            }
        }
    }
}
