import ArgumentParser
import SwitchyardCore
import SwitchyardYAML

/// `switchyard rate`
struct RateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate", abstract: "Say whether the result of a model step is good.",
        discussion: """
              switchyard rate last summary up
              switchyard rate 12 review down

            What people say counts three times as much as what a program found, and decides with which model is chosen
            for the task from then on.
            """)

    @OptionGroup var target: SteeringTarget

    @Argument(help: ArgumentHelp("The step.", valueName: "step"))
    var step: String

    @Argument(help: ArgumentHelp("up or down.", valueName: "rating"))
    var rating: String

    mutating func validate() throws {
        guard ["up", "down"].contains(rating) else { throw ValidationError("A rating is up or down.") }
    }

    @MainActor
    mutating func run() async throws {
        let isUp = rating == "up"
        let done = "\(step) is rated \(isUp ? "good" : "not good")"
        let environment = ProcessEnvironment.current()
        let summary = try await target.reference.find(in: try target.store.open(in: environment, readOnly: true))
        guard !summary.status.mayGoOn else {
            return try await target.send(.rate(StepPath(step), isUp: isUp), done: done)
        }
        // Nobody has the run and its record is closed: what is kept of the call takes the rating.
        let log = try target.store.open(in: environment)
        guard let telemetry = log as? any TelemetryLog else {
            throw CommandFailure.usage("this store keeps no telemetry")
        }
        let batch = try await Self.rated(StepPath(step), isUp, in: summary, log)
        do throws(EventLogError) {
            try await telemetry.enter(batch)
        } catch {
            throw CommandFailure.log(error)
        }
        StandardStream.output.write("run #\(summary.number): \(Cleaned.line(done))\n")
    }

    /// The step's last answer, made of the run's events again, with the rating.
    private static func rated(
        _ step: StepPath, _ isUp: Bool, in summary: RunSummary, _ log: any EventLog
    ) async throws(CommandFailure) -> TelemetryBatch {
        let events = try await log.allEvents(of: summary.run)
        let snapshot = RunSnapshot(run: summary.run, folding: events)
        guard snapshot.step(named: step.rawValue) != nil else {
            throw ShowCommand.unknownStep(step.rawValue, in: snapshot, number: summary.number)
        }
        let premium = PremiumReference(ModelProviders.settings(Assembly.current()).settings.catalogue)
        var fold = TelemetryFold(run: summary.run, premium: premium)
        var answer: CallRecord?
        for event in events {
            if let call = fold.apply(event).calls.first, call.step == step, call.isAnswered { answer = call }
        }
        guard var answer else { throw .usage("no model has answered for \(step)") }
        answer.rating = isUp
        return TelemetryBatch(calls: [answer])
    }
}
