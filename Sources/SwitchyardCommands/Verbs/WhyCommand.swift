import ArgumentParser
import OrderedCollections
import SwitchyardCore

/// `switchyard why`: why a step asked the model it asked, and what became of that.
struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a step asked the model that it asked, and everything that happened on the way.",
        discussion: """
              switchyard why last summary
              switchyard why 12 review --json

            Scores, qualities and expected costs are those of the moment of the choice.
            """)

    @OptionGroup var reference: RunArgument

    @Argument(help: ArgumentHelp("The step.", valueName: "step"))
    var step: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: true)
        let summary = try await reference.find(in: log)
        let events = try await log.allEvents(of: summary.run)
        let snapshot = RunSnapshot(run: summary.run, folding: events)
        guard let found = snapshot.step(named: step) else {
            throw ShowCommand.unknownStep(step, in: snapshot, number: summary.number)
        }
        let choice = StepChoice(found.path, in: events)
        guard choice.selected != nil || !choice.calls.isEmpty else {
            throw Self.noChoice(choice, found, snapshot, number: summary.number)
        }
        StandardStream.output.write(
            json
                ? JSON.text(of: WhyText.json(choice, summary), layout: .indented) + "\n"
                : WhyText.text(choice, snapshot, number: summary.number))
    }

    /// What to say about a step for which no model was chosen.
    private static func noChoice(
        _ choice: StepChoice, _ step: StepSnapshot, _ snapshot: RunSnapshot, number: Int
    ) -> CommandFailure {
        if let source = choice.source {
            return .usage(
                "the result of \(step.path) was taken from run \(source.run), and no model was asked",
                hint: "switchyard why \(source.run) \(ShellWord.quoted(step.path.rawValue))")
        }
        let prefix = [step.path.rawValue + "[", step.path.rawValue + "@", step.path.rawValue + "/"]
        let inside = snapshot.steps.values.filter { other in
            other.conversation.selected != nil && prefix.contains { other.path.rawValue.hasPrefix($0) }
        }.map { ShellWord.quoted($0.path.rawValue) }
        if !inside.isEmpty {
            let more = inside.count > 5 ? ", and \(inside.count - 5) more" : ""
            return .usage(
                "\(step.path) holds other steps, and models were chosen for those",
                hint: "there are \(inside.prefix(5).joined(separator: ", "))\(more)")
        }
        let name = ShellWord.quoted(step.path.rawValue)
        return .usage(
            "no model was chosen for \(step.path)", hint: "`switchyard show \(number) \(name)` shows what it did")
    }
}
