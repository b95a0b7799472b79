import OrderedCollections
import SwitchyardCore

// How a run waits for others of its concurrency group.

extension RunMachine {
    /// Starts the run that was created, or the wait for its turn.
    mutating func enterGroup() {
        if let problem = definition.groupProblem { return end(failing: problem) }
        guard let group = definition.created.concurrencyGroup, let policy = definition.pipeline.concurrency else {
            return startCreated(paused: startsPaused)
        }
        phase = .queued
        // Who takes a run over has no right to end the others for it, nor to lose it.
        let onConflict = snapshot.startedAt == nil ? policy.onConflict : .queue
        // As the others have it in their records.
        instructions.append(.enterGroup(definition.mask.masking(group), onConflict))
    }

    mutating func waitsInQueue(_ queued: QueuedRun) {
        guard phase == .queued else { return }
        emit(.runQueued(queued))
    }

    mutating func admitted() {
        guard phase == .queued else { return }
        guard snapshot.startedAt != nil else { return startCreated(paused: startsPaused) }
        let cause =
            snapshot.status == (startsPaused ? .paused : .running)
            ? snapshot.lastSeq : emit(startsPaused ? .runPaused : .runResumed, actor: definition.actor)
        goOnWithRecord(paused: startsPaused, cause: cause)
    }

    mutating func rejected(by other: RunID) {
        guard phase == .queued else { return }
        let group = definition.created.concurrencyGroup ?? ""
        end(failing: "run \(other) of the concurrency group \(group) is under way")
    }

    /// What a person asks of a run that waits for its turn.
    mutating func performQueued(_ command: RunCommand, by actor: Actor) throws(CommandRefusal) {
        if command == .resume, startsPaused {
            // The event follows when it is the run's turn: until then it waits all the same.
            startsPaused = false
            return
        }
        guard command == .cancel else { throw .isQueued }
        if snapshot.isCancelRequested { throw .alreadyCancelling }
        emit(.runCancelRequested, actor: actor)
        startsPaused = false
        // What another process began is to be undone, and `finally` to run: when it is the run's turn.
        guard snapshot.startedAt == nil else { return }
        // A process that lost its power may have left a plan behind.
        for step in snapshot.steps.values where !step.state.isFinal { emit(.stepCancelled, step: step.path) }
        emit(.runCancelled, durability: .disk)
        phase = .ended
        instructions.append(.finish)
    }

    /// Ends a run of which no step has started.
    private mutating func end(failing message: String) {
        emit(.runFailed(RunFailure(message: message, steps: [])), durability: .disk)
        phase = .ended
        instructions.append(.finish)
    }
}
