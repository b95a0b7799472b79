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
    /// Whether every command to it is refused.
    let isReadOnly: Bool
    var ownership = Ownership.unknown
    var timeline: RunTimeline
    /// Where the replay stands; nil in the live view.
    var playback: Playback?
    var plan: RunPlan?
    var focus = Pane.steps
    /// Which of events and logs is seen where there is room for one.
    var bottomPane = Pane.events

    // What the list of steps shows; only `RunRows` changes these.

    /// The rows: what is unfolded, or what matches the filter.
    var rows: [StepRow] = []
    /// The row of each step; -1 where it has none.
    var rowOfStep: [Int] = []
    /// The columns that their names take, what stands before them included.
    var rowNameWidth = 0
    /// What the rows were made of.
    var rowsBasis = RowsBasis()
    var folds = StepFolds()
    var pastTally: PastTally?
    var filter = ""
    var steps = ScrollList()
    /// Whether the selection goes with what runs.
    var followsSteps = true
    var inspectorOffset = 0
    var events = ScrollList(isFollowing: true)
    var log = LogBuffer()
    var logList = ScrollList(isFollowing: true)
    var logSearch = ""
    var logColumn = 0

    init(run: RunID, number: Int?, playback: Playback? = nil, isReadOnly: Bool = false) {
        self.run = run
        self.number = number
        self.isReadOnly = isReadOnly
        self.playback = playback
        timeline = RunTimeline(run: run)
    }

    /// The run's state that is shown.
    var snapshot: RunSnapshot { playback?.snapshot ?? timeline.head }

    /// How many steps stand how at that moment.
    var tally: StepTally { pastTally?.tally ?? timeline.tally }

    /// How many steps there are at that moment; a replay at its very start already shows those of the plan.
    var shownCount: Int { max(snapshot.steps.count, timeline.plannedCount) }

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
        let leaves = timeline.tally.leaves
        switch timeline.head.status {
        case .running, .waiting: return true
        case .paused: return leaves.underWay > 0
        case .pending, .succeeded, .failed, .cancelled, .interrupted: return false
        }
    }
}
