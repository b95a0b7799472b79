import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine

/// `switchyard replay`: a run again, from its record.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play a recorded run again. Nothing is executed.",
        discussion: """
            In the dashboard: Space plays and pauses, `,` and `.` go one event back and forth, the arrow keys five
            seconds, `[` and `]` change the speed, `<` and `>` jump to failures, `:goto 01:03` anywhere.

              switchyard replay last
              switchyard replay 12 --speed 10
              switchyard replay last --plain --speed 2     print the events at twice their pace
            """
    )

    @OptionGroup var reference: RunArgument

    @Option(name: .long, help: ArgumentHelp("How many times faster than it happened.", valueName: "factor"))
    var speed: Double?

    @Option(name: .long, help: ArgumentHelp("The event to begin at.", valueName: "seq"))
    var from: Int?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var screen: ScreenOptions

    mutating func validate() throws {
        if let speed, !(speed.isFinite && speed > 0) {
            throw ValidationError("--speed wants a number above 0, not \(speed).")
        }
    }

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let theme = try screen.theme(in: assembly.environment)
        let log = try store.open(in: assembly.environment, readOnly: true)
        let summary = try await reference.find(in: log)
        if let format = output.lineFormat {
            try await printLines(of: summary, in: log, format: format)
        } else {
            let first = try await firstMoment(of: summary.run, in: log)
            // The run is there, so the store is; `r` runs it again, which is recorded.
            let store = try store.open(in: assembly.environment)
            let engine = assembly.engine(store)
            let session = DashboardSession(assembly: assembly, engine: engine, log: store, screen: screen, theme: theme)
            if await !session.open(.replay(summary.run, speed: speed ?? 1, from: first)) {
                try await printLines(of: summary, in: log, format: .lines)
            }
        }
    }

    /// How long after the run's start the replay begins; nil is the start.
    private func firstMoment(of run: RunID, in log: any EventLog) async throws(CommandFailure) -> Duration? {
        guard let from, from > 1 else { return nil }
        let events = try await log.allEvents(of: run)
        guard let start = events.first(where: { $0.event == .runStarted }),
            let event = events.last(where: { $0.seq <= from })
        else { return nil }
        return event.time.since(start.time)
    }

    /// Prints the events: at their pace if a speed was asked for, else at once.
    @MainActor
    private func printLines(of summary: RunSummary, in log: any EventLog, format: LineFormat) async throws {
        let events = try await log.allEvents(of: summary.run)
        var printer = EventPrinter(run: summary.run, format: format)
        let first = from ?? 1
        printer.skip(events.prefix { $0.seq < first })
        var previous: Timestamp?
        for event in events.drop(while: { $0.seq < first }) {
            if let speed, let previous {
                // An hour is as good as for ever, and any factor stays within what a clock can count.
                let gap = min(event.time.since(previous).inSeconds / speed, 3600)
                try await Task.sleep(for: .microseconds(Int64(gap * 1e6)))
            }
            previous = event.time
            printer.print(EventBatch(events: [event]))
            if !printer.isOpen { return }
        }
    }
}
