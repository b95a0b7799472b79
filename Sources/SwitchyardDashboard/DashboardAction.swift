package import SwitchyardCore
package import TerminalUI

/// What happened; never what to do about it.
package enum DashboardAction: Hashable, Sendable {
    /// The dashboard was opened.
    case opened(DashboardStart)
    case key(KeyPress)
    case paste(String)
    case resized(Size)
    /// The program goes on after a stop.
    case resumed
    /// Time passed while something on the screen moves.
    case tick
    case runsLoaded(Result<[RunSummary], DashboardFailure>)
    case batch(RunID, EventBatch)
    /// The run's events have all come.
    case eventsEnded(RunID)
    case ownership(RunID, isLive: Bool)
    case commandAnswered(RunCommand, RunID, CommandRefusal?)
    case retried(Result<RunID, DashboardFailure>)
    /// The person is back from their editor.
    case edited(EditOutcome)
    case logLoaded(RunID, LogKey, [LogLine])
    case copied(description: String, succeeded: Bool)
    /// Which runs are live, as asked before quitting.
    case quitChecked(live: [RunID])
}
