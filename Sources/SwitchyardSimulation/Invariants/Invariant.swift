/// A promise of the engine, whatever happens to its process, its disk and its tools.
package enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// Events are numbered 1, 2, 3 … without gaps, and nothing follows the run's end.
    case sequence
    /// What is performed was recorded before, on the disk where it is not pure.
    case recordBeforeEffect = "record_before_effect"
    /// The result of a step with an effect is on the disk before its dependents start.
    case resultBeforeDependents = "result_before_dependents"
    /// A recorded success is what an attempt gave, or a person's word.
    case realResult = "real_result"
    /// A step ends once.
    case oneResult = "one_result"
    /// Nothing but a branch follows the end of a step.
    case silenceAfterEnd = "silence_after_end"
    /// A recorded attempt is performed at most once.
    case attemptFiredOnce = "attempt_fired_once"
    /// An unsafe step is tried again only after a recorded failure, or on a person's word.
    case unsafeNeverRepeated = "unsafe_never_repeated"
    /// Every attempt of a step has the same idempotency key, and no other step has it.
    case stableKey = "stable_key"
    /// The attempts of a step are numbered 1, 2, 3 … and tried again only as its policy allows.
    case retryPolicy = "retry_policy"
    /// No more attempts run at once than there are slots.
    case slots
    /// A serial step runs alone among the steps of its list.
    case serialAlone = "serial_alone"
    /// Nothing starts before what it needs has ended.
    case needsEnded = "needs_ended"
    /// Nothing new starts after a failure that stops, or a cancellation, inside of what it stops.
    case nothingAfterStop = "nothing_after_stop"
    /// No more items are under way than `max_parallel` allows.
    case window
    /// While a run is paused, steps start only one by one, on a person's word.
    case pauseHolds = "pause_holds"
    /// Nothing that waits goes on before its time.
    case waits
    /// A refused command changes nothing.
    case refusals
    /// A run ends: whatever waits, waits for something that comes, or for a person who was asked.
    case runEnds = "run_ends"
    /// When a run has ended, so have its steps, its attempts and its timers.
    case nothingLeft = "nothing_left"
    /// How the run ended follows from how its steps did.
    case status
    /// What succeeded is undone if the run fails or is cancelled, each once, the last first.
    case compensation
    /// The machine's state is the fold of the log.
    case fold
    /// A run that was cut, and taken over, ends as it would have.
    case sameOutcome = "same_outcome"
}

/// A promise that was not kept.
package struct Violation: Error, Hashable, Sendable {
    package var invariant: Invariant
    /// One sentence, without a full stop.
    package var message: String

    package init(_ invariant: Invariant, _ message: String) {
        self.invariant = invariant
        self.message = message
    }
}
