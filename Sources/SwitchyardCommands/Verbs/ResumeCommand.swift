import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardYAML

/// `switchyard resume`: a run whose process ended before it did goes on.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run whose process ended before it did.",
        discussion: """
            What succeeded is not done again. A step that was under way runs again if it is `pure` or `idempotent`;
            of one that is `unsafe` nobody knows whether it took effect, so a person says what became of it.

              switchyard resume last
              switchyard resume 12 --resolve deploy=done        it did take effect
              switchyard resume 12 --resolve deploy=retry       it did not: try again
              switchyard resume 12 --approve confirm
            """
    )

    @OptionGroup var reference: RunArgument

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What became of a step whose outcome is unknown: `retry`, `done` or `failed`.", valueName: "step=what"))
    var resolve: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where a secret is: `env:VARIABLE` or `file:PATH`; where it was, by itself.", valueName: "name=place"))
    var secret: [String] = []

    @Flag(name: .long, help: "Never ask for secrets that are missing.")
    var noPrompt = false

    @Option(
        name: .long,
        help: ArgumentHelp("What the run may spend in all, in US dollars, instead of its limit.", valueName: "usd"))
    var budget: String?

    @Flag(name: .long, help: "Go on paused, to go through the rest step by step or to cancel it.")
    var step = false

    @OptionGroup var simulation: SimulationOptions
    @OptionGroup var answers: AnswerOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var screen: ScreenOptions

    @MainActor
    mutating func run() async throws {
        if let budget, (BudgetCommand.microdollars(budget) ?? 0) < 1 {
            throw CommandFailure.usage("--budget takes an amount above 0, such as 0.50, not \(budget)")
        }
        if step, output.lineFormat != nil {
            throw CommandFailure.usage(
                "--step needs the dashboard: without it nothing could let the run go on",
                hint: "resume it in a terminal, or leave --step away")
        }
        let assembly = Assembly.current()
        var answers = answers.answers
        answers.resolutions = try Self.resolutions(resolve)
        let theme = try screen.theme(in: assembly.environment)
        let log = try store.open(in: assembly.environment)
        let summary = try await reference.find(in: log)
        guard summary.status == .interrupted else {
            throw CommandFailure.usage(
                summary.status.isFinal
                    ? "run #\(summary.number) has ended: \(summary.status.rawValue)"
                    : "run #\(summary.number) is going on in another process")
        }
        let events = try await log.allEvents(of: summary.run)
        guard case .runCreated(let created)? = events.first?.event else {
            throw CommandFailure.usage("run #\(summary.number) has no definition recorded")
        }
        let loaded = try assembly.pipeline(recordedIn: created)
        try loaded.checkIsRunnable()
        try answers.check(against: loaded.pipeline)
        let secrets = try assembly.secrets(
            for: loaded.pipeline, recorded: created.secretSources, given: secret, asks: !noPrompt)
        let snapshot = RunSnapshot(run: summary.run, folding: events)
        let recorded = try await log.results(takenOverBy: snapshot)
        let format = output.lineFormat
        let actor = assembly.actor(at: format == nil ? "dashboard" : "cli")
        let engine = assembly.engine(
            log,
            simulator: try simulation.use(for: created.file, continuing: events, in: assembly.environment),
            settings: ModelProviders.settings(around: created.file, assembly).settings)
        var limit = snapshot.routing.budget ?? Budget()
        limit.microdollars = budget.flatMap(BudgetCommand.microdollars) ?? limit.microdollars
        let raised = budget == nil ? nil : limit
        let startsPaused = step
        let launch = RunLaunch(actor: actor, answers: answers, printWarnings: {}) { engine throws(EventLogError) in
            try await engine.resume(
                snapshot, pipeline: loaded.pipeline, graph: loaded.graph, secrets: secrets, recorded: recorded,
                startsPaused: startsPaused, by: actor)
            if let raised { _ = await engine.send(.setBudget(step: nil, raised), to: summary.run, by: actor) }
            // Without a dashboard nobody could let a paused run go on. It refuses where it is not paused.
            if format != nil { _ = await engine.send(.resume, to: summary.run, by: actor) }
            return summary.run
        }
        if let format {
            let past = PastOfRun(number: summary.number, events: events)
            try await LineSession(engine: engine, format: format, past: past).run(launch)
        } else {
            try await DashboardSession(assembly: assembly, engine: engine, log: log, screen: screen, theme: theme)
                .run(launch)
        }
    }

    private static func resolutions(_ texts: [String]) throws(CommandFailure) -> [String: Resolution] {
        var resolutions: [String: Resolution] = [:]
        for text in texts {
            guard let equals = text.lastIndex(of: "="),
                let resolution = Resolution(rawValue: String(text[text.index(after: equals)...]))
            else {
                throw .usage(
                    "--resolve \(text) is no step and what became of it",
                    hint: "write --resolve step=retry, step=done or step=failed")
            }
            resolutions[String(text[..<equals])] = resolution
        }
        return resolutions
    }
}
