import SwitchyardCore

/// 1,000 steps one after the other, recorded in the SQLite store: pure ones, and those that wait for the disk.
struct StoredChainCase: BenchmarkCase {
    let name = "chain"
    private static let count = 1_000

    func figures(rounds: Int) async throws -> [Figure] {
        var figures: [Figure] = []
        for (effect, goal) in [(Effect.pure, Figure.Goal.atMost(0.1)), (.idempotent, .none), (.unsafe, .none)] {
            let planned = try BenchmarkGraph.chain(Self.count).pipeline(of: NoOpTool.step, effect: effect)
            var (stored, processor, raw, flushes) = (Series(), Series(), Series(), Series())
            for _ in 0..<rounds {
                let run = try await StoredRun.run(planned, slots: Pipeline.defaultMaxConcurrentSteps)
                stored.add(run.seconds)
                processor.add(run.processorSeconds)
                raw.add(try await run.rawSeconds())
                flushes.add(Double(run.flushes))
            }
            let each = Double(Self.count)
            figures += [
                Figure(
                    name: "a step with the store: chain of \(Self.count), \(effect.rawValue)", unit: .milliseconds,
                    series: stored.divided(by: each),
                    floor: .init(name: "the same rows and commits, SQLite alone", series: raw.divided(by: each)),
                    goal: goal),
                Figure(
                    name: "  of it: processor time", unit: .milliseconds, series: processor.divided(by: each)),
            ]
            // The run's own beginning and end wait for the disk as well.
            if effect != .pure {
                figures.append(
                    Figure(
                        name: "  of it: disk flushes", unit: .count,
                        series: Series(flushes.values.map { ($0 - 2) / each }), goal: .atMost(1.01)))
            }
        }
        return figures
    }
}
