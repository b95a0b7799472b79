/// The state of one step at a moment.
package struct StepSnapshot: Hashable, Sendable {
    package var planned: CompiledPlan.PlannedStep
    package private(set) var state: StepState = .pending
    package private(set) var readyAt: Timestamp?
    /// When the first attempt started.
    package private(set) var startedAt: Timestamp?
    package private(set) var endedAt: Timestamp?
    /// The `seq` of the event that ended it.
    package private(set) var endedSeq: Int?
    /// Whether a person asked for the end of this very step, and not only of what is around it.
    package private(set) var isCancelRequested = false
    /// Of a step that holds others: the `seq` of the event that first asked for the end of what is inside of it, a
    /// cancellation, a skip or its timeout.
    package private(set) var stopSeq: Int?
    /// Of a step that holds others: what it was allowed to take, once that was over.
    package private(set) var timedOutAfter: Duration?
    /// Whether a person wants the run to go on without it.
    package private(set) var isSkipRequested = false
    /// Whether the run paused before it, and need not do so again.
    package private(set) var isPastBreakpoint = false
    package private(set) var attempts: [AttemptSnapshot] = []
    package private(set) var skipReason: SkipReason?
    package private(set) var output: Value = .null
    /// How many bytes there were in all, when `output` holds only their beginning.
    package private(set) var bytesBeforeCut: Int?
    package private(set) var summary: String?
    /// Where its result was taken from, if no attempt of this run made it.
    package private(set) var source: ResultSource?
    /// What it and its model have said since a new answer was last asked for.
    package var conversation: Conversation { modelRecord?.conversation ?? Conversation() }
    /// What its models have used, in all its attempts.
    package var modelUse: ModelUse { modelRecord?.use ?? ModelUse() }
    private var modelRecord: ModelRecord?
    /// The tries of its models that gave no answer, in order.
    package private(set) var failedCalls: [FailedModelAttempt] = []
    /// What a person thinks of its result: good or not.
    package private(set) var rating: Bool?
    /// How good its result is, where that was judged.
    package private(set) var quality: QualityScore?
    /// The run of another pipeline that the last attempt was.
    package private(set) var delegate: RunID?
    /// The failure of the last attempt, unless a later one succeeded.
    package private(set) var failure: StepFailure?
    /// Of a `foreach` step: its items, once they are known.
    package private(set) var expansion: MapExpansion?
    /// Of a group with `until`: the iteration under way or last, from 1.
    package private(set) var iteration: Int?
    /// Of the instance of a `foreach` step: its item and the item's number, from 0.
    package var item: (value: Value, index: Int)? { itemIndex.map { (itemValue, $0) } }
    private var itemValue = Value.null
    private var itemIndex: Int?

    init(planned: CompiledPlan.PlannedStep) {
        self.planned = planned
    }

    /// The instance of `planned` for an item.
    init(planned: CompiledPlan.PlannedStep, item: Value, index: Int) {
        self.init(planned: planned)
        itemValue = item
        itemIndex = index
    }

    package var path: StepPath { planned.path }

    /// The breakpoints that the run would pause at before the step.
    package var breakpoints: [Breakpoint] {
        item == nil ? [.step(path), .step(path.planned)] : [.step(path)]
    }

    /// Whether it ended because what is around it was stopped.
    package var wasCut: Bool {
        switch state {
        case .cancelled: return !isCancelRequested
        case .skipped:
            if case .runFailed? = skipReason { return true }
            return false
        case .pending, .ready, .running, .waiting, .succeeded, .failed, .outcomeUnknown: return false
        }
    }

    /// How long the step has taken at `now`, from its first start, or took in all; zero before it started.
    package func elapsed(at now: Timestamp) -> Duration {
        guard let startedAt else { return .zero }
        return max(.zero, (endedAt ?? now).since(startedAt))
    }

    mutating func apply(_ envelope: EventEnvelope) {
        defer { endedSeq = state.isFinal ? endedSeq ?? envelope.seq : nil }
        switch envelope.event {
        case .stepReady:
            state = .ready
            if readyAt == nil { readyAt = envelope.time }
        case .stepStarted(let started):
            state = .running
            if startedAt == nil { startedAt = envelope.time }
            // What only holds other steps has no attempts.
            guard envelope.attempt != nil else { return }
            attempts.append(
                AttemptSnapshot(
                    number: envelope.attempt ?? attempts.count + 1, startedAt: envelope.time, key: started.key,
                    input: started.input, effect: started.effect
                )
            )
        case .stepProgress(let progress): lastAttempt { $0.process = progress }
        case .stepDelegated(let run):
            delegate = run
            lastAttempt { $0.delegate = run }
        case .modelSelected, .modelRequested, .modelCompleted, .modelToolCalled, .modelToolReturned,
            .routing(.budgetSettled(_, _, isEstimate: true)):
            var record = (conversation, modelUse)
            record.0.apply(envelope.event)
            record.1.apply(envelope.event)
            modelRecord = .of(record.0, record.1)
        case .routing(.waitStarted(let wait)): state = .waiting(.call(wait))
        case .routing(.waitEnded): state = .running
        case .routing(.attemptFailed(let attempt)): failedCalls.append(attempt)
        case .routing(.rated(let isUp)): rating = isUp
        case .routing: break
        case .qualityScored(let score): quality = score
        case .stepTimedOut(let after):
            // What only holds others has no attempts.
            guard envelope.attempt == nil else { return lastAttempt { $0.timedOutAfter = after } }
            timedOutAfter = after
            noteStop(envelope)
        case .stepSucceeded(let success):
            end(.succeeded, at: envelope.time)
            output = success.output
            bytesBeforeCut = success.bytesBeforeCut
            summary = success.summary
            source = success.source
            failure = nil
            lastAttempt { $0.endedAt = envelope.time }
        case .stepFailed(let failure, let willRetry):
            self.failure = failure
            // A wait for the next attempt that the run's failure cuts short ends the step, not its last attempt again.
            lastAttempt {
                if $0.endedAt == nil { $0.endedAt = envelope.time }
                $0.failure = failure
            }
            // An answer that was not good enough is asked for anew; after any other failure the conversation goes on.
            if failure.kind.wantsNewAnswer, modelRecord != nil { modelRecord = .of(Conversation(), modelUse) }
            // The state of one that is tried again comes with the retry's own event.
            if !willRetry { end(.failed, at: envelope.time) }
        case .stepRetryScheduled(_, let until): state = .waiting(.retry(until: until))
        case .stepSkipped(let reason):
            skipReason = reason
            lastAttempt { if $0.endedAt == nil { $0.endedAt = envelope.time } }
            end(.skipped, at: envelope.time)
        case .stepCancelled:
            if envelope.actor != nil { isCancelRequested = true }
            lastAttempt { if $0.endedAt == nil { $0.endedAt = envelope.time } }
            end(.cancelled, at: envelope.time)
        case .mapExpanded(let expansion): self.expansion = expansion
        case .loopIterated(let number): iteration = number
        case .stepOutcomeUnknown: markOutcomeUnknown(at: envelope.time)
        case .stepResolved(let resolution):
            // Its end, or its readiness, follows.
            endedAt = nil
            if resolution == .retry { state = .pending }
        case .timerSet(let until): state = .waiting(.timer(until: until))
        case .approvalRequested(let request): state = .waiting(.approval(request))
        case .stepCancelRequested:
            isCancelRequested = true
            noteStop(envelope)
        case .stepSkipRequested:
            isSkipRequested = true
            noteStop(envelope)
        case .breakpointHit: isPastBreakpoint = true
        case .branchDecided, .timerFired, .approvalAnswered, .approvalExpired: break
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .planCompiled, .compensationPlanned, .leaseTaken, .runQueued, .runDeadlocked, .runForked,
            .breakpointSet,
            .breakpointCleared, .unknown:
            break
        }
    }

    mutating func skip(_ reason: SkipReason, at time: Timestamp) {
        skipReason = reason
        end(.skipped, at: time)
    }

    /// Its process is gone: nobody saw how it ended.
    mutating func markOutcomeUnknown(at time: Timestamp?) {
        state = .outcomeUnknown
        endedAt = time
        lastAttempt { if $0.endedAt == nil { $0.endedAt = time } }
    }

    private mutating func end(_ state: StepState, at time: Timestamp) {
        self.state = state
        endedAt = time
    }

    private mutating func noteStop(_ envelope: EventEnvelope) {
        if stopSeq == nil { stopSeq = envelope.seq }
    }

    private mutating func lastAttempt(_ change: (inout AttemptSnapshot) -> Void) {
        guard !attempts.isEmpty else { return }
        change(&attempts[attempts.count - 1])
    }
}

/// Apart from the step, because most ask no model and there are many of them.
private indirect enum ModelRecord: Hashable, Sendable {
    case of(Conversation, ModelUse)

    var conversation: Conversation {
        switch self {
        case .of(let conversation, _): conversation
        }
    }

    var use: ModelUse {
        switch self {
        case .of(_, let use): use
        }
    }
}

/// One try of a step.
package struct AttemptSnapshot: Hashable, Sendable {
    /// From 1.
    package var number: Int
    package var startedAt: Timestamp
    package var endedAt: Timestamp?
    package var key: String
    package var input: Value
    package var effect: Effect
    package var process: StepProgress?
    /// The run of another pipeline that it was.
    package var delegate: RunID?
    package var timedOutAfter: Duration?
    package var failure: StepFailure?

    package init(number: Int, startedAt: Timestamp, key: String, input: Value, effect: Effect) {
        self.number = number
        self.startedAt = startedAt
        self.key = key
        self.input = input
        self.effect = effect
    }
}
