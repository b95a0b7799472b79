import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// A machine with its instructions written as short lines, so that tests read as transcripts.
struct MachineTranscript {
    private(set) var machine: RunMachine
    private var time = Timestamp(microseconds: 1_767_225_600_000_000)

    init(
        _ steps: [Step], finally: [Step] = [], outputs: OrderedDictionary<String, ValueTemplate> = [:],
        slots: Int = 5, seed: UInt64 = 1
    ) throws {
        let pipeline = Pipeline(id: "test", steps: steps, finally: finally, outputs: outputs)
        machine = RunMachine(
            RunDefinition(
                run: RunID("run"), pipeline: pipeline, graph: try PipelineGraph.build(pipeline), inputs: [:],
                tools: FakeCatalog(), seed: seed, slots: slots, workspace: "/w", actor: Actor("test")
            )
        )
    }

    var snapshot: RunSnapshot { machine.snapshot }

    mutating func advance(by duration: Duration) { time = time.advanced(by: duration) }

    mutating func start(paused: Bool = false) -> [String] { handle(.start(paused: paused)) }

    mutating func succeed(_ step: StepPath, _ output: Value = "ok", attempt: Int = 1) -> [String] {
        handle(.attemptEnded(AttemptID(step, attempt), .succeeded(ToolOutput(output))))
    }

    mutating func fail(
        _ step: StepPath, attempt: Int = 1, _ kind: FailureClass = .exitCode, retryAfter: Duration? = nil
    ) -> [String] {
        handle(.attemptEnded(AttemptID(step, attempt), .failed(StepFailure(kind, "it broke", retryAfter: retryAfter))))
    }

    mutating func endCancelled(_ step: StepPath, attempt: Int = 1) -> [String] {
        handle(.attemptEnded(AttemptID(step, attempt), .cancelled))
    }

    mutating func send(_ command: RunCommand) -> [String] { handle(.command(command, by: Actor("ada"))) }

    mutating func fire(_ timer: TimerID) -> [String] { handle(.timerFired(timer)) }

    mutating func handle(_ stimulus: Stimulus) -> [String] {
        machine.handle(stimulus, at: time).map(Self.line)
    }

    private static func line(_ instruction: Instruction) -> String {
        switch instruction {
        case .record(let event, let durability):
            let step = event.step.map { " \($0)" } ?? ""
            let attempt = event.attempt.map { "#\($0)" } ?? ""
            let actor = event.actor.map { " by \($0)" } ?? ""
            return "\(event.event.type)\(step)\(attempt)\(detail(event.event))\(actor)"
                + (durability == .disk ? " !" : "")
        case .start(let attempt): return "START \(attempt.id.step)#\(attempt.id.number)"
        case .cancelAttempt(let id): return "CANCEL \(id.step)#\(id.number)"
        case .setTimer(let id, let delay): return "TIMER \(name(id)) \(DurationText.text(delay))"
        case .cancelTimer(let id): return "FORGET \(name(id))"
        case .refuse(let refusal): return "REFUSE \(refusal)"
        case .finish: return "FINISH"
        }
    }

    private static func name(_ timer: TimerID) -> String {
        switch timer {
        case .timeout(let id): "timeout \(id.step)#\(id.number)"
        case .retry(let id): "retry \(id.step)#\(id.number)"
        }
    }

    private static func detail(_ event: RunEvent) -> String {
        switch event {
        case .stepFailed(let failure, let willRetry): " \(failure.kind.rawValue)\(willRetry ? " again" : "")"
        case .stepSkipped(let reason):
            switch reason {
            case .condition: " (when)"
            case .needsSkipped: " (needs skipped)"
            case .needFailed(let step): " (\(step) failed)"
            case .runFailed(let step): " (run failed by \(step))"
            }
        case .runFailed(let failure): " (\(failure.message))"
        case .runSucceeded(let outputs): outputs.isNull ? "" : " \(JSON.text(of: outputs))"
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runCancelled, .planCompiled,
            .stepReady, .stepStarted, .stepProgress, .stepSucceeded, .stepRetryScheduled, .stepTimedOut,
            .stepCancelRequested, .stepCancelled, .unknown:
            ""
        }
    }
}

/// One tool, `fake`, that takes anything: machines never run it.
struct FakeCatalog: ToolCatalog {
    var names: [String] { ["fake", "pure"] }

    func tool(named name: String) -> (any Tool)? {
        names.contains(name) ? FakeTool(name: name) : nil
    }
}

struct FakeTool: Tool {
    let name: String
    var summary: String { "Does nothing." }
    var parameters: [ToolParameter] { [ToolParameter("value", .any, "Anything.")] }
    func effect(of arguments: Value) -> Effect { name == "pure" ? .pure : .unsafe }
    func run(_ invocation: ToolInvocation) async -> ToolResult { .succeeded(ToolOutput(invocation.arguments["value"])) }
}

extension Step {
    /// A step of the tool `fake` (or another) that waits for `needs`.
    static func fake(
        _ id: String, tool: String = "fake", needs: [String] = [], value: String? = nil, when: String? = nil,
        retry: RetryPolicy = .none, timeout: Duration? = nil, onFailure: OnFailure = .fail,
        mode: ExecutionMode = .concurrent
    ) throws -> Step {
        let place = SourceLocation(file: "test.yaml", line: 1, column: 1)
        var with: OrderedDictionary<String, ValueTemplate> = [:]
        if let value { with["value"] = .text(try Template.parse(value)) }
        return Step(
            id: id, location: place, kind: .tool(name: tool, with: .object(with)),
            needs: needs.map { Located($0, at: place) },
            when: try when.map { try Expression.parse($0, allowsStatusFunctions: true) }, retry: retry,
            timeout: StepTimeout(startToClose: timeout), onFailure: onFailure, executionMode: mode
        )
    }
}
