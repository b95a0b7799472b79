import SwitchyardCore
import SwitchyardEngine
import SwitchyardStore

/// What a long run of processes holds on to: file descriptors and memory after 1,000, 5,000 and 10,000 steps.
struct SteadinessCase: BenchmarkCase {
    let name = "steadiness"
    private static let marks = [1_000, 5_000, 10_000]

    private struct Sample {
        var descriptors: Int
        var bytes: Int

        static func now() -> Sample {
            Sample(descriptors: ProcessUsage.openDescriptors(), bytes: ProcessUsage.residentBytes())
        }
    }

    func figures(rounds: Int) async throws -> [Figure] {
        let samples = try await Self.samples()
        return zip(Self.marks, samples).flatMap { mark, sample in
            let isFirst = mark == Self.marks[0]
            let grown = Double(sample.bytes - samples[0].bytes) / Double(max(1, mark - Self.marks[0]))
            return [
                Figure(
                    name: "file descriptors after \(mark) steps", unit: .count,
                    series: Series([Double(sample.descriptors)]),
                    goal: isFirst ? .none : .atMost(Double(samples[0].descriptors))),
                Figure(
                    name: "resident memory after \(mark) steps", unit: .megabytes,
                    series: Series([Double(sample.bytes) / 1e6])),
            ]
                + (isFirst
                    ? [] : [Figure(name: "  grown, for each step", unit: .bytes, series: Series([grown]))])
        }
    }

    /// The run is paused for each sample until nothing of it runs, so that what is counted is what stays.
    private static func samples() async throws -> [Sample] {
        let folder = try ScratchFolder()
        let planned = try BenchmarkGraph.fan(marks[marks.count - 1])
            .pipeline(of: .argv([Template(literal: "true")]))
        let store = try EventStore.open(folder: folder.path)
        let run = try await EngineRun.start(planned, log: store, slots: 5, workspace: folder.path)
        var (started, ended, isPausing, isPaused) = (0, 0, false, false)
        var samples: [Sample] = []
        await run.follow { event in
            if case .stepStarted = event.event { started += 1 }
            if case .stepSucceeded = event.event { ended += 1 }
            if case .runPaused = event.event { isPaused = true }
            let isOver = event.event == .runSucceeded(outputs: .null)
            if isPaused && started == ended || isOver {
                samples.append(.now())
                if isOver { return true }
                (isPausing, isPaused) = (false, false)
                _ = await run.engine.send(.resume, to: run.run, by: EngineRun.actor)
            } else if !isPausing, samples.count < marks.count - 1, ended >= marks[samples.count] {
                isPausing = true
                _ = await run.engine.send(.pause, to: run.run, by: EngineRun.actor)
            }
            return false
        }
        guard samples.count == marks.count else { throw Failure("the run gave \(samples.count) samples") }
        return samples
    }
}
