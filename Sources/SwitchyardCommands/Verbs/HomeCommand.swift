import ArgumentParser
import SwitchyardDashboard
import SwitchyardEngine

/// `switchyard` alone: everything recorded and live.
struct HomeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "home",
        abstract: "Open the dashboard on every recorded run (what `switchyard` alone does).",
        shouldDisplay: false
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var screen: ScreenOptions

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        guard StandardStream.output.isTerminal else {
            StandardStream.output.write(SwitchyardCommand.helpMessage() + "\n")
            return
        }
        let theme = try screen.theme(in: assembly.environment)
        let log = try store.open(in: assembly.environment)
        let engine = assembly.engine(log)
        let session = DashboardSession(assembly: assembly, engine: engine, log: log, screen: screen, theme: theme)
        guard await session.open(.runs) else {
            throw CommandFailure.usage("the list of runs needs a dashboard", hint: "`switchyard runs` prints it")
        }
    }
}
