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
    /// Whether nothing starts until a person lets the run go on; it may wait for its turn meanwhile.
    package private(set) var isPaused = false
    /// The parts of the run that were cancelled.
    package private(set) var cancelledPhases: Set<RunPhase> = []
    /// How many processes have had the run.
    package private(set) var epoch = 1
    /// What undoes the steps that succeeded, once that is planned, in its order.
    package private(set) var compensations: [StepPath]?
    /// What the models of all steps have used.
    package private(set) var modelUse = ModelUse()
    /// What it has seen of breakers and budgets.
    package private(set) var routing = RoutingSnapshot()
    /// What the run waits for before it starts.
    package private(set) var queued: QueuedRun?
    /// Where results are taken from, if the run is a fork.
    package private(set) var origin: ForkOrigin?
    /// Where the run pauses by itself, in the order they were set.
    package private(set) var breakpoints: OrderedSet<Breakpoint> = []
    package private(set) var strategy: PlanStrategy?
    package private(set) var plan: CompiledPlan?
    /// The planned steps of each group.
    private var members: [StepPath: [CompiledPlan.PlannedStep]] = [:]
    private var compensationPlans: [StepPath: CompiledPlan.PlannedStep] = [:]
    /// Every step there is: those of the plan in the file's order, `finally` last, then the instances of repeated
    /// ones in the order they came to be.
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
            queued = nil
            startedAt = envelope.time
        case .runPaused:
            status = .paused
            isPaused = true
            queued = nil
        case .runResumed:
            status = .running
            isPaused = false
            queued = nil
        case .runCancelRequested:
            isCancelRequested = true
            isPaused = false
            cancelledPhases.insert(phase)
            // Cancelling lets a paused run go on to its end.
            if status == .paused { status = .running }
        case .runSucceeded(let outputs):
            self.outputs = outputs
            end(.succeeded, at: envelope.time)
        case .runFailed(let failure):
            self.failure = failure
            end(.failed, at: envelope.time)
        case .runCancelled: end(.cancelled, at: envelope.time)
        case .leaseTaken(let epoch): self.epoch = epoch
        case .runQueued(let queued):
            self.queued = queued
            status = .waiting
        case .runDeadlocked: break
        case .runForked(let origin): self.origin = origin
        case .breakpointSet(let breakpoint): breakpoints.append(breakpoint)
        case .breakpointCleared(let breakpoint): breakpoints.remove(breakpoint)
        case .breakpointHit: applyToStep(envelope)
        case .stepReady, .stepStarted, .stepProgress, .stepDelegated, .qualityScored, .stepSucceeded, .stepFailed,
            .stepRetryScheduled, .stepTimedOut,
            .stepSkipped, .stepCancelRequested, .stepCancelled, .stepSkipRequested, .stepOutcomeUnknown, .stepResolved,
            .branchDecided, .timerSet, .timerFired,
            .approvalRequested, .approvalAnswered, .approvalExpired:
            applyToStep(envelope)
        case .modelSelected, .modelRequested, .modelCompleted, .modelToolCalled, .modelToolReturned:
            modelUse.apply(envelope.event)
            routing.apply(envelope)
            applyToStep(envelope)
        case .routing:
            modelUse.apply(envelope.event)
            routing.apply(envelope)
            applyToStep(envelope)
        case .mapExpanded(let map):
            applyToStep(envelope)
            if let step = envelope.step { expand(step, map) }
        case .loopIterated(let number):
            applyToStep(envelope)
            if let step = envelope.step { addSteps(of: step.planned, to: step.iteration(number)) }
        case .compensationPlanned(let paths):
            compensations = paths
            for path in paths {
                guard let planned = compensationPlans[path.planned] else { continue }
                add(planned, at: path)
            }
        case .unknown: break
        }
    }

    private mutating func adopt(_ plan: CompiledPlan) {
        strategy = plan.strategy
        self.plan = plan
        steps.reserveCapacity(steps.count + plan.steps.count)
        for planned in plan.compensations { compensationPlans[planned.path] = planned }
        for planned in plan.steps {
            if let parent = planned.parent {
                members[parent, default: []].append(planned)
                // What something repeats is there when it is.
                guard let owner = steps[parent], owner.planned.repeats == nil else { continue }
            }
            steps[planned.path] = StepSnapshot(planned: planned)
        }
        counts.pending = steps.count
    }

    /// Adds an instance for every item of the `foreach` step at `path`.
    private mutating func expand(_ path: StepPath, _ map: MapExpansion) {
        guard var planned = steps[path]?.planned else { return }
        let isLoop = planned.repeats == .foreachUntil
        planned.repeats = isLoop ? .until : nil
        planned.needs = []
        planned.parent = path
        for (index, key) in map.keys.enumerated() {
            let instance = path.item(key)
            planned.path = instance
            steps[instance] = StepSnapshot(planned: planned, item: map.items[index], index: index)
            counts.pending += 1
            if !isLoop { addSteps(of: path.planned, to: instance) }
        }
    }

    /// Adds the steps of the group that stands at `group` in the file to its instance `instance`.
    private mutating func addSteps(of group: StepPath, to instance: StepPath) {
        for member in members[group] ?? [] {
            let path = instance.child(member.path.id)
            var planned = member
            planned.needs = member.needs.map { .init(path: instance.child($0.path.id), origin: $0.origin) }
            planned.parent = instance
            add(planned, at: path)
            if member.repeats == nil { addSteps(of: member.path, to: path) }
        }
    }

    private mutating func add(_ planned: CompiledPlan.PlannedStep, at path: StepPath) {
        guard steps[path] == nil else { return }
        var planned = planned
        planned.path = path
        steps[path] = StepSnapshot(planned: planned)
        counts.pending += 1
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
        if after.isFinal, after != .succeeded, steps.values[index].planned.repeats == nil {
            endMembers(of: path, at: envelope.time)
        }
    }

    /// Ends what has not started inside of the group `path`, which has ended.
    private mutating func endMembers(of path: StepPath, at time: Timestamp) {
        for member in members[path.planned] ?? [] {
            let child = path.child(member.path.id)
            guard let index = steps.index(forKey: child), steps.values[index].state == .pending else { continue }
            steps.values[index].skip(.groupEnded(path), at: time)
            counts.move(from: .pending, to: .skipped)
            if member.repeats == nil { endMembers(of: child, at: time) }
        }
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

    /// The part of the run that is under way.
    package var phase: RunPhase {
        let open = steps.values.lazy.filter { !$0.state.isFinal }.map(\.path)
        if open.contains(where: { !$0.isFinally && !$0.isCompensation }) { return .main }
        return open.contains(where: \.isCompensation) ? .compensation : .finally
    }

    /// How long the run has taken at `now`, or took in all; zero before it started.
    package func elapsed(at now: Timestamp) -> Duration {
        guard let startedAt else { return .zero }
        return max(.zero, (endedAt ?? now).since(startedAt))
    }
}

/// A part of a run.
package enum RunPhase: Hashable, Sendable {
    /// The steps run.
    case main
    /// What they did is undone.
    case compensation
    /// The `finally` steps run.
    case finally
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
