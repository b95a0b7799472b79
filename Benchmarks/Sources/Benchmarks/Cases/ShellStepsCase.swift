import SwitchyardCore
import SwitchyardEngine
import SwitchyardStore

/// 1,000 steps that are processes, beside the same processes spawned bare.
struct ShellStepsCase: BenchmarkCase {
    let name = "shell"
    private static let count = 1_000

    func figures(rounds: Int) async throws -> [Figure] {
        let (count, slots) = (Self.count, Pipeline.defaultMaxConcurrentSteps)
        let script: ShellTemplate
        do {
            script = try ShellTemplate.parse("true", shell: "bash", allowsRaw: false)
        } catch {
            throw Failure("the script is no template: \(error)")
        }
        let bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "true", "switchyard"]
        let kinds: [(name: String, kind: StepKind, argv: [String], goal: Figure.Goal)] = [
            ("run: 'true' in bash", .run(script, shell: "bash"), bash, .ratio(1.1)),
            ("argv: [true]", .argv([Template(literal: "true")]), ["true"], .none),
        ]
        var figures: [Figure] = []
        for (name, kind, argv, goal) in kinds {
            let planned = try BenchmarkGraph.fan(count).pipeline(of: kind)
            let series = try await Rounds.measure(
                min(rounds, 3),
                [
                    { try await StoredRun.run(planned, slots: slots).seconds },
                    { try await Self.withoutStore(planned, slots: slots) },
                    { await Stopwatch.seconds { await LibrarySpawn.runner(argv, count: count, slots: slots) } },
                    { await Stopwatch.seconds { await LibrarySpawn.subprocess(argv, count: count, slots: slots) } },
                    { try await Stopwatch.seconds { try await BareSpawn.run(argv, count: count, slots: slots) } },
                ]
            ).map { $0.divided(by: Double(count)) }
            let floor = Figure.Floor(name: "posix_spawn, \(slots) at once", series: series[4])
            figures += [
                Figure(
                    name: "a process with the store: \(name)", unit: .milliseconds, series: series[0], floor: floor,
                    goal: goal),
                Figure(name: "  the same without a store", unit: .milliseconds, series: series[1], floor: floor),
                Figure(name: "  by ProcessRunner alone", unit: .milliseconds, series: series[2], floor: floor),
                Figure(
                    name: "  by swift-subprocess alone, unread", unit: .milliseconds, series: series[3], floor: floor),
            ]
        }
        return figures
    }

    private static func withoutStore(_ planned: PlannedPipeline, slots: Int) async throws -> Double {
        let folder = try ScratchFolder()
        return try await Stopwatch.seconds {
            try await EngineRun.start(
                planned, log: ForgetfulLog(folder: folder.path), slots: slots, workspace: folder.path
            ).success()
        }
    }
}
