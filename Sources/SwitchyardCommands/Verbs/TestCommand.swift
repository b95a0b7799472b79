import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import SwitchyardSimulation

/// `switchyard test`: a pipeline against what a recorded run got.
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run a pipeline against the recorded results of a run, and compare.",
        discussion: """
            Nothing is run and no key is needed: tools, models and people answer what they answered in the recorded run,
            and the clock is the record's. Exits with 1 if anything came out otherwise: a step that asks for something
            else, that ends otherwise or gives another output, one that is new or gone, other outputs of the run.

              switchyard test deploy.yaml --from-run last
              switchyard test deploy.yaml --from-run 12 --input host=web2
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp("The recorded run: its number, the beginning of its id, or `last`.", valueName: "run"))
    var fromRun: String

    @OptionGroup var inputs: InputOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print the differences as JSON.")
    var json = false

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let loaded = try assembly.pipeline(at: file, settings: settings.set)
        try loaded.checkIsRunnable()
        let log = try store.open(in: assembly.environment, readOnly: true)
        let summary = try await RunArgument.find(fromRun, in: log)
        guard summary.status == .succeeded || summary.status == .failed else {
            throw CommandFailure.usage(
                "run #\(summary.number) is \(summary.status.rawValue), and there is nothing to compare with",
                hint: "take a run that came to its own end")
        }
        let events = try await log.allEvents(of: summary.run)
        guard case .runCreated(let created)? = events.first?.event else {
            throw CommandFailure.usage("run #\(summary.number) has no definition recorded")
        }
        let inputs = try assembly.inputs(rehearsing: loaded.pipeline, self.inputs, recorded: created)
        var rehearsal = Rehearsal(
            loaded.pipeline, graph: loaded.graph, inputs: inputs, events: events, tools: assembly.tools)
        let report = rehearsal.run()
        if json {
            let value: Value = [
                "run": .string(summary.run.rawValue), "steps": .int(report.snapshot.steps.count),
                "differences": .array(report.differences.map(\.json)),
            ]
            StandardStream.output.write(JSON.text(of: value, layout: .indented) + "\n")
        } else {
            for difference in report.differences { StandardStream.output.write(difference.text) }
            let steps = CountText.of(report.snapshot.steps.count, "step")
            let count = report.differences.count
            let verdict = count == 0 ? "as in run #\(summary.number)" : CountText.of(count, "difference")
            StandardStream.output.write("\(Cleaned.line(file)): \(steps), \(verdict)\n")
        }
        if !report.differences.isEmpty { throw CommandFailure.exit(.failed) }
    }
}

extension Rehearsal.Difference {
    private var subject: String {
        switch self {
        case .unrecorded(let path, _), .gone(let path), .input(let path, _, _), .state(let path, _, _, _),
            .output(let path, _, _):
            path.rawValue
        case .status, .outputs: "run"
        }
    }

    private var kind: String {
        switch self {
        case .unrecorded: "unrecorded"
        case .gone: "gone"
        case .input: "input"
        case .state: "state"
        case .output: "output"
        case .status: "status"
        case .outputs: "outputs"
        }
    }

    private var sides: (then: String, now: String)? {
        switch self {
        case .unrecorded, .gone: nil
        case .input(_, let then, let now), .output(_, let then, let now), .outputs(let then, let now):
            (JSON.text(of: then), JSON.text(of: now))
        case .state(_, let then, let now, let why): (then.name, now.name + (why.map { ": \($0)" } ?? ""))
        case .status(let then, let now, let why): (then.rawValue, now.rawValue + (why.map { ": \($0)" } ?? ""))
        }
    }

    private var sentence: String {
        switch self {
        case .unrecorded(_, let attempt):
            attempt > 1 ? "there is no record of an attempt \(attempt)" : "there is no record of it"
        case .gone: "did not come to be"
        case .input: "asked for something else"
        case .state, .status: "ended otherwise"
        case .output: "gave another output"
        case .outputs: "gave other outputs"
        }
    }

    /// The difference in lines.
    fileprivate var text: String {
        var text = "✗ \(Cleaned.line(subject))  \(sentence)\n"
        if let (then, now) = sides {
            for (label, side) in [("then", then), ("now ", now)] {
                let line = Cleaned.line(side)
                text += "    \(label)  \(line.count > 400 ? line.prefix(400) + "…" : line)\n"
            }
        }
        return text
    }

    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "kind": .string(kind), "step": subject == "run" ? .null : .string(subject),
            "message": .string(sentence),
        ]
        switch self {
        case .unrecorded, .gone: break
        case .input(_, let then, let now), .output(_, let then, let now), .outputs(let then, let now):
            object["then"] = then
            object["now"] = now
        case .state, .status:
            object["then"] = .string(sides?.then ?? "")
            object["now"] = .string(sides?.now ?? "")
        }
        return .object(object)
    }
}
