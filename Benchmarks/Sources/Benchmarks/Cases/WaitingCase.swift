import SwitchyardCore
import SwitchyardEngine
import SwitchyardStore

/// 10,000 steps that wait for a moment an hour away: what that costs while nothing happens.
struct WaitingCase: BenchmarkCase {
    let name = "waiting"
    private static let count = 10_000
    private static let watched = Duration.seconds(3)

    func figures(rounds: Int) async throws -> [Figure] {
        let folder = try ScratchFolder()
        let kind = StepKind.wait(.duration(Template(literal: "1h")))
        let planned = try BenchmarkGraph.fan(Self.count).pipeline(of: kind)
        // What was measured before has been put away by then.
        _ = try await Self.load(for: .milliseconds(500))
        let idle = try await Self.load()
        let store = try EventStore.open(folder: folder.path)
        let run = try await EngineRun.start(planned, log: store, slots: 5, workspace: folder.path)
        var waiting = 0
        await run.follow { event in
            if case .timerSet = event.event { waiting += 1 }
            return waiting == Self.count
        }
        // What starting them needs is over a moment later.
        _ = try await Self.load(for: .milliseconds(500))
        let busy = try await Self.load()
        let cancelled = await Stopwatch.seconds {
            _ = await run.engine.send(.cancel, to: run.run, by: EngineRun.actor)
            _ = await run.engine.result(of: run.run)
        }
        return [
            Figure(
                name: "\(Self.count) waiting steps, processor time a second", unit: .milliseconds,
                series: Series([busy]), floor: .init(name: "the process without a run", series: Series([idle])),
                // A thousandth of a core is no processor time.
                goal: .atMost(1)),
            Figure(name: "  ending them all", unit: .seconds, series: Series([cancelled])),
        ]
    }

    /// Seconds of processor time that this process uses in one of rest.
    private static func load(for time: Duration = watched) async throws -> Double {
        let before = ProcessUsage.processorSeconds()
        try await Task.sleep(for: time)
        return (ProcessUsage.processorSeconds() - before) / time.seconds
    }
}
