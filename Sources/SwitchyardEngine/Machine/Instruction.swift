package import SwitchyardCore

/// What a ``RunMachine`` wants done.
///
/// All records of a batch of instructions are safe in the log before any of its other instructions is performed.
package enum Instruction: Hashable, Sendable {
    /// Append an event.
    case record(EventEnvelope, Durability)
    /// Wait until the run may start, or go on, beside the others of its concurrency group; answer with
    /// ``Stimulus/queued(_:)`` as often as there is something new to say, then with ``Stimulus/admitted`` or
    /// ``Stimulus/rejected(by:)``.
    case enterGroup(String, ConcurrencyPolicy.OnConflict)
    /// Start an attempt; answer with ``Stimulus/attemptEnded(_:_:)``.
    case start(StepAttempt)
    /// Ask the same of the run that an attempt is, once it is under way. Whether it does is its own affair.
    case passOn(RunCommand, to: AttemptID, by: Actor)
    /// End an attempt; its ``Stimulus/attemptEnded(_:_:)`` follows as ever.
    case cancelAttempt(AttemptID)
    /// Answer with ``Stimulus/timerFired(_:)`` after a while.
    case setTimer(TimerID, after: Duration)
    /// The attempt has a slot again after its call has waited.
    case goOn(AttemptID)
    /// So much may be spent from now on.
    case setBudget(Budget, of: BudgetScope)
    /// A person wants a breaker otherwise.
    case forceBreaker(BreakerID, CircuitBreaker.Force)
    /// Forget a timer that has not run out.
    case cancelTimer(TimerID)
    /// The command just handled changed nothing.
    case refuse(CommandRefusal)
    /// The run is over: nothing runs and no stimulus is awaited.
    case finish
}

/// An attempt with everything resolved.
package struct StepAttempt: Hashable, Sendable {
    package var id: AttemptID
    package var tool: String
    /// An object, checked against the tool's parameters.
    package var arguments: Value
    package var environment: [String: String]
    /// Nil is the workspace; a relative path starts there.
    package var workingDirectory: String?
    /// More paths that the step may use.
    package var allowedPaths: [String]
    package var key: String
    package var effect: Effect
    /// How a kept result is found; nil if the step keeps none.
    package var cache: CacheRequest?
    /// The run of another pipeline that the attempt is; nil for a call of a tool.
    package var delegate: RunID?
    /// What a model is asked; nil for a call of a tool.
    package var modelCall: ModelCall?
    /// What the step and its model have said so far.
    package var conversation = Conversation()
}

/// Where the result of an attempt may be kept, and how old it may be.
package struct CacheRequest: Hashable, Sendable {
    /// SHA-256 of everything that the result depends on.
    package var key: String
    /// What is older is not taken; nil takes any.
    package var oldest: Timestamp?
    /// Whether a kept result is taken at all: an attempt after a failed one wants a new one.
    package var takesKept: Bool
}
