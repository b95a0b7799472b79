import Glibc
import SwitchyardCore
import SwitchyardEngine

/// A live run shown line by line.
@MainActor
struct LineSession {
    let engine: Engine
    let actor: Actor
    let format: LineFormat

    /// Runs `loaded` to its end and prints what happens. Returns if it succeeded.
    func run(_ loaded: LoadedPipeline, inputs: Value, options: Engine.StartOptions) async throws(CommandFailure) {
        let run: RunID
        do throws(EventLogError) {
            run = try await engine.start(loaded.pipeline, graph: loaded.graph, inputs: inputs, options: options)
        } catch {
            throw .log(error)
        }
        let signals = endingSignals(run)
        defer { signals.cancel() }
        var printer = EventPrinter(run: run, format: format)
        for await batch in engine.events(of: run) { printer.print(batch) }
        guard let result = await engine.result(of: run) else { return }
        try finish(result)
    }

    /// ^C cancels the run; a second one, TERM and HUP stop everything at once.
    private func endingSignals(_ run: RunID) -> TerminationSignals {
        let engine = engine
        let actor = actor
        var isCancelling = false
        return TerminationSignals([SIGINT, SIGTERM, SIGHUP]) { number in
            if number == SIGINT, !isCancelling {
                isCancelling = true
                StandardStream.error.write("switchyard: cancelling the run; ^C again stops it at once\n")
                Task { _ = await engine.send(.cancel, to: run, by: actor) }
            } else {
                Task {
                    await engine.interrupt()
                    Glibc.exit(128 + number)
                }
            }
        }
    }

    private func finish(_ result: RunResult) throws(CommandFailure) {
        try RunEnding.check(result)
    }
}

/// What the end of a run means for the process.
enum RunEnding {
    /// Returns if the run succeeded; otherwise throws the exit code, with a message where the log refused.
    static func check(_ result: RunResult) throws(CommandFailure) {
        switch result.ending {
        case .logFailed(let error): throw .log(error)
        case .interrupted: throw .exit(.cancelled)
        case .ended:
            switch result.snapshot.status {
            case .succeeded: return
            case .cancelled: throw .exit(.cancelled)
            case .failed, .pending, .running, .paused, .waiting, .interrupted: throw .exit(.failed)
            }
        }
    }
}
