import ArgumentParser
import SwitchyardCore

/// `switchyard events`: the log of a run.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print the recorded events of a run.",
        discussion: """
              switchyard events last
              switchyard events 12 --from 40 --json | jq 'select(.type == "step.failed")'
            """
    )

    @OptionGroup var reference: RunArgument

    @Option(name: .long, help: ArgumentHelp("The first event to print.", valueName: "seq"))
    var from = 1

    @Flag(name: .long, help: "Print each event as one line of JSON.")
    var json = false

    @Flag(name: .long, help: "Print a sentence for each event.")
    var linear = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: true)
        let summary = try await reference.find(in: log)
        let events = try await log.allEvents(of: summary.run)
        var printer = EventPrinter(run: summary.run, format: json ? .json : linear ? .sentences : .lines)
        printer.skip(events.prefix { $0.seq < from })
        printer.print(EventBatch(events: Array(events.drop { $0.seq < from })))
    }
}
