import OrderedCollections
import SwitchyardCore

// Attempts that are runs of other pipelines.

extension RunMachine {
    /// Asks every run that an attempt under way is for the same.
    mutating func passOn(_ command: RunCommand, by actor: Actor) {
        for step in snapshot.steps.values where step.state == .running {
            guard let attempt = step.attempts.last, attempt.delegate != nil else { continue }
            instructions.append(.passOn(command, to: AttemptID(step.path, attempt.number), by: actor))
        }
    }

    /// Goes on with `attempt`, which is the run `delegate`. That has a record of its own, so nothing of it was lost with
    /// the process, and it is to be ended in its own way if nobody wants it any more.
    mutating func restoreDelegated(_ unit: UnitID, _ attempt: AttemptSnapshot, as delegate: RunID) {
        let step = step(unit)
        let id = AttemptID(path(unit), attempt.number)
        let interruption = interruption(of: unit, attempt)
        frames[unit.frame].steps[unit.index] = StepMachine(
            restoring: .running(attempt: attempt.number, interruption: interruption), attempts: attempt.number)
        frames[unit.frame].began(unit.index)
        running += 1
        instructions.append(
            .start(
                StepAttempt(
                    id: id, tool: step.kind.key, arguments: attempt.input, environment: [:], workingDirectory: nil,
                    allowedPaths: [], key: attempt.key, effect: attempt.effect, delegate: delegate)))
        guard interruption == nil else { return instructions.append(.cancelAttempt(id)) }
        // The process may have died before it had passed that on.
        if isPaused { instructions.append(.passOn(.pause, to: id, by: definition.actor)) }
        guard let limit = step.timeout.startToClose else { return }
        let rest = limit - now.since(attempt.startedAt)
        instructions.append(.setTimer(.timeout(id), after: max(.zero, rest)))
    }

    /// Why the attempt was being ended.
    private func interruption(of unit: UnitID, _ attempt: AttemptSnapshot) -> StepMachine.Interruption? {
        guard let step = snapshot.steps[path(unit)] else { return nil }
        if step.isCancelRequested { return .cancel }
        if step.isSkipRequested { return .skip }
        return attempt.timedOutAfter.map { .timeout(.startToClose, after: $0) }
    }
}

extension StepSnapshot {
    /// The last attempt, and the run that it is, if nothing says that it has ended.
    var lostRun: (attempt: AttemptSnapshot, delegate: RunID)? {
        guard let last = attempts.last, last.endedAt == nil else { return nil }
        // Attempts that took a run over from one that was lost did not say so once.
        let lost = attempts.reversed().prefix { $0.endedAt == nil }
        return lost.lazy.compactMap(\.delegate).first.map { (last, $0) }
    }
}
