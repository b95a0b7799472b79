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
    /// Start every step of a paused run that is ready now, as slots become free.
    case stepGroup
    /// End one step.
    case cancelStep(StepPath)
    /// Go on without one step, as if its `when` were false.
    case skipStep(StepPath)
    /// Try a step that waits for its next attempt again at once.
    case retryStep(StepPath)
    /// Pause the run when something comes to be.
    case setBreakpoint(Breakpoint)
    case clearBreakpoint(Breakpoint)
    /// Answer the question of an `approval` step.
    case answerApproval(StepPath, isApproved: Bool)
    /// Say what became of a step whose outcome is unknown.
    case resolve(StepPath, Resolution)
    /// Set the limit of what the run, or one of its steps, may spend. What was waiting for money goes on.
    case setBudget(step: StepPath?, Budget)
    /// Open, close or probe a breaker.
    case forceBreaker(BreakerID, CircuitBreaker.Force)
    /// Say that the result of a model step is good, or not.
    case rate(StepPath, isUp: Bool)
}

/// Why a command changed nothing.
package enum CommandRefusal: Error, Hashable, Sendable {
    case alreadyPaused
    case notPaused
    case nothingReady
    case noFreeSlot
    case alreadyCancelling
    /// What was done is being undone, to its end.
    case isUndoing
    case runHasEnded
    /// It waits for other runs of its concurrency group, and can only be cancelled.
    case isQueued
    case unknownStep(StepPath)
    case stepHasEnded(StepPath)
    case notAsking(StepPath)
    case outcomeIsKnown(StepPath)
    case notRetrying(StepPath)
    case alreadySkipping(StepPath)
    /// What is inside of it has failed the run.
    case failedRun(StepPath)
    case breakpointIsSet(Breakpoint)
    case noBreakpoint(Breakpoint)
    /// No model answered for the step.
    case noAnswer(StepPath)
    /// The limit is below what is spent.
    case budgetBelowSpent
    /// What is no condition, and why.
    case invalidCondition(String, reason: String)
}

/// Where a run pauses by itself.
package enum Breakpoint: Hashable, Sendable {
    /// Before the step starts: in every item and iteration it stands inside of. Of a `foreach` step, before its items
    /// are made; a single one is named by its own path.
    case step(StepPath)
    /// Once the condition becomes true: an expression over `run` and `steps`, such as `run.failed > 0`.
    case condition(String)
}
