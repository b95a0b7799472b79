import SwitchyardCore

extension CommandRefusal {
    /// What is so, for a person who has no keys before them.
    package var fact: String {
        switch self {
        case .alreadyPaused: "the run is already paused"
        case .notPaused: "the run is not paused"
        case .nothingReady, .isQueued, .noFreeSlot, .alreadyCancelling, .isUndoing, .runHasEnded, .unknownStep,
            .outcomeIsKnown,
            .notAsking,
            .notRetrying, .alreadySkipping, .failedRun, .breakpointIsSet, .noBreakpoint, .noAnswer,
            .budgetBelowSpent, .invalidCondition, .stepHasEnded:
            sentence
        }
    }

    /// What the status line says: what is so, and what can be done.
    package var sentence: String {
        switch self {
        case .alreadyPaused: "the run is already paused: p resumes it"
        case .notPaused: "the run is not paused: p pauses it, then s starts one step"
        case .nothingReady: "no step is ready to start"
        case .isQueued: "the run waits for others of its concurrency group: it can only be cancelled"
        case .noFreeSlot: "no slot is free: a running step must end first"
        case .alreadyCancelling: "it is already being cancelled"
        case .isUndoing: "what was done is being undone, to its end; a step of that can be cancelled by itself"
        case .runHasEnded: "the run has ended"
        case .unknownStep(let step): "the run has no step \(step)"
        case .outcomeIsKnown(let step): "the outcome of \(step) is known"
        case .notAsking(let step): "\(step) asks nothing now: it was answered, or its time is over"
        case .notRetrying(let step): "\(step) does not wait for another attempt"
        case .alreadySkipping(let step): "\(step) is already being ended and passed over"
        case .failedRun(let step): "the run has failed because of \(step): it cannot be passed over any more"
        case .breakpointIsSet(let breakpoint): "there is a breakpoint \(breakpoint.words) already"
        case .noBreakpoint(let breakpoint): "there is no breakpoint \(breakpoint.words)"
        case .noAnswer(let step): "no model has answered for \(step)"
        case .budgetBelowSpent: "more than that is spent already"
        case .invalidCondition(let text, let reason): "`\(text)` is no condition: \(reason)"
        case .stepHasEnded(let step): "\(step) has ended, or its part of the run is not under way"
        }
    }
}
