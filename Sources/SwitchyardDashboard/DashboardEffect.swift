package import SwitchyardCore

/// What the reducer asks of the outside, as values.
package enum DashboardEffect: Hashable, Sendable {
    case loadRuns
    /// Subscribe to a run's events; any other subscription ends.
    case watch(RunID)
    case unwatch
    case checkOwnership(RunID)
    case send(RunCommand, RunID)
    case runAgain(RunID, RunAgainExtent)
    case resume(RunID)
    /// Leave the screen to the person's editor with the run's definition, and try again with what they made of it.
    case edit(RunID)
    case loadLog(RunID, LogKey)
    /// Copy a text; the description says what it is, for the status line.
    case copy(String, description: String)
    /// Find out which of the runs are live before quitting.
    case checkBeforeQuit([RunID])
    case cancelAndQuit([RunID])
    /// Quit without ending the runs: they can be resumed.
    case leaveAndQuit([RunID])
    case suspend
    case redraw
    case quit
}

/// Names the log of one attempt.
package struct LogKey: Hashable, Sendable {
    package var step: StepPath
    package var attempt: Int

    package init(step: StepPath, attempt: Int) {
        self.step = step
        self.attempt = attempt
    }
}
