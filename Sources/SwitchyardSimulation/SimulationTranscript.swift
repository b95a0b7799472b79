import SwitchyardCore
import SwitchyardEngine

// What happened, for people: a line for every stimulus, instruction and fault.

extension Simulation {
    mutating func note(_ stimulus: Stimulus) {
        guard lines != nil else { return }
        note(Self.text(stimulus))
    }

    mutating func note(_ instructions: [Instruction]) {
        guard lines != nil else { return }
        for instruction in instructions { lines?.append("    \(Self.text(instruction))") }
    }

    mutating func note(_ line: String) {
        guard lines != nil else { return }
        lines?.append("\(Double(now.since(Self.beginning).wholeMicroseconds) / 1e6)s \(line)")
    }

    private static func text(_ stimulus: Stimulus) -> String {
        switch stimulus {
        case .start(let paused): paused ? "start paused" : "start"
        case .takeOver: "take over"
        case .queued: "queued"
        case .admitted: "admitted"
        case .rejected: "rejected"
        case .modelActed(let id, let events): "\(events.map(\.type).joined(separator: ", ")) of \(text(id))"
        case .observed(let event): RunEvent.routing(event).type
        case .attemptEnded(let id, let result): "ended \(text(id)) \(text(result))"
        case .processStarted(let id, _): "process of \(text(id))"
        case .timerFired(let id): "timer \(text(id))"
        case .command(let command, _): "command \(command)"
        }
    }

    private static func text(_ result: ToolResult) -> String {
        switch result {
        case .succeeded: "well"
        case .failed(let failure): failure.kind.rawValue
        case .cancelled: "cancelled"
        }
    }

    private static func text(_ id: AttemptID) -> String { "\(id.step)#\(id.number)" }

    static func text(_ timer: TimerID) -> String {
        switch timer {
        case .timeout(let id): "timeout \(text(id))"
        case .retry(let id): "retry \(text(id))"
        case .idle(let id): "idle \(text(id))"
        case .heartbeat(let id): "heartbeat \(text(id))"
        case .wait(let step): "wait \(step)"
        }
    }

    private static func text(_ instruction: Instruction) -> String {
        switch instruction {
        case .record(let event, let durability):
            let step = event.step.map { " \($0)" } ?? ""
            let attempt = event.attempt.map { "#\($0)" } ?? ""
            let detail = detail(event.event).map { " (\($0))" } ?? ""
            return "\(event.seq) \(event.event.type)\(step)\(attempt)\(detail)\(durability == .disk ? " !" : "")"
        case .start(let attempt): return "START \(text(attempt.id)) \(attempt.effect.rawValue)"
        case .passOn(let command, let id, _): return "PASS ON \(command) to \(text(id))"
        case .cancelAttempt(let id): return "CANCEL \(text(id))"
        case .setTimer(let id, let delay): return "TIMER \(text(id)) \(DurationText.text(delay))"
        case .cancelTimer(let id): return "FORGET \(text(id))"
        case .refuse(let refusal): return "REFUSE \(refusal)"
        case .enterGroup(let group, _): return "ENTER \(group)"
        case .goOn(let id): return "GO ON \(text(id))"
        case .setBudget(_, let scope): return "BUDGET \(scope)"
        case .forceBreaker(let breaker, let force): return "BREAKER \(breaker) \(force.rawValue)"
        case .finish: return "FINISH"
        }
    }

    /// What tells events of one type apart, where that helps.
    private static func detail(_ event: RunEvent) -> String? {
        if case .stepFailed(let failure, let willRetry) = event {
            return "\(failure.kind.rawValue)\(willRetry ? ", again" : ""): \(failure.message)"
        }
        if case .stepSkipped(let reason) = event { return "\(reason)" }
        if case .runFailed(let failure) = event { return failure.message }
        if case .mapExpanded(let map) = event { return map.keys.joined(separator: ", ") }
        if case .loopIterated(let number) = event { return "\(number)" }
        if case .branchDecided(let target) = event { return "to \(target)" }
        if case .compensationPlanned(let steps) = event { return steps.map(\.rawValue).joined(separator: ", ") }
        if case .stepResolved(let resolution) = event { return resolution.rawValue }
        return nil
    }
}
