/// Something about a run's record that cannot be true.
package struct RunProblem: Hashable, Sendable {
    package enum Finding: Hashable, Sendable {
        // The record as such.
        /// Nothing is recorded.
        case empty
        /// The event cannot be read.
        case unreadable(EventLogError)
        /// Another number was due.
        case outOfSequence(expected: Int)
        case otherRun(RunID)
        /// It is earlier than the event before it, by this much.
        case timeWentBack(by: Duration)
        /// It names an event that is not before it as what led to it.
        case causeNotBefore(Int)
        /// The payload of `member` is not in the store.
        case payloadMissing(member: String, hash: String)
        /// The payload of `member` is not the text that its name is the hash of.
        case payloadChanged(member: String, hash: String)
        /// What lists of runs say of it is not what its events say: the field.
        case listedDifferently(field: String)

        // What was hashed when it was written.
        case definitionHash(recorded: String, computed: String)
        case inputHash(recorded: String, computed: String)
        case outputHash(recorded: String, computed: String)

        // The run's story.
        /// It does not begin with its creation.
        case notCreatedFirst
        case createdAgain
        /// The run had ended.
        case afterTheEnd
        /// Processes take a run over one after the other: another number was due.
        case epoch(expected: Int)
        /// The run ended, and a step did not.
        case leftOpen(StepState)
        /// The run failed by a step that neither failed nor was cancelled.
        case blamedStep(StepPath)

        // A step's story.
        case stepNotNamed
        /// The run has no such step.
        case unknownStep
        /// The attempts of a step count from 1.
        case attempt(expected: Int)
        /// Nothing of this attempt was recorded before.
        case unknownAttempt(Int)
        /// A step in this state does not do that.
        case notPossible(in: StepState)
    }

    /// The event; nil for the run as a whole.
    package var seq: Int?
    package var step: StepPath?
    /// The event's stored name.
    package var type: String?
    package var finding: Finding

    package init(_ finding: Finding, seq: Int? = nil, step: StepPath? = nil, type: String? = nil) {
        self.seq = seq
        self.step = step
        self.type = type
        self.finding = finding
    }

    package init(_ finding: Finding, in event: EventEnvelope) {
        self.init(finding, seq: event.seq, step: event.step, type: event.event.type)
    }
}
