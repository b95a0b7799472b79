/// What can be asked of a run.
package enum RunCommand: Hashable, Sendable {
    /// Start nothing new.
    case pause
    /// Start steps again.
    case resume
    /// Start exactly one ready step of a paused run.
    case step
    /// End the run: running steps are ended, `finally` runs.
    case cancel
    /// End one step.
    case cancelStep(StepPath)
}

/// Why a command changed nothing.
package enum CommandRefusal: Error, Hashable, Sendable {
    case alreadyPaused
    case notPaused
    case nothingReady
    case noFreeSlot
    case alreadyCancelling
    case runHasEnded
    case unknownStep(StepPath)
    case stepHasEnded(StepPath)
}
