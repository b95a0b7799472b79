import SwitchyardCore

/// 10,000 steps that do nothing and need nothing, recorded in the SQLite store.
struct StoredFanCase: BenchmarkCase {
    let name = "fan"
    private static let count = 10_000

    func figures(rounds: Int) async throws -> [Figure] {
        var figures: [Figure] = []
        for slots in [Pipeline.defaultMaxConcurrentSteps, 64] {
            let planned = try BenchmarkGraph.fan(Self.count).pipeline(of: NoOpTool.step)
            var (stored, processor, raw) = (Series(), Series(), Series())
            for _ in 0..<rounds {
                let run = try await StoredRun.run(planned, slots: slots)
                stored.add(run.seconds)
                processor.add(run.processorSeconds)
                raw.add(try await run.rawSeconds())
            }
            let each = Double(Self.count)
            figures += [
                Figure(
                    name: "a step with the store: fan of \(Self.count), \(slots) slots", unit: .milliseconds,
                    series: stored.divided(by: each),
                    floor: .init(name: "the same rows and commits, SQLite alone", series: raw.divided(by: each)),
                    goal: .atMost(0.05)),
                Figure(
                    name: "  of it: processor time", unit: .milliseconds, series: processor.divided(by: each)),
            ]
        }
        return figures
    }
}
