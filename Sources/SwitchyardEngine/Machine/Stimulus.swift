package import SwitchyardCore

/// Everything that can make a ``RunMachine`` act.
package enum Stimulus: Hashable, Sendable {
    /// Go on with a run that another process left, at once or step by step: the first stimulus of a machine that
    /// resumes.
    case takeOver(by: Actor, paused: Bool = false)
    /// The run begins. The first stimulus, and given once.
    case start(paused: Bool)
    /// Others of its concurrency group keep the run from starting.
    case queued(QueuedRun)
    /// Nothing keeps it any more.
    case admitted
    /// It may not run beside the one named.
    case rejected(by: RunID)
    /// An attempt came to its end.
    case attemptEnded(AttemptID, ToolResult)
    /// An attempt started a process group.
    case processStarted(AttemptID, StepProgress)
    /// The model of an attempt asked, answered or called a tool; to be recorded in one.
    case modelActed(AttemptID, [RunEvent])
    /// Another run changed what all share.
    case observed(RoutingEvent)
    /// A timer that the machine set ran out.
    case timerFired(TimerID)
    /// A person or a program asks for something.
    case command(RunCommand, by: Actor)
}

/// One try of one step of a run.
package struct AttemptID: Hashable, Sendable {
    package var step: StepPath
    /// From 1.
    package var number: Int

    package init(_ step: StepPath, _ number: Int) {
        self.step = step
        self.number = number
    }
}

/// A timer of a run.
package enum TimerID: Hashable, Sendable {
    /// The attempt has taken as long as it may; number 0 stands for a group as a whole.
    case timeout(AttemptID)
    /// The wait after the attempt is over.
    case retry(AttemptID)
    /// The attempt was silent for as long as it may be.
    case idle(AttemptID)
    /// The attempt gave no sign of life for as long as it may.
    case heartbeat(AttemptID)
    /// What the step waits for is due: its moment, or the end of its question.
    case wait(StepPath)
}
