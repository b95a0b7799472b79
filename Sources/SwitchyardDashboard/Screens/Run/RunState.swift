import OrderedCollections
import SwitchyardCore
import TerminalUI

/// A part of the run's screen that can have the focus.
package enum Pane: Int, Hashable, Sendable, CaseIterable {
    case steps = 1
    case inspector, events, logs
}

/// One run on the screen, live or as a replay.
struct RunState: Hashable, Sendable {
    enum Ownership: Hashable, Sendable {
        /// Not answered yet. Either of the others follows.
        case unknown
        /// This process runs it; commands work.
        case owned
        /// A record, or another process's run.
        case foreign
    }

    let run: RunID
    var number: Int?
    var ownership = Ownership.unknown
    var timeline: RunTimeline
    /// Where the replay stands; nil in the live view.
    var playback: Playback?
    private(set) var plan: RunPlan?
    var focus = Pane.steps
    /// Which of events and logs is seen where there is room for one.
    var bottomPane = Pane.events

    /// The rows of the list of steps: those that match the filter.
    private(set) var rows: [RunPlan.Row] = []
    private(set) var filter = ""
    var steps = ScrollList()
    /// Whether the selection goes with what runs.
    var followsSteps = true
    var inspectorOffset = 0
    var events = ScrollList(isFollowing: true)
    var log = LogBuffer()
    var logList = ScrollList(isFollowing: true)
    var logSearch = ""
    var logColumn = 0

    init(run: RunID, number: Int?, playback: Playback? = nil) {
        self.run = run
        self.number = number
        self.playback = playback
        timeline = RunTimeline(run: run)
    }

    /// The run's state that is shown.
    var snapshot: RunSnapshot { playback?.snapshot ?? timeline.head }

    /// How many events have happened at the moment that is shown.
    var eventCount: Int { playback?.count ?? timeline.count }

    /// The moment that clocks show: now for a run that goes on, else the cursor or the run's last event.
    func clock(now: Timestamp) -> Timestamp {
        if let playback { return playback.time }
        switch timeline.head.status {
        case .succeeded, .failed, .cancelled, .interrupted: return timeline.head.lastTime ?? now
        case .pending, .running, .paused, .waiting: return max(now, timeline.head.lastTime ?? now)
        }
    }

    /// Whether clocks of the live view move by themselves.
    var hasMovingClock: Bool {
        let counts = timeline.head.counts
        switch timeline.head.status {
        case .running, .waiting: return true
        case .paused: return counts.running + counts.waiting > 0
        case .pending, .succeeded, .failed, .cancelled, .interrupted: return false
        }
    }

    // MARK: Steps

    /// The index of the selected step in the snapshot.
    var selectedIndex: Int? {
        guard rows.indices.contains(steps.selection), case .step(let index, _) = rows[steps.selection] else {
            return nil
        }
        return index
    }

    var selectedPath: StepPath? {
        selectedIndex.flatMap { index in plan.map { $0.paths[index] } }
    }

    /// Selects a step; one hidden by the filter shows all steps again.
    mutating func select(_ path: StepPath) {
        guard let plan, let index = plan.index(of: path) else { return }
        if row(of: index) == nil { setFilter("") }
        if let row = row(of: index) { selectRow(row) }
    }

    private func row(of index: Int) -> Int? {
        rows.firstIndex { row in
            switch row {
            case .step(let other, _): other == index
            case .finallyRule: false
            }
        }
    }

    /// Selects a row, or the one after it if it is a rule.
    mutating func selectRow(_ row: Int, forward: Bool = true) {
        steps.select(row)
        if rows.indices.contains(steps.selection), rows[steps.selection] == .finallyRule {
            let other = steps.selection + (forward ? 1 : -1)
            steps.select(rows.indices.contains(other) ? other : steps.selection + (forward ? -1 : 1))
        }
    }

    mutating func setFilter(_ text: String) {
        let selected = selectedIndex
        filter = text
        refreshRows()
        if let selected, let row = row(of: selected) { selectRow(row) } else { selectRow(0) }
    }

    /// Makes the plan's layout once the plan is there.
    mutating func adoptPlan() {
        guard plan == nil, !timeline.head.steps.isEmpty else { return }
        plan = RunPlan(steps: timeline.head.steps)
        refreshRows()
    }

    private mutating func refreshRows() {
        guard let plan else { return }
        let wanted = filter.lowercased()
        let uses = timeline.head.steps.values
        rows =
            wanted.isEmpty
            ? plan.rows
            : plan.rows.filter { row in
                switch row {
                case .step(let index, _):
                    plan.paths[index].rawValue.lowercased().contains(wanted)
                        || uses[index].planned.uses.lowercased().contains(wanted)
                case .finallyRule: false
                }
            }
        steps.update(count: rows.count, height: steps.height)
    }

    /// Moves the selection to what happens: the step that started last among those running, else the one that
    /// failed the run, else the one that started last.
    ///
    /// A function of the snapshot alone, so that a replay shows what the live view showed.
    mutating func followSteps() {
        guard followsSteps, let plan else { return }
        let snapshot = self.snapshot
        var running: (index: Int, at: Timestamp)?
        var latest: (index: Int, at: Timestamp)?
        for (index, step) in snapshot.steps.values.enumerated() {
            guard let at = step.attempts.last?.startedAt else { continue }
            if step.state == .running, at > running?.at ?? Timestamp(microseconds: .min) { running = (index, at) }
            if at > latest?.at ?? Timestamp(microseconds: .min) { latest = (index, at) }
        }
        let failed = snapshot.failure?.steps.first.flatMap { plan.index(of: $0) }
        guard let index = running?.index ?? failed ?? latest?.index, index != selectedIndex, let row = row(of: index)
        else { return }
        selectRow(row)
        inspectorOffset = 0
    }

    /// The attempt whose log is shown: the selected step's latest.
    var wantedLog: LogKey? {
        guard let path = selectedPath, let attempt = snapshot.steps[path]?.attempts.last else { return nil }
        return LogKey(step: path, attempt: attempt.number)
    }
}
