import Glibc
import SwitchyardCore
import SwitchyardEngine
import SwitchyardStore

/// The end of a run with 1,000 running processes.
struct CancelCase: BenchmarkCase {
    let name = "cancel"
    private static let count = 1_000
    private static let argv = ["sleep", "600"]

    func figures(rounds: Int) async throws -> [Figure] {
        ProcessUsage.raiseDescriptorLimit()
        var left = Series()
        let series = try await Rounds.measure(
            min(rounds, 3), warmUp: false,
            [
                {
                    let (seconds, survivors) = try await Self.cancel()
                    left.add(Double(survivors))
                    return seconds
                }, { try await Self.endBare() },
            ])
        return [
            Figure(
                name: "cancelling \(Self.count) running processes", unit: .seconds, series: series[0],
                floor: .init(name: "kill and waitpid of as many", series: series[1]), goal: .atMost(1)),
            Figure(
                name: "  processes left", unit: .count, series: Series([left.values.max() ?? 0]), goal: .atMost(0)),
        ]
    }

    /// Returns how long the cancellation took and how many processes outlived it.
    private static func cancel() async throws -> (seconds: Double, survivors: Int) {
        let folder = try ScratchFolder()
        let planned = try BenchmarkGraph.fan(count).pipeline(of: .argv(argv.map { Template(literal: $0) }))
        let store = try EventStore.open(folder: folder.path)
        let run = try await EngineRun.start(planned, log: store, slots: count, workspace: folder.path)
        var groups: [Int32] = []
        await run.follow { event in
            if case .stepProgress(let progress) = event.event { groups.append(progress.processGroup) }
            return groups.count == count
        }
        let seconds = await Stopwatch.seconds {
            _ = await run.engine.send(.cancel, to: run.run, by: EngineRun.actor)
            _ = await run.engine.result(of: run.run)
        }
        return (seconds, groups.count { kill(-$0, 0) == 0 })
    }

    private static func endBare() async throws -> Double {
        var processes: [pid_t] = []
        for _ in 0..<count { processes.append(try BareSpawn.start(argv)) }
        return await Stopwatch.seconds {
            for process in processes { kill(process, SIGTERM) }
            for process in processes { BareSpawn.wait(for: process) }
        }
    }
}
