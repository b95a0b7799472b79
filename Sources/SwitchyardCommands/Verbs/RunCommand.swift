import ArgumentParser
import Glibc
import NCursesTerminal
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine

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
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @Option(
        name: [.long, .customShort("i")],
        help: ArgumentHelp("An input of the pipeline; may be repeated.", valueName: "name=value")
    )
    var input: [String] = []

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
        let loaded = try assembly.pipeline(at: file)
        let inputs = try assembly.inputs(for: loaded.pipeline, given: input)
        let theme = try screen.theme(in: assembly.environment)
        let folder = try WorkspaceFolder.resolve(workspace, in: assembly.environment)
        let log = try store.open(in: assembly.environment)
        let engine = Engine(log: log, tools: assembly.tools)
        let format = output.lineFormat
        let options = Engine.StartOptions(
            slots: slots, startsPaused: step, workspace: folder,
            actor: assembly.actor(at: format == nil ? "dashboard" : "cli")
        )
        if let format {
            loaded.printWarnings()
            try await LineSession(engine: engine, actor: options.actor, format: format)
                .run(loaded, inputs: inputs, options: options)
        } else {
            let session = DashboardSession(assembly: assembly, engine: engine, log: log, screen: screen, theme: theme)
            try await session.run(loaded, inputs: inputs, options: options)
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
        var status = stat()
        guard stat(text, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .usage("the workspace \(path) is no folder")
        }
        return text
    }
}
