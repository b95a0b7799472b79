import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine

/// `switchyard telemetry`: what models cost, how providers did, what pipelines came to.
struct TelemetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telemetry",
        abstract: "Show what models cost and saved, how their providers did, and what pipelines came to.",
        discussion: """
            What was saved is measured against asking a premium model always: the cheapest of that tier, for the same
            tokens. Calls whose price is not known are counted apart. Days are those of UTC.

              switchyard telemetry                        what was spent, by the day
              switchyard telemetry --by model --since 7d
              switchyard telemetry --providers            calls, failures, how long answers took
              switchyard telemetry --workflows --csv > workflows.csv

            Calls that a simulator answered are left out, unless there are no others.
            """)

    @Flag(name: .long, help: "What was spent, and saved. This is what is shown where nothing is said.")
    var costs = false

    @Flag(name: .long, help: "What each provider did: calls, failures, how long answers took.")
    var providers = false

    @Flag(name: .long, help: "What the runs of each pipeline came to.")
    var workflows = false

    @Option(name: .long, help: ArgumentHelp("Group costs by day, task or model.", valueName: "group"))
    var by: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Look back so far, such as 24h or 7d; `all` is everything.", valueName: "time"))
    var since = "30d"

    @Flag(name: .long, help: "Only calls that a simulator answered.")
    var simulated = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Print comma-separated values.")
    var csv = false

    @OptionGroup var store: StoreOptions

    mutating func validate() throws {
        if [costs, providers, workflows].count(where: { $0 }) > 1 {
            throw ValidationError("--costs, --providers and --workflows exclude each other.")
        }
        if json, csv { throw ValidationError("--json and --csv exclude each other.") }
        if by != nil, providers || workflows { throw ValidationError("--by groups costs.") }
        if let by, TelemetryReport.Grouping(rawValue: by) == nil {
            throw ValidationError("--by takes day, task or model.")
        }
        if since != "all", DurationText.parse(since) == nil {
            throw ValidationError("--since takes a time such as 24h or 7d, or all.")
        }
    }

    @MainActor
    mutating func run() async throws {
        let start = DurationText.parse(since).map { EngineClock.system().now().advanced(by: .zero - $0) }
        let log = try store.telemetry(in: .current())
        let found: TelemetryView.Records
        do throws(EventLogError) {
            found = TelemetryView.Records(
                calls: try await log.calls(CallQuery(since: start)), runs: try await log.runRecords(since: start))
        } catch {
            throw CommandFailure.log(error)
        }
        let view = TelemetryView(found, onlySimulated: simulated, since: since == "all" ? nil : since)
        let grouping = by.flatMap(TelemetryReport.Grouping.init) ?? .day
        let table = providers ? view.providers() : workflows ? view.workflows() : view.costs(by: grouping)
        if json {
            StandardStream.output.write(JSON.text(of: view.json(table), layout: .indented) + "\n")
        } else if csv {
            StandardStream.output.write(TelemetryOutput.csv([table.keys] + table.rows.map(\.plain)))
        } else {
            StandardStream.output.write(view.text(table, withSummary: !providers && !workflows))
        }
    }
}
