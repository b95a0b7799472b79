import ArgumentParser
import OrderedCollections
import SwitchyardCore

/// `switchyard show`: the state of a run, or of one of its steps.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how a run stands or ended, or everything about one of its steps.",
        discussion: """
              switchyard show                 the last run
              switchyard show 12 report       step `report` of run 12: attempts, input, output, log files
              switchyard show 12 'undo deploy'    the step that undid `deploy`
              switchyard show last --json     the run's whole state
            """
    )

    @OptionGroup var reference: RunArgument

    @Argument(help: ArgumentHelp("A step of the run.", valueName: "step"))
    var step: String?

    @Flag(name: .long, help: "Print the state as JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: true)
        let summary = try await reference.find(in: log)
        let snapshot = try await log.snapshot(of: summary)
        guard let step else {
            StandardStream.output.write(
                json
                    ? JSON.text(of: snapshot.json, layout: .indented) + "\n"
                    : SnapshotText.run(snapshot, number: summary.number)
            )
            return
        }
        guard let found = snapshot.step(named: step) else {
            throw Self.unknownStep(step, in: snapshot, number: summary.number)
        }
        StandardStream.output.write(
            json
                ? JSON.text(of: found.json, layout: .indented) + "\n"
                : SnapshotText.step(found, logs: log.logFiles(of: found, in: summary.run)))
    }

    /// What to say about a step that the run does not have.
    static func unknownStep(_ step: String, in snapshot: RunSnapshot, number: Int) -> CommandFailure {
        let names = snapshot.steps.keys.map(\.rawValue)
        let most = 20
        let others = names.count > most ? ", and \(names.count - most) more" : ""
        return .usage(
            "run #\(number) has no step \(step)",
            hint: NearestName.suggestion(for: step, among: names).map { "did you mean \($0)?" }
                ?? "its steps: \(names.prefix(most).joined(separator: ", "))\(others)"
        )
    }
}
