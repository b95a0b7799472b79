import SwitchyardCore
import SwitchyardTestSupport

/// A run that could have been, event by event: two steps, of which the first is tried twice, and a process that died
/// between.
enum SoundRun {
    static let definition = "steps:\n  - id: a\n    run: make\n  - id: b\n    run: make install\n"

    static let plan = CompiledPlan(
        strategy: .serial,
        steps: ["a", "b"].enumerated().map { index, name in
            CompiledPlan.PlannedStep(
                path: StepPath(name), uses: "bash", needs: index == 0 ? [] : [.init(path: "a", origin: .explicit)],
                level: index, effect: .idempotent, mode: .concurrent)
        }
    )

    /// Its events. With `size`, each output has at least as many bytes.
    static func events(of run: RunID, size: Int = 1) -> [EventEnvelope] {
        var created = EventSamples.creation
        created.definition = definition
        created.definitionHash = SHA256.hexDigest(of: definition)
        var events: [EventEnvelope] = []
        func add(_ event: RunEvent, _ step: StepPath? = nil, _ attempt: Int? = nil, cause: Int? = nil) {
            let seq = events.count + 1
            events.append(
                EventEnvelope(
                    run: run, seq: seq, time: EventSamples.time(seq), step: step, attempt: attempt, cause: cause,
                    event: event))
        }
        add(.runCreated(created))
        add(.planCompiled(plan))
        add(.runStarted)
        add(.stepReady, "a", cause: 3)
        add(started, "a", 1, cause: 4)
        add(.stepFailed(EventSamples.failure, willRetry: true), "a", 1, cause: 5)
        add(.stepRetryScheduled(delay: .milliseconds(5), until: EventSamples.time(9)), "a", 1, cause: 6)
        add(.leaseTaken(epoch: 2))
        add(.stepReady, "a", cause: 8)
        add(started, "a", 2, cause: 9)
        add(.stepProgress(StepProgress(processGroup: 4711, processStartTime: 99)), "a", 2, cause: 10)
        add(succeeded("a", size), "a", 2, cause: 10)
        add(.stepReady, "b", cause: 12)
        add(started, "b", 1, cause: 13)
        add(succeeded("b", size), "b", 1, cause: 14)
        add(.runSucceeded(outputs: ["done": true]), cause: 15)
        return events
    }

    private static var started: RunEvent {
        let input: Value = ["command": "make", "env": ["A": 1.5]]
        return .stepStarted(StepStarted(key: "k", input: input, inputHash: hash(of: input), effect: .idempotent))
    }

    private static func succeeded(_ text: String, _ size: Int) -> RunEvent {
        let output: Value = ["text": .string(String(repeating: text, count: size)), "ratio": 2.0]
        return .stepSucceeded(StepSucceeded(output: output, outputHash: hash(of: output)))
    }

    static func hash(of value: Value) -> String { SHA256.hexDigest(of: JSON.text(of: value, layout: .canonical)) }
}
