import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard

/// `switchyard retry`: what did not succeed is tried again, in a new run.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try a run again that has ended, without doing again what succeeded.",
        discussion: """
            A new run takes over every result of the recorded one, at no cost, as long as a step's input is the same.
            What failed, was cancelled or was undone is done again, and so is everything that follows from it.

              switchyard retry last
              switchyard retry 12 --from deploy                 `deploy` and what follows from it is done again
              switchyard retry 12 --from deploy --edit          after a change of the definition
              switchyard retry 12 --file pipeline.yaml          with the file as it is now
            """
    )

    @OptionGroup var reference: RunArgument

    @Option(name: .long, help: ArgumentHelp("Do this step again, and what follows from it.", valueName: "step"))
    var from: String?

    @OptionGroup var fork: ForkOptions
    @OptionGroup var answers: AnswerOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var screen: ScreenOptions

    @MainActor
    mutating func run() async throws {
        let session = ForkSession(
            fork: fork, answers: answers.answers, store: store, format: output.lineFormat, screen: screen)
        let from = from
        try await session.run(reference) { summary, events throws(CommandFailure) in
            guard summary.status.isFinal else {
                throw CommandFailure.usage(
                    summary.status == .interrupted
                        ? "run #\(summary.number) was interrupted and has not ended"
                        : "run #\(summary.number) is still going on",
                    hint: summary.status == .interrupted
                        ? "`switchyard resume \(summary.number)` goes on with it"
                        : "`switchyard fork \(summary.number) --at STEP` makes another run of it")
            }
            return from.map { .from(StepPath($0)) } ?? .failed
        }
    }
}
