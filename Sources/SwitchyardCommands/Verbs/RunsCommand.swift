import ArgumentParser
import SwitchyardCore
import SwitchyardEngine

/// `switchyard runs`: what was run.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List recorded runs, the newest first.",
        discussion: """
            A run that is `interrupted` lost its process before it ended; one that is `waiting` goes on when a person
            answers, or when the runs before it have ended.

              switchyard runs --limit 5
              switchyard runs --json | jq '.[0].run'
            """
    )

    @Option(name: .long, help: ArgumentHelp("How many to list.", valueName: "n"))
    var limit = 20

    @Flag(name: .long, help: "Print the runs as JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    mutating func validate() throws {
        if limit < 1 { throw ValidationError("--limit wants a number of at least 1, not \(limit).") }
    }

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: true)
        let runs: [RunSummary]
        do throws(EventLogError) {
            runs = try await log.listedRuns(limit: limit)
        } catch {
            throw CommandFailure.log(error)
        }
        if json {
            StandardStream.output.write(JSON.text(of: .array(runs.map(Self.json)), layout: .indented) + "\n")
        } else if runs.isEmpty {
            StandardStream.output.write("nothing has been run yet; start with: switchyard run FILE\n")
        } else {
            var table = TextTable(
                ["#", "run", "pipeline", "state", "steps", "took", "started (UTC)"], rightAligned: [0, 4, 5]
            )
            for run in runs { table.append(Self.row(run)) }
            StandardStream.output.write(table.text)
        }
    }

    private static func row(_ run: RunSummary) -> [String] {
        let took = run.endedAt.map { DurationText.elapsed($0.since(run.createdAt)) } ?? "–"
        let failed = run.failedCount > 0 ? ", \(run.failedCount) failed" : ""
        let date = String(run.createdAt.iso8601.prefix(19)).split(separator: "T").joined(separator: " ")
        return [
            String(run.number), run.run.rawValue, run.pipelineID, run.status.rawValue,
            "\(run.succeededCount)/\(run.stepCount)\(failed)", took, date,
        ]
    }

    private static func json(_ run: RunSummary) -> Value {
        [
            "number": .int(run.number), "run": .string(run.run.rawValue), "pipeline": .string(run.pipelineID),
            "status": .string(run.status.rawValue), "created_at": .string(run.createdAt.iso8601),
            "ended_at": Value(run.endedAt?.iso8601), "steps": .int(run.stepCount),
            "succeeded": .int(run.succeededCount), "failed": .int(run.failedCount), "events": .int(run.eventCount),
        ]
    }
}
