import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// `switchyard inspect`: what a step saw.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show exactly what the expressions of a step saw when it started.",
        discussion: """
            Printed as JSON. What could see other items, iterations or groups is not there, because the step could
            not see it either; secrets are named and never shown.

              switchyard inspect last report --context
              switchyard inspect 12 'search[eu]' --context | jq .item
              switchyard inspect last deploy                  what it was started with
            """
    )

    @Argument(help: ArgumentHelp("The run: its number, the beginning of its id, or `last`.", valueName: "run"))
    var run: String

    @Argument(help: ArgumentHelp("A step of the run, such as `build/test` or `search[eu]`.", valueName: "step"))
    var step: String

    @Flag(name: .long, help: "Print the whole scope: inputs, steps, item, loop, run, env and the names of secrets.")
    var context = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let log = try store.open(in: assembly.environment, readOnly: true)
        let summary = try await RunArgument.find(run, in: log)
        let events = try await log.allEvents(of: summary.run)
        let snapshot = RunSnapshot(run: summary.run, folding: events)
        guard let found = snapshot.step(named: step) else {
            throw ShowCommand.unknownStep(step, in: snapshot, number: summary.number)
        }
        let path = found.path
        guard context else {
            guard let attempt = found.attempts.last else {
                throw found.startedAt == nil
                    ? CommandFailure.usage("\(step) of run #\(summary.number) was never started")
                    : CommandFailure.usage(
                        "\(step) holds other steps, and has no input of its own", hint: "--context shows what it saw")
            }
            StandardStream.output.write(JSON.text(of: attempt.input, layout: .indented) + "\n")
            return
        }
        let scope = try Self.scope(of: path, events, in: summary, assembly)
        StandardStream.output.write(JSON.text(of: scope.context(), layout: .indented) + "\n")
    }

    /// What the step saw when its last attempt started; what it would see now if none did.
    private static func scope(
        of path: StepPath, _ events: [EventEnvelope], in summary: RunSummary, _ assembly: Assembly
    ) throws(CommandFailure) -> Scope {
        let start = events.last { event in
            if case .stepStarted = event.event { event.step == path } else { false }
        }
        let before = start.map { start in events.prefix { $0.seq < start.seq } } ?? events[...]
        let snapshot = RunSnapshot(run: summary.run, folding: before)
        guard let created = snapshot.created else {
            throw .usage("run #\(summary.number) has no definition recorded")
        }
        let pipeline = try assembly.pipeline(recordedIn: created).pipeline
        // Only the names of secrets are known, which is all that is shown.
        let names = pipeline.inputs.filter { $0.value.kind == .secret }.keys
        let scopes = StepScopes(
            run: summary.run, pipeline: pipeline, inputs: created.inputs,
            secrets: Dictionary(uniqueKeysWithValues: names.map { ($0, SecretMask.replacement) }))
        do throws(EvaluationError) {
            return try scopes.scope(at: path, in: snapshot)
        } catch {
            throw .usage("the scope of \(path) cannot be computed: \(error.message)")
        }
    }
}
