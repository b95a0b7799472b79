import Glibc
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import Synchronization

/// A live run shown line by line.
@MainActor
struct LineSession {
    let engine: Engine
    let format: LineFormat
    /// What is recorded of a run that goes on, and not printed again.
    var past: PastOfRun?

    /// Runs `launch` to its end and prints what happens. Returns if it succeeded.
    ///
    /// Where only a person can help, and nobody is there, the run is left to be resumed.
    func run(_ launch: RunLaunch) async throws(CommandFailure) {
        // Before the run: a signal in between would leave its processes alone.
        let signals = LineSignals(engine: engine, actor: launch.actor)
        let source = TerminationSignals([SIGINT, SIGTERM, SIGHUP]) { signals.receive($0) }
        defer { source.cancel() }
        let run = try await launch(engine)
        // One that came while it was being started found nothing to cancel.
        if signals.count > 0 { _ = await engine.send(.cancel, to: run, by: launch.actor) }
        var printer = EventPrinter(run: run, format: format)
        var next = 1
        if let past, let last = past.events.last {
            printer.skip(past.events)
            next = last.seq + 1
            printer.note("run #\(past.number) goes on at event \(next)")
        }
        var asking: [StepSnapshot] = []
        let inside = RunsInside(engine: engine, of: run, answers: launch.answers)
        defer { inside.end() }
        for await batch in engine.events(of: run, from: next) {
            printer.print(batch)
            if let text = Self.shortage(in: batch, run: run) { StandardStream.error.write(text) }
            asking = printer.snapshot.stepsThatNeedAPerson
            guard !asking.isEmpty, asking.allSatisfy({ launch.answers.command(for: $0) == nil }) else { continue }
            await engine.interrupt()
        }
        guard let result = await engine.result(of: run) else { return }
        if result.ending == .interrupted, !asking.isEmpty, signals.count == 0 {
            StandardStream.error.write(Self.question(asking, run: run))
            throw .exit(.waiting)
        }
        if result.ending == .interrupted, !inside.asking.isEmpty, signals.count == 0 {
            for (inner, steps) in inside.asking { StandardStream.error.write(Self.question(steps, run: inner)) }
            StandardStream.error.write("  hint: then `switchyard resume \(run)` goes on with the rest\n")
            throw .exit(.waiting)
        }
        if result.ending == .interrupted { throw .endedBySignal(signals.last) }
        try RunEnding.check(result)
    }
}

/// A run as far as another process brought it.
struct PastOfRun {
    var number: Int
    /// All of it.
    var events: [EventEnvelope]
}

extension LineSession {
    /// What to do about a limit at which the run waits; nil where it has come to none.
    private static func shortage(in batch: EventBatch, run: RunID) -> String? {
        for case .routing(.budgetExceeded(let exceeded)) in batch.events.map(\.event) where exceeded.action == .pause {
            let step: String
            switch exceeded.scope {
            case .run: step = ""
            case .step(_, let path): step = " --step \(ShellWord.quoted(path.rawValue))"
            case .day, .provider:
                return "switchyard: waits, for \(RoutingWords.whose(exceeded.scope)) is used up; ^C cancels the run\n"
            }
            let option = exceeded.unit == .tokens ? "--tokens COUNT" : "--usd AMOUNT"
            return "switchyard: waits until a limit is raised; ^C cancels the run\n"
                + "  hint: `switchyard budget \(run)\(step) \(option)`, in another terminal\n"
        }
        return nil
    }

    /// What is asked, and how to answer it.
    private static func question(_ steps: [StepSnapshot], run: RunID) -> String {
        var text = ""
        for step in steps {
            let path = Cleaned.line(step.path.rawValue)
            if case .waiting(.approval(let request)) = step.state {
                text += "switchyard: \(path) asks: \(Cleaned.line(request.message))\n"
            } else {
                text += "switchyard: nobody knows whether \(path) took effect\n"
            }
        }
        let first = steps[0]
        let path = ShellWord.quoted(first.path.rawValue)
        let answer = first.state == .outcomeUnknown ? "--resolve \(path)=done" : "--approve \(path)"
        let others = first.state == .outcomeUnknown ? "=retry or =failed" : "--reject"
        return text + "  hint: `switchyard resume \(run) \(answer)`, or with \(others)\n"
    }
}

/// The runs that steps of the shown one are: where one of them asks and nothing else goes on, nobody would see it.
@MainActor
private final class RunsInside {
    /// What they ask, once that stopped everything.
    private(set) var asking: [(run: RunID, steps: [StepSnapshot])] = []
    private let engine: Engine
    private let outer: RunID
    private let answers: RunAnswers
    private var snapshots: [RunID: RunSnapshot] = [:]
    private var tasks: [Task<Void, Never>] = []

    init(engine: Engine, of outer: RunID, answers: RunAnswers) {
        self.engine = engine
        self.outer = outer
        self.answers = answers
        tasks = [
            Task { [weak self] in
                for await run in engine.launches {
                    self?.tasks.append(Task { [weak self] in await self?.follow(run) })
                }
            }
        ]
    }

    func end() { for task in tasks { task.cancel() } }

    private func follow(_ run: RunID) async {
        for await batch in engine.events(of: run) {
            for event in batch.events { snapshots[run, default: RunSnapshot(run: run)].apply(event) }
            guard asking.isEmpty, let questions, questions.contains(where: { $0.run != outer }) else { continue }
            asking = questions
            await engine.interrupt()
        }
    }

    /// What keeps every run from going on; nil while anything goes on by itself.
    private var questions: [(run: RunID, steps: [StepSnapshot])]? {
        var questions: [(run: RunID, steps: [StepSnapshot])] = []
        for (run, snapshot) in snapshots where !snapshot.status.isFinal {
            if snapshot.status == .pending { return nil }
            if snapshot.status == .waiting {
                guard isBehindOthersShown(snapshot) else { return nil }
                continue
            }
            var steps: [StepSnapshot] = []
            for step in snapshot.steps.values {
                switch step.state {
                case .outcomeUnknown: steps.append(step)
                case .waiting(.approval(let request)) where request.until == nil: steps.append(step)
                case .running where !step.attempts.isEmpty:
                    guard let inner = step.delegate.flatMap({ snapshots[$0] }), !inner.status.isFinal else {
                        return nil
                    }
                case .waiting, .ready: return nil
                case .pending, .running, .succeeded, .failed, .skipped, .cancelled: break
                }
            }
            if run == outer, steps.contains(where: { answers.command(for: $0) != nil }) { return nil }
            if !steps.isEmpty { questions.append((run, steps)) }
        }
        return questions.sorted { $0.run < $1.run }
    }

    /// Whether the queued run waits only for runs that are shown here too, which then say if anything goes on.
    private func isBehindOthersShown(_ snapshot: RunSnapshot) -> Bool {
        guard let behind = snapshot.queued?.behind, !behind.isEmpty else { return false }
        return behind.allSatisfy { snapshots[$0].map { !$0.status.isFinal } ?? false }
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

    var count: Int { received.withLock(\.count) }

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
