import Glibc
import SwitchyardCore
import SwitchyardEngine
import Synchronization

/// A live run shown line by line.
@MainActor
struct LineSession {
    let engine: Engine
    let actor: Actor
    let format: LineFormat

    /// Runs `loaded` to its end and prints what happens. Returns if it succeeded.
    func run(_ loaded: LoadedPipeline, inputs: Value, options: Engine.StartOptions) async throws(CommandFailure) {
        guard !options.startsPaused else {
            throw .usage(
                "--step needs the dashboard: without it nothing could let the run go on",
                hint: "run it in a terminal, or leave --step away"
            )
        }
        // Before the run: a signal in between would leave its processes alone.
        let signals = LineSignals(engine: engine, actor: actor)
        let source = TerminationSignals([SIGINT, SIGTERM, SIGHUP]) { signals.receive($0) }
        defer { source.cancel() }
        let run: RunID
        do throws(EventLogError) {
            run = try await engine.start(loaded.pipeline, graph: loaded.graph, inputs: inputs, options: options)
        } catch {
            throw .log(error)
        }
        var printer = EventPrinter(run: run, format: format)
        for await batch in engine.events(of: run) { printer.print(batch) }
        guard let result = await engine.result(of: run) else { return }
        if result.ending == .interrupted { throw .endedBySignal(signals.last) }
        try RunEnding.check(result)
    }
}

/// What signals do to a run that is shown line by line: ^C cancels it; a second one, TERM and HUP stop everything at
/// once.
private final class LineSignals: Sendable {
    /// The signals that came, in order.
    private let received = Mutex<[Int32]>([])
    private let engine: Engine
    private let actor: Actor

    init(engine: Engine, actor: Actor) {
        self.engine = engine
        self.actor = actor
    }

    var last: Int32 { received.withLock { $0.last ?? SIGTERM } }

    func receive(_ number: Int32) {
        let isFirst = received.withLock { received in
            received.append(number)
            return received.count == 1
        }
        Task {
            if number == SIGINT, isFirst {
                StandardStream.error.write("switchyard: cancelling the run; ^C again stops it at once\n")
                for run in await engine.liveRuns { _ = await engine.send(.cancel, to: run, by: actor) }
            } else {
                await engine.interrupt()
                // The main actor may be stuck in a write that nobody reads, and would never get to its own exit.
                Glibc.exit(128 + number)
            }
        }
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
