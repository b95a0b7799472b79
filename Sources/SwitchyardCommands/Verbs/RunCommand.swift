import ArgumentParser
import Glibc
import NCursesTerminal
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import SwitchyardTools
import SwitchyardYAML

/// `switchyard run`: a pipeline, live.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a pipeline, in the dashboard or line by line.",
        discussion: """
            With a terminal, the dashboard opens: `?` shows its keys. Otherwise, and with --plain, --linear or --json,
            every event is printed as it happens, and ^C cancels the run (twice: stops at once).

              switchyard run sample-pipelines/repo-health.yaml
              switchyard run deploy.yaml --input host=web1 --slots 16
              switchyard run deploy.yaml --step          start paused, then `s` starts one step at a time
              switchyard run deploy.yaml --json | jq .type
              switchyard run deploy.yaml --secret token=env:TOKEN --approve confirm
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @OptionGroup var inputs: InputOptions

    @Option(name: .long, help: ArgumentHelp("How many steps may run at once.", valueName: "n"))
    var slots: Int?

    @Flag(name: .long, help: "Start paused, to go through the run step by step.")
    var step = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder steps work in and paths are confined to; the current one by default.", valueName: "folder"
        )
    )
    var workspace = "."

    @OptionGroup var simulation: SimulationOptions
    @OptionGroup var answers: AnswerOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var screen: ScreenOptions

    mutating func validate() throws {
        if let slots, slots < 1 { throw ValidationError("--slots wants a number of at least 1, not \(slots).") }
    }

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        // Everything a person could have got wrong is checked before anything is opened or recorded.
        let loaded = try assembly.pipeline(at: file, settings: settings.set)
        try loaded.checkIsRunnable()
        let format = output.lineFormat
        if step, format != nil {
            throw CommandFailure.usage(
                "--step needs the dashboard: without it nothing could let the run go on",
                hint: "run it in a terminal, or leave --step away"
            )
        }
        let theme = try screen.theme(
            in: assembly.environment, configured: loaded.reading.settings.theme?.text)
        let folder = try WorkspaceFolder.resolve(workspace, in: assembly.environment)
        if format != nil { loaded.printWarnings() }
        let resolved = try assembly.inputs(for: loaded.pipeline, inputs)
        let mask = SecretMask(resolved.secrets.values)
        if mask.masking(loaded.recordedSettings()) != loaded.recordedSettings() {
            throw CommandFailure.usage(
                "a setting holds the value of a secret, and a run records its settings",
                hint: "write `secrets.NAME` where it stands")
        }
        try answers.answers.check(against: loaded.pipeline)
        let log = try store.open(
            in: assembly.environment, configured: loaded.reading.settings.store?.text)
        let simulator = try simulation.use(for: file, in: assembly.environment)
        let engine = assembly.engine(log, simulator: simulator, settings: loaded.reading.settings)
        let options = Engine.StartOptions(
            slots: slots, startsPaused: step, workspace: folder,
            actor: assembly.actor(at: format == nil ? "dashboard" : "cli"), settings: loaded.recordedSettings(simulator)
        )
        let launch = RunLaunch(actor: options.actor, answers: answers.answers, printWarnings: loaded.printWarnings) {
            engine throws(EventLogError) in
            try await engine.start(loaded.pipeline, graph: loaded.graph, inputs: resolved, options: options)
        }
        if let format {
            try await LineSession(engine: engine, format: format).run(launch)
        } else {
            try await DashboardSession(assembly: assembly, engine: engine, log: log, screen: screen, theme: theme)
                .run(launch)
        }
    }
}

/// The folder a run works in.
enum WorkspaceFolder {
    /// `path` as an absolute path without links; it must be a folder.
    static func resolve(_ path: String, in environment: ProcessEnvironment) throws(CommandFailure) -> String {
        guard let real = realpath(environment.absolute(path), nil) else {
            throw .usage("the workspace \(path) cannot be used: \(String(cString: strerror(errno)))")
        }
        defer { free(real) }
        let text = String(cString: real)
        guard FileStatus.of(text).status?.kind == .directory else {
            throw .usage("the workspace \(path) is no folder")
        }
        return text
    }
}
