import ArgumentParser
import Glibc
import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardSimulation

/// `switchyard torture`: what crashes would do to a pipeline.
struct TortureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Crash a pipeline thousands of times in simulation, and show what would happen twice.",
        discussion: """
            The engine is the real one; its clock, its disk, its power and its tools are simulated: nothing is run.
            What the tools give, how they fail and when everything breaks is drawn from a seed. Exits with 1 if a
            promise of the engine was broken.

              switchyard torture pipeline.yaml
              switchyard torture pipeline.yaml --seeds 100000
              switchyard torture pipeline.yaml --seed 4711        one run again, with all that happens in it
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @Option(name: .long, help: ArgumentHelp("How many runs are simulated.", valueName: "count"))
    var seeds: UInt64 = 2000

    @Option(name: .long, help: ArgumentHelp("Simulate this run alone and print what happens in it.", valueName: "seed"))
    var seed: UInt64?

    @Flag(name: .long, help: "Print what came of it as JSON.")
    var json = false

    mutating func validate() throws {
        guard seeds > 0 else { throw ValidationError("--seeds must be at least 1") }
    }

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let loaded = try assembly.pipeline(at: file)
        loaded.printWarnings()
        try loaded.checkIsRunnable()
        let subject = ScenarioPool.Subject.pipeline(
            loaded.pipeline, loaded.graph, RunInputs(simulating: loaded.pipeline), assembly.tools)
        if let seed {
            var simulation = Simulation(seed: seed, scenarios: ScenarioPool(subject))
            if !json {
                StandardStream.output.write(simulation.transcript.map { Cleaned.line($0) + "\n" }.joined())
            }
            var report = TortureReport()
            report.add(simulation.run())
            try end(report, loaded, assembly.tools, prints: json)
            return
        }
        let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let report = await Torture(subject).run(0..<seeds, workers: workers)
        try end(report, loaded, assembly.tools, prints: true)
    }

    private func end(
        _ report: TortureReport, _ loaded: LoadedPipeline, _ tools: any ToolCatalog, prints: Bool
    ) throws {
        let promises = CrashPromise.all(of: loaded.graph, tools: tools)
        if prints {
            StandardStream.output.write(
                json
                    ? JSON.text(of: Self.json(loaded.pipeline, report, promises), layout: .indented) + "\n"
                    : text(loaded.pipeline, report, promises))
        }
        if !report.failures.isEmpty { throw CommandFailure.exit(.failed) }
    }

    // MARK: For people

    private func text(_ pipeline: Pipeline, _ report: TortureReport, _ promises: [CrashPromise]) -> String {
        var text = """
            \(Cleaned.line(pipeline.id)): \(report.runCount) runs, \(report.crashCount) crashes, \
            \(report.powerLossCount) of them with the loss of events not yet on the disk

            """
        var table = TextTable(["step", "uses", "effect", "after a crash", "tried", "seen"], rightAligned: [4])
        for promise in promises {
            table.append([
                promise.step.rawValue, promise.uses, promise.effect.rawValue + (promise.isClaim ? " *" : ""),
                Self.consequence(promise), String(report.attempts[promise.step] ?? 0), Self.seen(promise, report),
            ])
        }
        text += "\n" + (promises.isEmpty ? "no step calls anything\n" : table.text)
        let claims = promises.filter(\.isClaim)
        if !claims.isEmpty {
            let natures = Self.list(claims.map(\.nature))
            text += "\n* on the file's word alone: by itself, what it uses could be \(natures)\n"
        }
        return text + "\n" + remainder(report, promises)
    }

    private static func consequence(_ promise: CrashPromise) -> String {
        switch promise.effect {
        case .pure: "runs again"
        case .idempotent: "runs again, under the same key"
        case .unsafe: "a person is asked"
        }
    }

    private static func seen(_ promise: CrashPromise, _ report: TortureReport) -> String {
        let again = report.repeatedEffects[promise.step] ?? 0
        let asked = report.unknownOutcomes[promise.step] ?? 0
        let parts = [
            again > 0 ? "\(again) again after it took effect" : nil, asked > 0 ? "\(asked) asked" : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private static func list(_ natures: [Effect]) -> String {
        Effect.allCases.filter(natures.contains).map(\.rawValue).joined(separator: " or ")
    }

    /// What is left for a person to think of.
    private func remainder(_ report: TortureReport, _ promises: [CrashPromise]) -> String {
        guard report.failures.isEmpty else {
            var text = "BROKEN: the engine did not keep its promises. Please report this with the pipeline.\n"
            for failure in report.failures {
                text += "  seed \(failure.seed): \(failure.violation.invariant.rawValue): "
                text += "\(Cleaned.line(failure.violation.message))\n"
            }
            return text + "  `switchyard torture \(Cleaned.line(file)) --seed SEED` shows one of them\n"
        }
        let claims = promises.filter(\.isClaim).map(\.step.rawValue)
        let unreached = promises.filter { report.attempts[$0.step] == nil }.map(\.step.rawValue)
        let unsafe = promises.filter { $0.effect == .unsafe }.map(\.step.rawValue)
        var text = """
            Every promise was kept in every run: no result was recorded twice, and nothing unsafe ran twice unasked.

            """
        if !claims.isEmpty {
            text += "A crash may repeat \(claims.joined(separator: ", ")): see that it does no harm.\n"
        }
        if !unreached.isEmpty {
            text += "Never tried, because no scripted result led there: \(unreached.joined(separator: ", ")).\n"
        }
        if !unsafe.isEmpty {
            let names = unsafe.joined(separator: ", ")
            text += "After a crash a person must say what became of \(names), if it was under way.\n"
        }
        return text
    }

    // MARK: For programs

    private static func json(_ pipeline: Pipeline, _ report: TortureReport, _ promises: [CrashPromise]) -> Value {
        let steps = promises.map { promise -> Value in
            [
                "step": .string(promise.step.rawValue), "uses": .string(promise.uses),
                "effect": .string(promise.effect.rawValue), "nature": .string(promise.nature.rawValue),
                "is_claim": .bool(promise.isClaim), "repeated": .int(report.repeatedEffects[promise.step] ?? 0),
                "attempts": .int(report.attempts[promise.step] ?? 0),
                "outcome_unknown": .int(report.unknownOutcomes[promise.step] ?? 0),
            ]
        }
        let failures = report.failures.map { failure -> Value in
            [
                "seed": .string(String(failure.seed)), "invariant": .string(failure.violation.invariant.rawValue),
                "message": .string(failure.violation.message),
            ]
        }
        let endings = report.endings.sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            "pipeline": .string(pipeline.id), "runs": .int(report.runCount), "events": .int(report.eventCount),
            "attempts": .int(report.attemptCount), "crashes": .int(report.crashCount),
            "power_losses": .int(report.powerLossCount),
            "endings": .object(
                OrderedDictionary(uniqueKeysWithValues: endings.map { ($0.key.rawValue, Value.int($0.value)) })),
            "steps": .array(steps), "broken": .array(failures),
        ]
    }
}
