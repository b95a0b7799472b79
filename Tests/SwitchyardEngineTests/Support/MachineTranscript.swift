import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// A machine with its instructions written as short lines, so that tests read as transcripts.
struct MachineTranscript {
    private(set) var machine: RunMachine
    /// The record so far, with what was taken over.
    private(set) var events: [EventEnvelope] = []
    private var time = Timestamp(microseconds: 1_767_225_600_000_000)

    init(
        _ steps: [Step], finally: [Step] = [], outputs: OrderedDictionary<String, ValueTemplate> = [:],
        slots: Int = 5, seed: UInt64 = 1, inputs: RunInputs = RunInputs(), recorded: RecordedResults? = nil,
        concurrency: ConcurrencyPolicy? = nil
    ) throws {
        var pipeline = Pipeline(id: "test", steps: steps, finally: finally, outputs: outputs)
        pipeline.concurrency = concurrency
        machine = RunMachine(
            RunDefinition(
                run: RunID("run"), pipeline: pipeline, graph: try PipelineGraph.build(pipeline), inputs: inputs,
                tools: FakeCatalog(), seed: seed, slots: slots, workspace: "/w", actor: Actor("test"),
                recorded: recorded
            )
        )
    }

    /// Another process takes over from the events that are recorded: what was under way is gone.
    init(
        resuming events: [EventEnvelope], _ steps: [Step], finally: [Step] = [], slots: Int = 5, seed: UInt64 = 1,
        concurrency: ConcurrencyPolicy? = nil
    ) throws {
        self = try MachineTranscript(steps, finally: finally, slots: slots, seed: seed, concurrency: concurrency)
        self.events = events
        time = events.last?.time ?? time
        machine = RunMachine(machine.definition, resuming: RunSnapshot(run: RunID("run"), folding: events))
    }

    var snapshot: RunSnapshot { machine.snapshot }

    mutating func advance(by duration: Duration) { time = time.advanced(by: duration) }

    mutating func start(paused: Bool = false) -> [String] { handle(.start(paused: paused)) }

    mutating func takeOver() -> [String] { handle(.takeOver(by: Actor("bob"))) }

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

    mutating func handle(_ stimulus: Stimulus) -> [String] { perform(stimulus).map(Self.line) }

    mutating func perform(_ stimulus: Stimulus) -> [Instruction] {
        let instructions = machine.handle(stimulus, at: time)
        for case .record(let event, _) in instructions { events.append(event) }
        return instructions
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
        case .passOn(let command, let id, let actor):
            return "PASS ON \(command) to \(id.step)#\(id.number) by \(actor)"
        case .cancelAttempt(let id): return "CANCEL \(id.step)#\(id.number)"
        case .setTimer(let id, let delay): return "TIMER \(name(id)) \(DurationText.text(delay))"
        case .cancelTimer(let id): return "FORGET \(name(id))"
        case .refuse(let refusal): return "REFUSE \(refusal)"
        case .enterGroup(let group, let onConflict): return "ENTER \(group) \(onConflict.rawValue)"
        case .goOn(let id): return "GO ON \(id.step)#\(id.number)"
        case .setBudget(let budget, let scope): return "BUDGET \(scope) \(budget.microdollars ?? -1)"
        case .forceBreaker(let breaker, let force): return "BREAKER \(breaker) \(force.rawValue)"
        case .finish: return "FINISH"
        }
    }

    private static func name(_ timer: TimerID) -> String {
        switch timer {
        case .timeout(let id): "timeout \(id.step)#\(id.number)"
        case .retry(let id): "retry \(id.step)#\(id.number)"
        case .idle(let id): "idle \(id.step)#\(id.number)"
        case .heartbeat(let id): "heartbeat \(id.step)#\(id.number)"
        case .wait(let step): "wait \(step)"
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
            case .notReached: " (not reached)"
            case .groupEnded(let step): " (\(step) ended)"
            case .requested: " (requested)"
            }
        case .runFailed(let failure): " (\(failure.message))"
        case .mapExpanded(let map): " \(map.keys.joined(separator: ","))"
        case .loopIterated(let number): " \(number)"
        case .branchDecided(let target): " to \(target)"
        case .compensationPlanned(let steps): " \(steps.map(\.rawValue).joined(separator: ","))"
        case .approvalRequested(let request): " (\(request.message))"
        case .approvalAnswered(let isApproved), .approvalExpired(let isApproved): isApproved ? " yes" : " no"
        case .stepSucceeded(let success): success.source.map { " from \($0.run) \($0.seq)" } ?? ""
        case .runForked(let origin): " \(origin.run) \(origin.seq)"
        case .qualityScored(let score): " \(score.score)\(score.isLow ? " low" : "")"
        case .runQueued(let queued): " \(queued.group) behind \(queued.behind.map(\.rawValue).joined(separator: ","))"
        case .modelRequested(let requested): " \(requested.model) turn \(requested.turn)"
        case .modelToolCalled(let call): " \(call.tool)"
        case .modelSelected, .modelCompleted, .modelToolReturned: ""
        case .routing(.waitStarted(let wait)): " for \(wait.reason.rawValue)"
        case .routing(.attemptFailed(let attempt)): " \(attempt.model) \(attempt.kind.rawValue)"
        case .routing(.fellBack(let from, let to, _)): " from \(from) to \(to)"
        case .routing(.budgetReserved(let cost, _)): " \(cost?.amount ?? -1)"
        case .routing(.budgetSettled(let cost, _, let isEstimate)):
            " \(cost?.amount ?? -1)\(isEstimate ? " estimated" : "")"
        case .routing(.budgetReached(_, _, let percent)): " \(percent) %"
        case .routing(.breakerChanged(let event)): " \(event.breaker)"
        case .routing: ""
        case .runDeadlocked(let steps): " \(steps.map(\.path.rawValue).joined(separator: ","))"
        case .stepDelegated(let run): " to \(run)"
        case .breakpointSet(let breakpoint), .breakpointCleared(let breakpoint), .breakpointHit(let breakpoint):
            switch breakpoint {
            case .step(let path): " at \(path)"
            case .condition(let text): " when \(text)"
            }
        case .runSucceeded(let outputs): outputs.isNull ? "" : " \(JSON.text(of: outputs))"
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runCancelled, .planCompiled,
            .stepReady, .stepStarted, .stepProgress, .stepRetryScheduled, .stepTimedOut, .stepCancelRequested,
            .stepSkipRequested, .stepCancelled, .stepOutcomeUnknown, .stepResolved, .leaseTaken, .timerSet,
            .timerFired, .unknown:
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
        let place = Self.place
        var with: OrderedDictionary<String, ValueTemplate> = [:]
        if let value { with["value"] = .text(try Template.parse(value)) }
        return Step(
            id: id, location: place, kind: .tool(name: tool, with: .object(with)),
            needs: needs.map { Located($0, at: place) },
            when: try when.map { try Expression.parse($0, allowsStatusFunctions: true) }, retry: retry,
            timeout: StepTimeout(startToClose: timeout), onFailure: onFailure, executionMode: mode
        )
    }

    static let place = SourceLocation(file: "test.yaml", line: 1, column: 1)

    /// A group.
    static func group(_ id: String, needs: [String] = [], onFailure: OnFailure = .fail, _ steps: [Step]) -> Step {
        Step(
            id: id, location: place, kind: .group(steps), needs: needs.map { Located($0, at: place) },
            onFailure: onFailure)
    }

    /// The step once for each element of the array that `items` gives.
    func foreach(
        _ items: String, key: String? = nil, maxParallel: Int? = nil, failFast: Bool = true
    ) throws -> Step {
        var step = self
        step.foreach = Foreach(
            elements: .items(.text(try Template.parse(items))), key: try key.map { try Template.parse($0) },
            maxParallel: maxParallel, failFast: failFast)
        return step
    }

    /// The group, repeated.
    func until(_ condition: String, atMost maxIterations: Int = 100) throws -> Step {
        var step = self
        step.until = Until(try Expression.parse(condition), maxIterations: maxIterations)
        return step
    }

    /// The step as one that has `effect`, whatever its tool says.
    func having(_ effect: Effect) -> Step {
        var step = self
        step.effect = effect
        return step
    }

    /// The step with `limit` as the time that it may take.
    func within(_ limit: Duration) -> Step {
        var step = self
        step.timeout = StepTimeout(startToClose: limit)
        return step
    }

    /// The step with a judgement of its result.
    func checked(
        _ check: String, atLeast minScore: Double = 0.7, onLow: QualityPolicy.OnLow = .fail
    ) throws -> Step {
        var step = self
        step.quality = QualityPolicy(
            check: .expression(try Expression.parse(check)), minScore: minScore, onLow: onLow)
        return step
    }

    /// The step with a result that is kept for later runs.
    func cached(for ttl: Duration? = nil, key: String? = nil) throws -> Step {
        var step = self
        step.cache = CachePolicy(ttl: ttl, key: try key.map { try Template.parse($0) })
        return step
    }

    /// A step that is a run of the pipeline in `path`.
    static func nested(
        _ id: String, _ path: String, needs: [String] = [], inputs: OrderedDictionary<String, ValueTemplate> = [:]
    ) -> Step {
        Step(
            id: id, location: place, kind: .pipeline(NestedPipeline(source: .path(path), inputs: inputs)),
            needs: needs.map { Located($0, at: place) })
    }

    /// The step with another that undoes it.
    func undone(by tool: String = "fake") throws -> Step {
        var step = self
        step.compensate = [try .fake("undo-\(id)", tool: tool)]
        return step
    }

    static func jump(to id: String) -> OnFailure { .goto(Located(id, at: place)) }
}

extension MachineTranscript {
    /// Runs until nothing is under way: every attempt succeeds with what its `value` says. Returns the ids of the steps
    /// in the order they started.
    mutating func runToEnd() -> [String] {
        var started: [String] = []
        var queue = perform(.start(paused: false))
        var next = 0
        while next < queue.count {
            if case .start(let attempt) = queue[next] {
                started.append(attempt.id.step.rawValue)
                let output = ToolOutput(attempt.arguments["value"])
                queue += perform(.attemptEnded(attempt.id, .succeeded(output)))
            }
            next += 1
        }
        return started
    }
}
