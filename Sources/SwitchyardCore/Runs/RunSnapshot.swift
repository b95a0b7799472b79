package import OrderedCollections

/// The state of a run at a moment: the fold of its events, and the only one.
///
/// The engine, the dashboard, replay, `show` and resume all read this value, so what one of them sees, all see.
package struct RunSnapshot: Hashable, Sendable {
    package var run: RunID
    /// The `seq` of the last event folded in; 0 before the first.
    package private(set) var lastSeq = 0
    /// The time of the last event folded in.
    package private(set) var lastTime: Timestamp?
    package private(set) var status: RunStatus = .pending
    package private(set) var created: RunCreated?
    package private(set) var createdAt: Timestamp?
    package private(set) var startedAt: Timestamp?
    package private(set) var endedAt: Timestamp?
    package private(set) var isCancelRequested = false
    package private(set) var strategy: PlanStrategy?
    /// Every step of the plan in the file's order, `finally` last.
    package private(set) var steps: OrderedDictionary<StepPath, StepSnapshot> = [:]
    package private(set) var counts = StepCounts()
    package private(set) var outputs: Value = .null
    package private(set) var failure: RunFailure?

    package init(run: RunID) {
        self.run = run
    }

    /// The snapshot after `events`, which must start at `seq` 1.
    package init(run: RunID, folding events: some Sequence<EventEnvelope>) {
        self.init(run: run)
        for event in events { apply(event) }
    }

    /// Folds one event in. Events of other runs and events folded already change nothing.
    package mutating func apply(_ envelope: EventEnvelope) {
        guard envelope.run == run, envelope.seq > lastSeq else { return }
        lastSeq = envelope.seq
        lastTime = envelope.time
        switch envelope.event {
        case .runCreated(let created):
            self.created = created
            createdAt = envelope.time
        case .planCompiled(let plan): adopt(plan)
        case .runStarted:
            status = .running
            startedAt = envelope.time
        case .runPaused: status = .paused
        case .runResumed: status = .running
        case .runCancelRequested:
            isCancelRequested = true
            // Cancelling lets a paused run go on to its end.
            if status == .paused { status = .running }
        case .runSucceeded(let outputs):
            self.outputs = outputs
            end(.succeeded, at: envelope.time)
        case .runFailed(let failure):
            self.failure = failure
            end(.failed, at: envelope.time)
        case .runCancelled: end(.cancelled, at: envelope.time)
        case .stepReady, .stepStarted, .stepProgress, .stepSucceeded, .stepFailed, .stepRetryScheduled, .stepTimedOut,
            .stepSkipped, .stepCancelRequested, .stepCancelled:
            applyToStep(envelope)
        case .unknown: break
        }
    }

    private mutating func adopt(_ plan: CompiledPlan) {
        strategy = plan.strategy
        for planned in plan.steps { steps[planned.path] = StepSnapshot(planned: planned) }
        counts.pending = steps.count
    }

    private mutating func end(_ status: RunStatus, at time: Timestamp) {
        self.status = status
        endedAt = time
    }

    private mutating func applyToStep(_ envelope: EventEnvelope) {
        guard let path = envelope.step, let index = steps.index(forKey: path) else { return }
        let before = steps.values[index].state
        // In place: the dictionary is not copied for each event.
        steps.values[index].apply(envelope)
        let after = steps.values[index].state
        counts.move(from: before, to: after)
    }

    /// Marks the run as one whose process ended before it did, and with it the outcome of what was under way as
    /// unknown. For readers that know no process owns it.
    package mutating func markInterrupted() {
        guard !status.isFinal else { return }
        status = .interrupted
        for index in steps.values.indices where steps.values[index].state == .running {
            steps.values[index].markOutcomeUnknown(at: lastTime)
            counts.move(from: .running, to: .outcomeUnknown)
        }
    }

    /// How long the run has taken at `now`, or took in all; zero before it started.
    package func elapsed(at now: Timestamp) -> Duration {
        guard let startedAt else { return .zero }
        return max(.zero, (endedAt ?? now).since(startedAt))
    }
}

/// How many steps are in each state.
package struct StepCounts: Hashable, Sendable {
    package var pending = 0
    package var ready = 0
    package var running = 0
    package var waiting = 0
    package var succeeded = 0
    package var failed = 0
    package var skipped = 0
    package var cancelled = 0
    package var outcomeUnknown = 0

    package init() {}

    /// All steps.
    package var total: Int { ended + pending + ready + running + waiting + outcomeUnknown }

    /// The steps that have ended.
    package var ended: Int { succeeded + failed + skipped + cancelled }

    mutating func move(from old: StepState, to new: StepState) {
        self[keyPath: Self.field(of: old)] -= 1
        self[keyPath: Self.field(of: new)] += 1
    }

    private static func field(of state: StepState) -> WritableKeyPath<StepCounts, Int> {
        switch state {
        case .pending: \.pending
        case .ready: \.ready
        case .running: \.running
        case .waiting: \.waiting
        case .succeeded: \.succeeded
        case .failed: \.failed
        case .skipped: \.skipped
        case .cancelled: \.cancelled
        case .outcomeUnknown: \.outcomeUnknown
        }
    }
}
