import OrderedCollections
import SwitchyardCore

/// Which steps of a run ask models, and where in its events that stands: what screens need beside the fold of the
/// events, at any moment of the run, without looking at all of them.
struct ModelHistory: Hashable, Sendable {
    /// What all answers up to one of them have used.
    struct Total: Hashable, Sendable {
        /// The index of the last answer's event.
        var event: Int
        var time: Timestamp
        /// The known part of it.
        var cost = MicroDollars.zero
        /// What was sent, by the answers that tell how much of it was read from a cache, and that part.
        var input = 0
        var cacheRead = 0
        /// How many steps were answered.
        var steps = 0
    }

    private static let modelUses: Set<String> = ["prompt", "agent", "decide"]

    /// Whether the run has steps for models, or has called one.
    private(set) var isUsed = false
    /// The steps that a model performs, or that have called one, ascending.
    private(set) var steps: [Int] = []
    /// One for each answer, in order.
    private(set) var totals: [Total] = []
    /// The indices of the events with which tries ended: answers and failures.
    private(set) var calls: [Int] = []
    /// The tier of each model that was called.
    private(set) var tiers: [ModelID: ModelTier] = [:]
    private var answered: Set<Int> = []
    /// The indices of the events of models, by their step.
    private var events: [Int: [Int]] = [:]

    /// The events of models of a step among the first `count` of the run, as indices.
    func events(of step: Int, before count: Int) -> [Int] {
        (events[step] ?? []).filter { $0 < count }
    }

    /// What the answers among the first `count` events have used; nil before the first of them.
    func total(before count: Int) -> Total? {
        let place = Self.count(in: totals, event: count) { $0.event }
        return place > 0 ? totals[place - 1] : nil
    }

    /// The tries that ended among the first `count` events.
    func calls(before count: Int) -> ArraySlice<Int> {
        calls.prefix(Self.count(in: calls, event: count) { $0 })
    }

    /// The breaker that calls of a model go through; that of the whole provider where the model's tier is not known.
    func breaker(of model: ModelID) -> BreakerID { BreakerID(model.provider, tiers[model]) }

    // MARK: Events

    mutating func adopt(_ plan: CompiledPlan) {
        if plan.steps.contains(where: Self.isForModel) { isUsed = true }
    }

    mutating func add(_ index: Int, _ planned: CompiledPlan.PlannedStep) {
        guard Self.isForModel(planned) else { return }
        isUsed = true
        insert(index)
    }

    /// Takes note of the event with the index `event`, which belongs to the step with the index `step`.
    mutating func take(_ envelope: EventEnvelope, at event: Int, step: Int?) {
        switch envelope.event {
        case .modelSelected: break
        case .modelRequested(let requested): learn(requested.model, requested.tier)
        case .modelCompleted(let completed):
            learn(completed.model, completed.tier)
            calls.append(event)
            let isFirst = step.map { answered.insert($0).inserted } ?? false
            add(completed, isFirst: isFirst, at: event, envelope.time)
        case .routing(.attemptFailed(let attempt)):
            learn(attempt.model, attempt.tier)
            calls.append(event)
        case .routing(.waitStarted), .routing(.fellBack), .routing(.callFailed), .routing(.autoResolved): break
        case .routing, .modelToolCalled, .modelToolReturned, .runCreated, .runStarted, .runPaused, .runResumed,
            .runCancelRequested, .runSucceeded, .runFailed, .runCancelled, .planCompiled, .stepReady, .stepStarted,
            .stepProgress, .stepDelegated, .qualityScored, .stepSucceeded, .stepFailed, .stepRetryScheduled,
            .stepTimedOut, .stepSkipped, .stepCancelRequested, .stepCancelled, .mapExpanded, .loopIterated,
            .branchDecided, .timerSet, .timerFired, .approvalRequested, .approvalAnswered, .approvalExpired,
            .compensationPlanned, .stepOutcomeUnknown, .stepResolved, .leaseTaken, .runQueued, .runDeadlocked,
            .stepSkipRequested, .runForked, .breakpointSet, .breakpointCleared, .breakpointHit, .unknown:
            return
        }
        isUsed = true
        guard let step else { return }
        insert(step)
        events[step, default: []].append(event)
    }

    private mutating func learn(_ model: ModelID, _ tier: ModelTier?) {
        if let tier { tiers[model] = tier }
    }

    private mutating func add(_ completed: ModelCompleted, isFirst: Bool, at event: Int, _ time: Timestamp) {
        var total = totals.last ?? Total(event: event, time: time)
        total.event = event
        total.time = time
        total.cost += completed.cost ?? .zero
        if isFirst { total.steps += 1 }
        if let read = completed.usage.cacheRead, let input = completed.usage.input {
            total.input += input
            total.cacheRead += read
        }
        totals.append(total)
    }

    private mutating func insert(_ index: Int) {
        let place = Self.count(in: steps, event: index) { $0 }
        if place == steps.count || steps[place] != index { steps.insert(index, at: place) }
    }

    /// What a program that is called as a kind of step is does not keep its effects from being unsafe.
    private static func isForModel(_ planned: CompiledPlan.PlannedStep) -> Bool {
        modelUses.contains(planned.uses) && planned.effect != .unsafe
    }

    /// How many of an ascending list stand before `event`.
    private static func count<Element>(in list: [Element], event: Int, _ key: (Element) -> Int) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if key(list[middle]) < event { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
