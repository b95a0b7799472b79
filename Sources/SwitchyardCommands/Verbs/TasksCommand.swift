import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardYAML

/// `switchyard tasks`: what models can be asked to do, and how well each does it.
struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List the tasks that are known, the tier each wants, and what was learned of models at them.",
        discussion: """
            A model step names its task with `task: summarize`. What is learned comes from the calls of the last 14 days:
            answers that were used, repaired or not used, scores of `quality`, and what people said with `switchyard rate`.

              switchyard tasks
              switchyard tasks --json
              switchyard tasks --simulated      what a simulator taught, which counts only where one answers
            """)

    @Flag(name: .long, help: "What calls that a simulator answered taught.")
    var simulated = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let catalogue = ModelProviders.settings(assembly).settings.catalogue
        let now = EngineClock.system().now()
        let ledger = try await store.quality(in: assembly.environment, isSimulated: simulated, at: now)
        let learned = OrderedDictionary(grouping: ledger.learned(catalogue, at: now), by: \.task)
        StandardStream.output.write(
            json ? JSON.text(of: Self.json(learned), layout: .indented) + "\n" : Self.text(learned))
    }

    private static func text(_ learned: OrderedDictionary<String?, [QualityLedger.Learned]>) -> String {
        var table = TextTable(["task", "tier", "needs", "what it is"])
        for task in KnownTask.all { table.append([task.name, task.tier.rawValue, needs(task), task.summary]) }
        var text = table.text
        guard !learned.isEmpty else {
            return text + "\nnothing was learned yet: the answers of runs teach which model does which task well\n"
        }
        var rows = TextTable(["learned", "model", "good", "answers", "time", "tokens"], rightAligned: [2, 3, 4, 5])
        for (task, models) in learned {
            for (index, model) in models.enumerated() {
                rows.append([
                    index == 0 ? task ?? "no task" : "", model.model.description,
                    TelemetryOutput.percent(model.belief.mean), "\(model.belief.samples)",
                    TelemetryOutput.duration(model.latency), model.outputTokens.map(TelemetryOutput.count) ?? "–",
                ])
            }
        }
        text += "\n" + rows.text
        return text
    }

    private static func json(_ learned: OrderedDictionary<String?, [QualityLedger.Learned]>) -> Value {
        let known = KnownTask.all.map { task -> Value in
            [
                "task": .string(task.name), "tier": .string(task.tier.rawValue), "summary": .string(task.summary),
                "needs": Value(capabilities(task)), "learned": .array((learned[task.name] ?? []).map(\.json)),
            ]
        }
        let others = learned.filter { task, _ in task.flatMap(KnownTask.named) == nil }.map { task, models -> Value in
            [
                "task": Value(task), "tier": .null, "summary": .null, "needs": .array([]),
                "learned": .array(models.map(\.json)),
            ]
        }
        return .array(known + others)
    }

    private static func needs(_ task: KnownTask) -> String { capabilities(task).joined(separator: ", ") }

    private static func capabilities(_ task: KnownTask) -> [String] {
        ModelCapability.allCases.filter(task.needs.contains).map(\.rawValue)
    }
}

extension QualityLedger.Learned {
    fileprivate var json: Value {
        [
            "model": .string(model.description), "good": .double(belief.mean),
            "good_at_least": .double(belief.lowerBound), "answers": .int(belief.samples),
            "median_ms": Value(latency.map { Int($0.wholeMicroseconds / 1000) }),
            "output_tokens": Value(outputTokens),
        ]
    }
}
