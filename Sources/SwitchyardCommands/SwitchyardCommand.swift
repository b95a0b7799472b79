package import ArgumentParser
import Glibc
import SwitchyardCore

/// The root command.
package struct SwitchyardCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "switchyard",
        abstract: "A control room for pipelines of tools and models.",
        discussion: """
            Write a pipeline in YAML, run it, and watch and steer it live:

              switchyard run pipeline.yaml              run it in the dashboard
              switchyard run pipeline.yaml --plain      run it and print what happens
              switchyard                                everything recorded and live

            Every run is recorded event by event. Look back at any of them:

              switchyard runs                           what was run, the newest first
              switchyard replay last                    play a run again, event by event
              switchyard show last                      how it ended, step by step

            Runs are named by their number (12), the beginning of their id, or `last`.
            Exit codes: 0 success, 1 the run failed, 2 bad usage or an invalid file, 3 waiting for a
            person, 130 cancelled.
            """,
        version: Version.text,
        // The default one has to be one of them.
        subcommands: [HomeCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Pipelines",
                subcommands: [
                    RunCommand.self, ValidateCommand.self, PlanCommand.self, GraphCommand.self, InitCommand.self,
                    SchemaCommand.self, TestCommand.self, TortureCommand.self,
                ]),
            CommandGroup(
                name: "Runs",
                subcommands: [
                    RunsCommand.self, ShowCommand.self, ResumeCommand.self, RetryCommand.self, ForkCommand.self,
                    InspectCommand.self, EventsCommand.self,
                    ReplayCommand.self, VerifyCommand.self, ExportCommand.self, ImportCommand.self, WhyCommand.self,
                    AnalyzeCommand.self, RateCommand.self,
                ]
            ),
            CommandGroup(
                name: "Steering a run of another process",
                subcommands: [
                    PauseCommand.self, UnpauseCommand.self, StepCommand.self, CancelCommand.self, SkipCommand.self,
                    ApproveCommand.self, RejectCommand.self, BreakCommand.self, BudgetCommand.self,
                    BreakerCommand.self,
                ]),
            CommandGroup(
                name: "Models",
                subcommands: [ModelsCommand.self, TasksCommand.self, TelemetryCommand.self, SimulatorCommand.self]),
            CommandGroup(
                name: "This machine",
                subcommands: [ThemesCommand.self, DoctorCommand.self]),
        ],
        defaultSubcommand: HomeCommand.self
    )

    package init() {}

    /// Refuses a word in the place of a command that is none: the default command takes no words, and the parser's
    /// own message for that is about itself.
    private static func checkCommandName() throws(CommandFailure) {
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-") else { return }
        let names = configuration.subcommandNames + ["help"]
        guard !names.contains(word) else { return }
        let hint = NearestName.suggestion(for: word, among: names).map { "did you mean `switchyard \($0)`?" }
        throw .usage("there is no command \(word)", hint: hint ?? "`switchyard --help` lists them")
    }

    /// Runs the program with its command line and ends the process.
    @MainActor
    package static func runToExit() async -> Never {
        Allocator.keepSmall()
        // Closed pipes are errors of the write that meets them.
        signal(SIGPIPE, SIG_IGN)
        do {
            try checkCommandName()
            var command = try await asyncParseAsRoot(nil)
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
            await EndOfProcess.perform()
            Glibc.exit(ExitStatus.success.rawValue)
        } catch {
            let status = ErrorMessage.report(error)
            await EndOfProcess.perform()
            Glibc.exit(status)
        }
    }
}

extension CommandConfiguration {
    /// The names of all commands, grouped or not.
    fileprivate var subcommandNames: [String] {
        subcommands.map { $0._commandName }
    }
}

/// The program's version.
enum Version {
    static let text = "0.1.0"
}
