import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import SwitchyardYAML

/// A run made of a recorded one, from the command line.
@MainActor
struct ForkSession {
    let fork: ForkOptions
    var answers: RunAnswers
    let store: StoreOptions
    let format: LineFormat?
    let screen: ScreenOptions

    /// Starts the new run and shows it to its end.
    ///
    /// - Parameter extent: how much of the recorded run is taken over.
    func run(
        _ reference: RunArgument,
        extent: (RunSummary, [EventEnvelope]) throws(CommandFailure) -> RunAgainExtent
    ) async throws {
        let assembly = Assembly.current()
        if fork.step, format != nil {
            throw CommandFailure.usage(
                "--step needs the dashboard: without it nothing could let the run go on",
                hint: "run it in a terminal, or leave --step away")
        }
        let theme = try screen.theme(in: assembly.environment)
        let log = try store.open(in: assembly.environment)
        let summary = try await reference.find(in: log)
        let events = try await log.allEvents(of: summary.run)
        guard case .runCreated(let created)? = events.first?.event else {
            throw CommandFailure.usage("run #\(summary.number) has no definition recorded")
        }
        let extent = try extent(summary, events)
        let loaded = try definition(of: created, assembly)
        try loaded.checkIsRunnable()
        try answers.check(against: loaded.pipeline)
        let inputs = try assembly.inputs(for: loaded.pipeline, fork.inputs, recorded: created)
        let simulator = try fork.simulation.use(for: created.file, continuing: events, in: assembly.environment)
        let again = try RunAgain(
            extent, events: events, loaded: loaded, created: created, inputs: inputs, simulator: simulator)
        if let recorded = again.recorded {
            StandardStream.error.write(Self.note(recorded, again.repeated, number: summary.number))
        }
        let engine = assembly.engine(
            log, simulator: simulator, settings: ModelProviders.settings(around: created.file, assembly).settings)
        let actor = assembly.actor(at: format == nil ? "dashboard" : "cli")
        let (slots, startsPaused) = (fork.slots, fork.step)
        let launch = RunLaunch(actor: actor, answers: answers, printWarnings: loaded.printWarnings) {
            engine throws(EventLogError) in
            try await again.start(on: engine, slots: slots, startsPaused: startsPaused, by: actor)
        }
        if let format {
            loaded.printWarnings()
            try await LineSession(engine: engine, format: format).run(launch)
        } else {
            try await DashboardSession(assembly: assembly, engine: engine, log: log, screen: screen, theme: theme)
                .run(launch)
        }
    }

    private func definition(of created: RunCreated, _ assembly: Assembly) throws(CommandFailure) -> LoadedPipeline {
        if let file = fork.file { return try assembly.pipeline(at: file, settings: fork.settings.set) }
        guard fork.edit else { return try assembly.pipeline(recordedIn: created, settings: fork.settings.set) }
        let editor = DefinitionEditor(environment: assembly.environment)
        guard let text = try editor.edit(created.definition, name: created.fileName) else {
            throw .usage("the definition was left as it is; nothing was started")
        }
        var edited = created
        edited.definition = text
        return try assembly.pipeline(recordedIn: edited, settings: fork.settings.set)
    }

    /// What is taken over, and what that leaves to happen twice.
    private static func note(_ recorded: RecordedResults, _ repeated: [StepPath], number: Int) -> String {
        let count = recorded.count
        var text = "switchyard: takes over \(count) \(count == 1 ? "result" : "results") of run #\(number)\n"
        if !repeated.isEmpty {
            let names = repeated.prefix(8).map { Cleaned.line($0.rawValue) }.joined(separator: ", ")
            let more = repeated.count > 8 ? " and \(repeated.count - 8) more" : ""
            text += "switchyard: succeeded there and is done again: \(names)\(more)\n"
        }
        return text
    }
}
