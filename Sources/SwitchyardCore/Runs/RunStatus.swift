/// The state of a run.
package enum RunStatus: String, Hashable, Sendable, CaseIterable {
    /// Created, not started. `running` or `cancelled` may follow.
    case pending
    /// Steps may start. Anything but `pending` may follow.
    case running
    /// Running steps go on, new ones wait for a person. `running`, or an end, may follow.
    case paused
    /// Nothing runs; something is waited for. `running`, `paused` or an end may follow.
    case waiting
    /// Every step ended well. Final.
    case succeeded
    /// A step failed, or the outputs could not be computed. Final.
    case failed
    /// A person cancelled it. Final.
    case cancelled
    /// Its process ended before the run did: no owner, no end in the log. Never written; seen by who reads the log.
    case interrupted

    /// Whether the run has ended for good.
    package var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .cancelled: true
        case .pending, .running, .paused, .waiting, .interrupted: false
        }
    }

    /// Whether a process has the run and may record more of it.
    package var mayGoOn: Bool {
        switch self {
        case .pending, .running, .paused, .waiting: true
        case .succeeded, .failed, .cancelled, .interrupted: false
        }
    }
}

/// The state of a step.
package enum StepState: Hashable, Sendable {
    /// Needs have not ended.
    case pending
    /// Needs have ended; a slot is awaited.
    case ready
    /// An attempt is under way. It holds a slot.
    case running
    /// Something is awaited. It holds no slot.
    case waiting(WaitReason)
    /// Final.
    case succeeded
    /// Final.
    case failed
    /// Final.
    case skipped
    /// Final.
    case cancelled
    /// An unsafe step was under way when its process died: a person decides.
    case outcomeUnknown

    package var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .skipped, .cancelled: true
        case .pending, .ready, .running, .waiting, .outcomeUnknown: false
        }
    }

    /// The state's name in expressions, JSON and on screens.
    package var name: String {
        switch self {
        case .pending: "pending"
        case .ready: "ready"
        case .running: "running"
        case .waiting: "waiting"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .skipped: "skipped"
        case .cancelled: "cancelled"
        case .outcomeUnknown: "outcome_unknown"
        }
    }
}

/// What a waiting step waits for.
package enum WaitReason: Hashable, Sendable {
    /// The next attempt, due at `until`.
    case retry(until: Timestamp)
    /// A moment.
    case timer(until: Timestamp)
    /// A person.
    case approval(ApprovalRequest)
    /// What a call of its model waits for; the attempt is under way.
    case call(ModelWait)
}
