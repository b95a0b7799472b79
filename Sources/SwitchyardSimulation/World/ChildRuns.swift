import SwitchyardCore
import SwitchyardEngine

/// The runs that attempts of the simulated run are. Each has a record of its own: with the process it stops, and goes on
/// from there when it is started again.
struct ChildRuns {
    private enum State {
        /// Its end comes at that time.
        case underWay(end: Timestamp)
        /// No process has it; so much of it is left.
        case interrupted(rest: Duration)
    }

    private struct Child {
        var attempt: AttemptID
        var result: ToolResult
        var state: State
    }

    private var children: [RunID: Child] = [:]

    /// What is left of `run`, if it had begun: how it ends, and after how long.
    mutating func goOn(_ run: RunID, at now: Timestamp) -> (result: ToolResult, rest: Duration)? {
        guard let child = children[run], case .interrupted(let rest) = child.state else { return nil }
        children[run]?.state = .underWay(end: now.advanced(by: rest))
        return (child.result, rest)
    }

    /// `attempt` is `run`, which ends with `result` at `end`.
    mutating func begin(_ run: RunID, as attempt: AttemptID, _ result: ToolResult, end: Timestamp) {
        children[run] = Child(attempt: attempt, result: result, state: .underWay(end: end))
    }

    /// The run that `attempt` is, if it is one, comes to another end.
    mutating func change(_ attempt: AttemptID, _ result: ToolResult, end: Timestamp) {
        for (run, child) in children where child.attempt == attempt {
            guard case .underWay = child.state else { continue }
            begin(run, as: attempt, result, end: end)
        }
    }

    mutating func processDied(at now: Timestamp) {
        for (run, child) in children {
            guard case .underWay(let end) = child.state else { continue }
            children[run]?.state = .interrupted(rest: max(.zero, end.since(now)))
        }
    }

    /// One that nobody has gone on with, and its attempt.
    var abandoned: (run: RunID, attempt: AttemptID)? {
        let left = children.filter { if case .interrupted(let rest) = $0.value.state { rest > .zero } else { false } }
        return left.min { $0.key < $1.key }.map { ($0.key, $0.value.attempt) }
    }
}
