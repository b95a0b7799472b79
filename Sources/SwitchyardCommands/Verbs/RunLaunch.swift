import SwitchyardCore
import SwitchyardEngine

/// A run that is to go on in this process: a new one, or one that another process left.
@MainActor
struct RunLaunch {
    let actor: Actor
    let answers: RunAnswers
    /// Prints what is doubtful about the run.
    let printWarnings: () -> Void
    /// Starts it, or takes it over.
    let start: (Engine) async throws(EventLogError) -> RunID

    /// Starts the run, and answers its questions as far as answers were given.
    func callAsFunction(_ engine: Engine) async throws(CommandFailure) -> RunID {
        do throws(EventLogError) {
            let run = try await start(engine)
            let (answers, actor) = (answers, actor)
            Task { await answers.give(to: run, of: engine, by: actor) }
            return run
        } catch {
            throw .log(error)
        }
    }
}
