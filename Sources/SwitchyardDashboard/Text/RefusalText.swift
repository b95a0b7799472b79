import SwitchyardCore

extension CommandRefusal {
    /// What the status line says: what is so, and what can be done.
    package var sentence: String {
        switch self {
        case .alreadyPaused: "the run is already paused: p resumes it"
        case .notPaused: "the run is not paused: p pauses it, then s starts one step"
        case .nothingReady: "no step is ready to start"
        case .noFreeSlot: "no slot is free: a running step must end first"
        case .alreadyCancelling: "the run is already being cancelled"
        case .runHasEnded: "the run has ended"
        case .unknownStep(let step): "the run has no step \(step)"
        case .stepHasEnded(let step): "\(step) has ended, or its part of the run is not under way"
        }
    }
}
