import OrderedCollections

/// What an event makes or changes of telemetry.
package struct TelemetryChange: Hashable, Sendable {
    /// At most one.
    package var calls: [CallRecord]
    /// At most one.
    package var runs: [RunRecord]
    /// What is learned from the call.
    package var lessons: [Lesson]

    package init(calls: [CallRecord] = [], runs: [RunRecord] = [], lessons: [Lesson] = []) {
        self.calls = calls
        self.runs = runs
        self.lessons = lessons
    }

    package var isEmpty: Bool { calls.isEmpty && runs.isEmpty }
}

/// Makes telemetry of the events of one run.
///
/// A value that is fed each event in order. A run that another process goes on with is fed from its first event again
/// and gives the same records, for they are known by the events that they come from.
package struct TelemetryFold: Hashable, Sendable {
    /// What is known of a step's question under way, and its last answer.
    private struct Asking: Hashable {
        var selected: ModelSelected?
        var requested: ModelRequested?
        var requestedAt: Timestamp?
        var waitingSince: Timestamp?
        var waited = Duration.zero
        /// Tries of the question that failed.
        var failures = 0
        /// What the budgets counted for the try under way.
        var settled: Settlement?
        var answer: CallRecord?
    }

    private struct Settlement: Hashable {
        var cost: MicroDollars?
        var isEstimate: Bool
    }

    private let run: RunID
    private let premium: PremiumReference?
    private var lastSeq = 0
    /// Nil before the run's first event.
    package private(set) var record: RunRecord?
    private var steps: [StepPath: Asking] = [:]

    package init(run: RunID, premium: PremiumReference?) {
        self.run = run
        self.premium = premium
    }

    /// The fold of a run that asked no model so far, without its events.
    package init(goingOn snapshot: RunSnapshot, premium: PremiumReference?) {
        self.init(run: snapshot.run, premium: premium)
        lastSeq = snapshot.lastSeq
        let time = snapshot.startedAt ?? snapshot.createdAt ?? Timestamp(microseconds: 0)
        record = RunRecord(run: run, pipeline: snapshot.created?.pipelineID ?? "", time: time)
        record?.status = .running
        record?.takenResults = snapshot.steps.values.count { $0.source != nil }
    }

    /// Whether an event of this kind could change a record, so that others need not be fed.
    package static func heeds(_ event: RunEvent) -> Bool {
        switch event {
        case .runCreated, .runStarted, .runSucceeded, .runFailed, .runCancelled, .stepSucceeded, .stepFailed,
            .stepStarted, .stepSkipped, .stepCancelled, .qualityScored, .modelSelected, .modelRequested,
            .modelCompleted:
            true
        case .routing(let event):
            switch event {
            case .attemptFailed, .waitStarted, .waitEnded, .fellBack, .callFailed, .rated, .budgetSettled: true
            case .autoResolved, .breakerChanged, .breakerForced, .budgetSet, .budgetReserved, .budgetReached,
                .budgetExceeded:
                false
            }
        case .runPaused, .runResumed, .runCancelRequested, .leaseTaken, .runForked, .runQueued, .runDeadlocked,
            .planCompiled, .mapExpanded, .loopIterated, .branchDecided, .compensationPlanned, .stepReady, .stepProgress,
            .stepDelegated, .stepRetryScheduled, .stepTimedOut, .modelToolCalled, .modelToolReturned,
            .stepCancelRequested, .stepSkipRequested, .stepOutcomeUnknown, .stepResolved, .timerSet,
            .timerFired, .approvalRequested, .approvalAnswered, .approvalExpired, .breakpointSet, .breakpointCleared,
            .breakpointHit, .unknown:
            false
        }
    }

    /// The records that `envelope` makes or changes. Events of other runs, and those that were fed before, change
    /// nothing.
    package mutating func apply(_ envelope: EventEnvelope) -> TelemetryChange {
        guard envelope.run == run, envelope.seq > lastSeq else { return TelemetryChange() }
        lastSeq = envelope.seq
        if case .runCreated(let created) = envelope.event {
            record = RunRecord(run: run, pipeline: created.pipelineID, time: envelope.time)
        } else if case .runStarted = envelope.event {
            record?.status = .running
            record?.time = envelope.time
        } else if let status = envelope.event.finalStatus {
            guard let start = record?.time else { return TelemetryChange() }
            record?.status = status
            record?.duration = max(.zero, envelope.time.since(start))
        } else {
            return envelope.step.map { applyToStep($0, envelope) } ?? TelemetryChange()
        }
        return TelemetryChange(runs: record.map { [$0] } ?? [])
    }
}

extension TelemetryFold {
    private mutating func applyToStep(_ step: StepPath, _ envelope: EventEnvelope) -> TelemetryChange {
        if case .stepSucceeded(let success) = envelope.event {
            guard success.source == nil else {
                record?.takenResults += 1
                return TelemetryChange(runs: record.map { [$0] } ?? [])
            }
            return change(step) { $0.verdict = .used }
        } else if case .stepFailed(let failure, _) = envelope.event, failure.kind.speaksOfAnswer {
            return change(step) { $0.verdict = .rejected }
        } else if envelope.event.endsAttempt {
            defer { if case .stepStarted = envelope.event { steps[step]?.failures = 0 } }
            return lost(step, envelope)
        } else if case .qualityScored(let score) = envelope.event {
            return change(step) { $0.quality = score.score }
        } else if case .modelSelected(let selected) = envelope.event {
            steps[step, default: Asking()].selected = selected
        } else if case .modelRequested(let requested) = envelope.event {
            let before = steps[step]
            // Waits and settlements so far belong to the try before, and an answer to the question before.
            steps[step] = Asking(
                selected: before?.selected, requested: requested, requestedAt: envelope.time,
                failures: before?.failures ?? 0)
        } else if case .modelCompleted(let completed) = envelope.event {
            return answered(completed, step, envelope)
        } else if case .routing(let event) = envelope.event {
            return apply(event, step, envelope)
        }
        return TelemetryChange()
    }

    private mutating func apply(
        _ event: RoutingEvent, _ step: StepPath, _ envelope: EventEnvelope
    ) -> TelemetryChange {
        switch event {
        case .attemptFailed(let attempt): return failed(attempt, step, envelope)
        case .waitStarted: steps[step]?.waitingSince = envelope.time
        case .waitEnded:
            guard let since = steps[step]?.waitingSince else { break }
            steps[step]?.waited += max(.zero, envelope.time.since(since))
            steps[step]?.waitingSince = nil
        case .fellBack: record?.fallbacks += 1
        case .callFailed: steps[step]?.failures = 0
        case .rated(let isUp): return change(step) { $0.rating = isUp }
        case .budgetSettled(let cost, _, let isEstimate):
            steps[step]?.settled = Settlement(cost: cost, isEstimate: isEstimate)
        case .autoResolved, .breakerChanged, .breakerForced, .budgetSet, .budgetReserved, .budgetReached,
            .budgetExceeded:
            break
        }
        return TelemetryChange()
    }

    private mutating func answered(
        _ completed: ModelCompleted, _ step: StepPath, _ envelope: EventEnvelope
    ) -> TelemetryChange {
        var asking = steps[step] ?? Asking()
        var call = call(completed.model, completed.tier, step, envelope, asking)
        call.turn = completed.turn
        call.usage = completed.usage
        call.cost = completed.cost
        call.premiumCost = premium?.cost(of: completed.usage)
        call.firstTokenAfter = completed.firstTokenAfter
        call.isSimulated = completed.isSimulated
        // Tries that the failures do not account for are turns in which the model was told what was wrong.
        call.isRepaired = completed.attempts > asking.failures + 1
        let own = asking.requestedAt.map { envelope.time.since($0) - asking.waited } ?? completed.latency
        call.latency = max(.zero, own)
        asking.failures = 0
        asking.settled = nil
        asking.answer = call
        steps[step] = asking
        return counted(call)
    }

    private mutating func failed(
        _ attempt: FailedModelAttempt, _ step: StepPath, _ envelope: EventEnvelope
    ) -> TelemetryChange {
        // Nothing was sent.
        guard attempt.kind != .budget else { return TelemetryChange() }
        let asking = steps[step] ?? Asking()
        var call = call(attempt.model, attempt.tier, step, envelope, asking)
        call.outcome = .failed(attempt.kind)
        call.latency = max(.zero, attempt.took - asking.waited)
        call.isSimulated = attempt.isSimulated
        call.cost = asking.settled.map(\.cost) ?? (attempt.kind.isFree ? .zero : nil)
        call.isEstimate = asking.settled?.isEstimate ?? false
        steps[step, default: Asking()].failures += 1
        steps[step]?.settled = nil
        return counted(call)
    }

    /// The call that was under way when the step's attempt was over, and whose end nobody saw: it counts as what was set
    /// aside for it.
    private mutating func lost(_ step: StepPath, _ envelope: EventEnvelope) -> TelemetryChange {
        guard let asking = steps[step], let settled = asking.settled, settled.isEstimate,
            let requested = asking.requested
        else { return TelemetryChange() }
        var call = call(requested.model, requested.tier, step, envelope, asking)
        call.outcome = .failed(.cancelled)
        call.isSimulated = requested.isSimulated
        call.cost = settled.cost
        call.isEstimate = true
        steps[step]?.settled = nil
        return counted(call)
    }

    private func call(
        _ model: ModelID, _ tier: ModelTier?, _ step: StepPath, _ envelope: EventEnvelope, _ asking: Asking
    ) -> CallRecord {
        var call = CallRecord(
            key: .init(run, envelope.seq), pipeline: record?.pipeline ?? "", step: step, time: envelope.time,
            model: model, tier: tier, attempt: asking.failures + 1)
        call.task = asking.selected?.task
        call.strategy = asking.selected?.strategy
        call.source = asking.selected?.source
        return call
    }

    private mutating func counted(_ call: CallRecord) -> TelemetryChange {
        record?.count(call)
        return TelemetryChange(calls: [call], runs: record.map { [$0] } ?? [], lessons: call.lessons())
    }

    /// Changes the record of the step's last answer, if it has one.
    private mutating func change(_ step: StepPath, _ body: (inout CallRecord) -> Void) -> TelemetryChange {
        guard var call = steps[step]?.answer else { return TelemetryChange() }
        let before = call
        body(&call)
        guard call != before else { return TelemetryChange() }
        steps[step]?.answer = call
        return TelemetryChange(calls: [call], lessons: call.lessons(since: before))
    }
}

extension FailureClass {
    /// Whether a step that ends so had an answer that it could not use.
    fileprivate var speaksOfAnswer: Bool { wantsNewAnswer || self == .rejected }
}

extension ModelError.Kind {
    /// Whether nobody bills a try that ends so. One that ran out of time, or whose answer was no good, may have been
    /// billed; only a reservation says up to what.
    fileprivate var isFree: Bool {
        switch self {
        case .rateLimited, .quota, .overloaded, .server, .transport, .auth, .contextOverflow, .invalidRequest, .budget:
            true
        case .timeout, .refused, .invalidOutput, .cancelled: false
        }
    }
}

extension RunEvent {
    /// How the run ended, if this is its end.
    fileprivate var finalStatus: RunStatus? {
        if case .runSucceeded = self { return .succeeded }
        if case .runFailed = self { return .failed }
        if case .runCancelled = self { return .cancelled }
        return nil
    }
}

extension RunEvent {
    /// Whether no attempt of the step goes on behind it.
    fileprivate var endsAttempt: Bool {
        switch self {
        case .stepStarted, .stepFailed, .stepSkipped, .stepCancelled: true
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .leaseTaken, .runForked, .runQueued, .runDeadlocked, .planCompiled, .mapExpanded,
            .loopIterated, .branchDecided, .compensationPlanned, .stepReady, .stepProgress, .stepDelegated,
            .stepSucceeded, .stepRetryScheduled, .stepTimedOut, .modelSelected, .modelRequested, .modelCompleted,
            .modelToolCalled, .modelToolReturned, .routing, .qualityScored, .stepCancelRequested, .stepSkipRequested,
            .stepOutcomeUnknown, .stepResolved, .timerSet, .timerFired, .approvalRequested, .approvalAnswered,
            .approvalExpired, .breakpointSet, .breakpointCleared, .breakpointHit, .unknown:
            false
        }
    }
}
