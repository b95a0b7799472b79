import OrderedCollections
import SwitchyardCore

/// The events of a run so far, and the run's state after any number of them.
struct RunTimeline: Hashable, Sendable {
    let run: RunID
    private(set) var events: [EventEnvelope] = []
    /// The state after all of them.
    private(set) var head: RunSnapshot
    /// Its steps, as they stand inside of each other, and how many stand how.
    private(set) var tree = StepTree()
    private(set) var tally = StepTally()
    /// What its models were asked, and where that stands in the events.
    private(set) var models = ModelHistory()
    /// How many steps there were when the plan was made.
    private(set) var plannedCount = 0
    /// States on the way, so that going back folds few events.
    private(set) var checkpoints: [Checkpoint]
    /// The indices of the events at which something failed.
    private(set) var failures: [Int] = []

    struct Checkpoint: Hashable, Sendable {
        var count: Int
        var snapshot: RunSnapshot
    }

    init(run: RunID) {
        self.run = run
        head = RunSnapshot(run: run)
        checkpoints = [Checkpoint(count: 0, snapshot: head)]
    }

    var count: Int { events.count }

    /// A state is a copy of all steps: a run of many keeps fewer of them.
    private var spacing: Int { max(1000, head.steps.count) }

    /// Adds events that follow; those that came before are passed over.
    mutating func append(_ new: [EventEnvelope]) {
        for envelope in new where envelope.run == run && envelope.seq > head.lastSeq {
            if count - (checkpoints.last?.count ?? 0) >= spacing {
                checkpoints.append(Checkpoint(count: count, snapshot: head))
            }
            switch envelope.event {
            case .stepFailed, .runFailed, .stepTimedOut: failures.append(count)
            case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runCancelled,
                .planCompiled, .stepReady, .stepStarted, .stepProgress, .stepDelegated, .qualityScored, .modelSelected,
                .modelRequested, .modelCompleted, .modelToolCalled, .modelToolReturned, .routing, .stepSucceeded,
                .stepRetryScheduled,
                .stepSkipped, .stepCancelRequested, .stepCancelled, .mapExpanded, .loopIterated, .branchDecided,
                .timerSet, .timerFired, .approvalRequested, .approvalAnswered, .approvalExpired, .compensationPlanned,
                .stepOutcomeUnknown, .stepResolved, .leaseTaken, .runQueued, .runDeadlocked, .stepSkipRequested,
                .runForked,
                .breakpointSet, .breakpointCleared, .breakpointHit, .unknown:
                break
            }
            events.append(envelope)
            head.apply(envelope)
            count(envelope)
        }
    }

    private mutating func count(_ envelope: EventEnvelope) {
        for index in tree.extend(head.steps) {
            tally.add(index, in: tree)
            models.add(index, head.steps.values[index].planned)
        }
        if case .planCompiled(let plan) = envelope.event {
            plannedCount = tree.count
            models.adopt(plan)
        }
        let index = envelope.step.flatMap { tree.index(of: $0) }
        models.take(envelope, at: count - 1, step: index)
        guard let index else { return }
        tally.update(index, head.steps.values[index], in: tree)
    }

    /// Counts what changed between two moments; `tally` is that of the first and `snapshot` the state at the second.
    func countOn(_ tally: inout StepTally, from first: Int, to last: Int, _ snapshot: RunSnapshot) {
        for index in tally.standings.count..<max(tally.standings.count, snapshot.steps.count) {
            tally.add(index, in: tree)
        }
        for envelope in events[first..<last] {
            guard let step = envelope.step, let index = tree.index(of: step) else { continue }
            tally.update(index, snapshot.steps.values[index], in: tree)
        }
    }

    /// How many steps stand how in a state of this timeline.
    func tally(of snapshot: RunSnapshot) -> StepTally {
        snapshot.lastSeq == head.lastSeq ? tally : StepTally(snapshot.steps, in: tree)
    }

    /// Marks a run that nobody owns.
    mutating func markInterrupted() {
        head.markInterrupted()
        tally = StepTally(head.steps, in: tree)
    }

    /// The state after the first `count` events. `near`, a state of this timeline, spares work where it is close.
    func snapshot(after count: Int, near: RunSnapshot? = nil) -> RunSnapshot {
        let count = max(0, min(count, events.count))
        if count == events.count { return head }
        var low = 0
        var high = checkpoints.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if checkpoints[middle].count <= count { low = middle } else { high = middle }
        }
        var start = checkpoints[low].count
        var snapshot = checkpoints[low].snapshot
        // Events count from 1 without gaps, so that a state's last `seq` says how many it holds.
        let first = events.first?.seq ?? 1
        if let near, near.run == run {
            let held = near.lastSeq == 0 ? 0 : near.lastSeq - first + 1
            if held <= count, held > start {
                start = held
                snapshot = near
            }
        }
        for index in start..<count { snapshot.apply(events[index]) }
        return snapshot
    }

    /// How many events had happened at a time. Where the clock was set back, the earliest that fits.
    func count(at time: Timestamp) -> Int {
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The moment that times on the screen count from.
    var origin: Timestamp { head.startedAt ?? head.createdAt ?? events.first?.time ?? Timestamp(microseconds: 0) }

    /// How long the run took from its start to its last event.
    var length: Duration { max(.zero, (head.lastTime ?? origin).since(origin)) }
}
