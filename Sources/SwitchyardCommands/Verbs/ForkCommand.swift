import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// `switchyard fork`: a new run that goes another way from some point of a recorded one.
struct ForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Start a new run from any point of a recorded one.",
        discussion: """
            Steps that had ended by then are taken over from the record, failures too, and cost nothing; the rest runs.
            The run that is forked is not touched, and may still be going on.

              switchyard fork 12 --at summarize                 as it was when `summarize` became ready
              switchyard fork 12 --at 41 --input host=web-2     as it was after event 41, with another input
              switchyard fork 12 --at deploy --edit             with a change of the definition

            `switchyard events 12` lists the events with their numbers.
            """
    )

    @OptionGroup var reference: RunArgument

    @Option(name: .long, help: ArgumentHelp("A step, or the number of an event.", valueName: "step|event"))
    var at: String

    @OptionGroup var fork: ForkOptions
    @OptionGroup var answers: AnswerOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var screen: ScreenOptions

    @MainActor
    mutating func run() async throws {
        let session = ForkSession(
            fork: fork, answers: answers.answers, store: store, format: output.lineFormat, screen: screen)
        let at = at
        try await session.run(reference) { summary, events throws(CommandFailure) in
            .at(try Self.point(at, in: events, of: summary))
        }
    }

    /// The last event that still counts.
    private static func point(
        _ text: String, in events: [EventEnvelope], of summary: RunSummary
    ) throws(CommandFailure) -> Int {
        let path = StepPath(text)
        if let first = events.first(where: { $0.step == path && $0.event.type != "step.progress" }) {
            return first.seq - 1
        }
        let snapshot = RunSnapshot(run: summary.run, folding: events)
        if snapshot.steps[path] != nil {
            throw .usage("the run never came to step \(path)", hint: "name an event, or a step before it")
        }
        guard let seq = Int(text) else {
            throw .usage("the run has no step \(path)", hint: NearestName.hint(for: path, in: snapshot))
        }
        guard (1...events.count).contains(seq) else {
            throw .usage("the run has no event \(seq): they are numbered from 1 to \(events.count)")
        }
        return seq
    }
}
