package import SwitchyardCore

/// Why something outside the dashboard could not be done: one sentence for a person.
package struct DashboardFailure: Error, Hashable, Sendable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// The world outside the dashboard, as closures.
package struct DashboardClient: Sendable {
    /// The runs of the store, the newest first.
    package var runs: @Sendable () async -> Result<[RunSummary], DashboardFailure>
    /// The events of a run: those recorded, then those that happen; ends after the run's last event.
    package var events: @Sendable (RunID) -> AsyncStream<EventBatch>
    /// Whether this process owns the run and it has not ended: commands work.
    package var isLive: @Sendable (RunID) async -> Bool
    /// Asks something of a run; nil if it was accepted.
    package var send: @Sendable (RunCommand, RunID) async -> CommandRefusal?
    /// The last lines that an attempt printed.
    package var logLines: @Sendable (RunID, StepPath, _ attempt: Int, _ lastLines: Int) async -> [LogLine]
    /// Runs the same pipeline with the same inputs again; the new run.
    package var again: @Sendable (RunID, RunAgainExtent) async -> Result<RunID, DashboardFailure>
    /// Goes on with a run whose process is gone, in this one.
    package var resume: @Sendable (RunID) async -> Result<RunID, DashboardFailure>
    /// Has the person edit the definition of a run that has ended, and tries the run again with that, in a new one.
    /// The terminal is theirs meanwhile.
    package var edit: @Sendable (RunID) async -> EditOutcome
    package var now: @Sendable () -> Timestamp
    /// Puts text on the clipboard; whether there was a way to.
    package var copy: @MainActor @Sendable (String) -> Bool

    package init(
        runs: @escaping @Sendable () async -> Result<[RunSummary], DashboardFailure>,
        events: @escaping @Sendable (RunID) -> AsyncStream<EventBatch>,
        isLive: @escaping @Sendable (RunID) async -> Bool,
        send: @escaping @Sendable (RunCommand, RunID) async -> CommandRefusal?,
        logLines: @escaping @Sendable (RunID, StepPath, _ attempt: Int, _ lastLines: Int) async -> [LogLine],
        again: @escaping @Sendable (RunID, RunAgainExtent) async -> Result<RunID, DashboardFailure>,
        resume: @escaping @Sendable (RunID) async -> Result<RunID, DashboardFailure>,
        edit: @escaping @Sendable (RunID) async -> EditOutcome,
        now: @escaping @Sendable () -> Timestamp,
        copy: @escaping @MainActor @Sendable (String) -> Bool
    ) {
        self.runs = runs
        self.events = events
        self.isLive = isLive
        self.send = send
        self.logLines = logLines
        self.again = again
        self.resume = resume
        self.edit = edit
        self.now = now
        self.copy = copy
    }
}

/// How much of a recorded run another one does again.
package enum RunAgainExtent: Hashable, Sendable {
    /// Everything.
    case whole
    /// What did not succeed, what was undone, and what follows from either.
    case failed
    /// The step and what follows from it, as well.
    case from(StepPath)
    /// What had not ended with the event of that number.
    case at(Int)
}

/// How the editing of a run's definition ended.
package enum EditOutcome: Hashable, Sendable {
    /// There is a new run. `results` counts what it takes over where it still fits; `repeated` succeeded before and is
    /// done again.
    case started(RunID, results: Int, repeated: [StepPath])
    /// The person wants no new run: one sentence that says so.
    case left(String)
    case failed(DashboardFailure)
}

/// What the dashboard shows first.
package enum DashboardStart: Hashable, Sendable {
    /// The list of runs.
    case runs
    /// One run: live if this process owns it, else as a replay that stands at its end.
    case run(RunID)
    /// A replay that plays at once, from a time after the run's start.
    case replay(RunID, speed: Double = 1, from: Duration? = nil)
}

/// What was on the screen when the person left.
package struct DashboardExit: Hashable, Sendable {
    /// The run watched last, as it was then.
    package var snapshot: RunSnapshot?
    /// Its number in the store.
    package var number: Int?
    /// The runs that the person chose to cancel by quitting; their cancellation has been asked for.
    package var cancelled: [RunID]
    /// The runs that the person chose to leave as they are.
    package var left: [RunID]

    /// The run watched last.
    package var run: RunID? { snapshot?.run }

    package init(snapshot: RunSnapshot?, number: Int?, cancelled: [RunID], left: [RunID] = []) {
        self.snapshot = snapshot
        self.number = number
        self.cancelled = cancelled
        self.left = left
    }
}
