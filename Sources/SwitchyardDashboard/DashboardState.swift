package import SwitchyardCore
package import TerminalUI

/// Everything on the screen.
package struct DashboardState: Hashable, Sendable {
    package var size: Size
    /// The time of the last action.
    package var now: Timestamp
    /// Whether every command to a run is refused.
    package let isReadOnly: Bool
    var runs = RunsState()
    /// The run that is shown; without one the list of runs is.
    var run: RunState?
    var overlay = Overlay.none
    /// Stands in the status line until the next key.
    var toast: Toast?
    /// The runs known to be owned by this process.
    var owned: Set<RunID> = []

    package init(size: Size, now: Timestamp, isReadOnly: Bool = false) {
        self.size = size
        self.now = now
        self.isReadOnly = isReadOnly
    }

    /// Which keys count at present, overlays aside.
    var view: KeyView {
        guard let run else { return .runs }
        return run.playback == nil ? .run : .replay
    }

    /// How soon something on the screen changes by itself; nil if nothing does.
    package var tickInterval: Duration? {
        guard let run else {
            // Runs that go on may end, which only loading the list again shows.
            return runs.hasMovingRun ? .seconds(1) : nil
        }
        if let playback = run.playback { return playback.isPlaying ? .milliseconds(50) : nil }
        return run.hasMovingClock ? .milliseconds(250) : nil
    }
}

/// A message in the status line.
struct Toast: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case note, refusal
    }

    var kind: Kind
    var text: String

    static func note(_ text: String) -> Toast { Toast(kind: .note, text: text) }
    static func refusal(_ text: String) -> Toast { Toast(kind: .refusal, text: text) }
}

/// What stands over the view and takes the keys.
enum Overlay: Hashable, Sendable {
    case none
    case help(offset: Int)
    case confirm(Confirmation)
    case choose(BreakerChoice)
    /// The table of models and breakers.
    case models
    case input(InputLine)
}

/// A question whose answer is `y`; every other key means no.
enum Confirmation: Hashable, Sendable {
    case cancelStep(RunID, StepPath)
    case cancelRun(RunID, name: String)
    case again(RunID, RunAgainExtent, words: String)
    case resume(RunID)
    case answer(RunID, StepPath, isApproved: Bool, asked: String)
    /// What became of a step whose outcome nobody saw.
    case resolve(RunID, StepPath, Resolution)
    case openBreaker(RunID, BreakerID)
    /// `mayLeave` says whether nothing would be lost if the runs were left to be resumed.
    case quit(live: [RunID], mayLeave: Bool)

    var question: String {
        switch self {
        case .cancelStep(_, let step): "Cancel step \(step)?"
        case .cancelRun(_, let name): "Cancel run \(name)? Running steps are ended; `finally` runs."
        case .again(_, _, let words): words
        case .resume: "Its process is gone. Go on with the run in this one?"
        case .resolve(_, let step, .done): "Did \(step) take effect? The run goes on, its output is null."
        case .resolve(_, let step, .failed): "Did \(step) fail?"
        case .resolve(_, let step, .retry): "Try \(step) again? It may have taken effect already."
        case .openBreaker(_, let breaker):
            "Open the breaker of \(breaker)? Nothing calls it any more until a person closes it."
        case .answer(_, let step, let isApproved, let asked):
            "\(isApproved ? "Approve" : "Reject") \(step)? It asks: \(asked)"
        case .quit(let live, _): live.count == 1 ? "The run is still going." : "\(live.count) runs are still going."
        }
    }

    var answers: String {
        switch self {
        case .cancelStep, .cancelRun: "y cancels it, any other key leaves it alone"
        case .again: "y starts it, any other key does not"
        case .resume: "y goes on with it, any other key leaves it interrupted"
        case .answer(_, _, let isApproved, _):
            "y \(isApproved ? "approves" : "rejects") it, any other key leaves it waiting"
        case .openBreaker: "y opens it, any other key leaves it as it is"
        case .resolve: "y says so, any other key leaves it unknown"
        case .quit(_, mayLeave: true): "l leaves it to be resumed, y cancels it and quits, any other key stays"
        case .quit(let live, mayLeave: false):
            "y cancels \(live.count == 1 ? "it" : "them") and quits, any other key stays"
        }
    }
}

/// A line being typed at the bottom of the screen.
struct InputLine: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
        case filterRuns, filterSteps, searchLog, command, breakCondition
        /// The new limit of a step as the file has it, or of the run.
        case budget(StepPath?, BudgetUnit)

        var prompt: String {
            switch self {
            case .filterRuns, .filterSteps, .searchLog: "/"
            case .command: ":"
            case .breakCondition: "pause when "
            case .budget(let step, .microdollars): "budget of \(step?.rawValue ?? "the run"): $"
            case .budget(let step, .tokens): "budget of \(step?.rawValue ?? "the run") in tokens: "
            }
        }
    }

    var purpose: Purpose
    var field: TextField
    /// What Escape brings back.
    var previous: String
}
