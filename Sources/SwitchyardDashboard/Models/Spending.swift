import OrderedCollections
import SwitchyardCore

/// What the models of a run cost at a moment, and what they are expected to.
struct Spending: Hashable {
    /// The known part of what calls have cost, and what those count as whose use was not told.
    let spent: MicroDollars
    /// Whether an estimate is part of it.
    let isEstimated: Bool
    /// How many answers have a price that is not known, and are no part of it.
    let unpriced: Int
    /// What the run is expected to have cost at its end. Nil where nothing more is to come, or a part of it is not
    /// known.
    let forecast: MicroDollars?
    /// What a record of the run ends with; nil where its end is what is shown.
    let final: MicroDollars?
    let budget: Budget?
    let isSimulated: Bool

    init(_ run: RunState, _ snapshot: RunSnapshot) {
        let routing = snapshot.routing
        let use = snapshot.modelUse
        spent = use.spentCost
        isEstimated = use.estimatedCost > .zero
        unpriced = isEstimated ? 0 : use.unpriced
        budget = routing.budget
        isSimulated = use.simulated > 0 && use.simulated == use.calls
        let head = run.timeline.head
        let isPast = run.playback.map { $0.count < run.timeline.count } ?? false
        final = isPast && head.modelUse.calls > use.calls ? head.modelUse.spentCost : nil
        let more = isPast || snapshot.status.isFinal || unpriced > 0 ? nil : Self.more(run, snapshot)
        forecast = more.map { [spent] in spent + $0 }
    }

    /// What the steps that have not ended are expected to cost beyond what they have cost: by the measures of the
    /// models that were chosen for them, and as much as others do on average where none is chosen yet.
    ///
    /// Only those under way are looked at closely: there may be many others, and this is asked for each frame.
    private static func more(_ run: RunState, _ snapshot: RunSnapshot) -> MicroDollars? {
        let standings = run.tally.standings
        let tree = run.timeline.tree
        var more = MicroDollars.zero
        var unmeasured = 0
        var expected = (sum: Int64(0), count: 0)
        var ended = (
            sum: snapshot.modelUse.cost.amount, count: run.timeline.models.total(before: run.eventCount)?.steps ?? 0
        )
        var isOver = true
        for index in run.timeline.models.steps where index < min(standings.count, snapshot.steps.count) {
            let standing = standings[index]
            guard !standing.isFinal else { continue }
            // What holds others has no model of its own.
            if let child = tree.nodes[index].children.first, child < snapshot.steps.count { continue }
            isOver = false
            guard standing != .pending, standing != .ready else {
                unmeasured += 1
                continue
            }
            let use = snapshot.steps.values[index].modelUse
            ended.sum -= use.cost.amount
            if use.calls > 0 { ended.count -= 1 }
            guard let measure = snapshot.steps.values[index].measure else {
                unmeasured += 1
                continue
            }
            guard let cost = measure.expectedCost?.amount else { return nil }
            expected.sum += cost
            expected.count += 1
            more += MicroDollars(max(0, cost - use.cost.amount))
        }
        guard !isOver else { return nil }
        guard unmeasured > 0 else { return more }
        let known = ended.count > 0 ? ended : expected
        guard known.count > 0 else { return nil }
        let mean = Double(known.sum) / Double(known.count)
        return more + MicroDollars(Int64(min(mean * Double(unmeasured), 1e15)))
    }
}

extension StepSnapshot {
    /// The model that is asked, or was last; before that the one that will be asked first.
    var currentModel: ModelID? {
        if case .waiting(.call(let wait)) = state, let model = wait.model { return model }
        return modelUse.model ?? failedCalls.last?.model ?? conversation.selected?.candidates.first
    }

    /// What that model was measured by when it was chosen.
    var measure: CandidateMeasure? {
        guard let selected = conversation.selected, !selected.measures.isEmpty else { return nil }
        let place = currentModel.flatMap { selected.candidates.firstIndex(of: $0) } ?? 0
        return place < selected.measures.count ? selected.measures[place] : nil
    }

    /// Whether a model performs it, as far as is seen.
    var hasAskedModel: Bool {
        if case .waiting(.call) = state { return true }
        return conversation.selected != nil || modelUse.model != nil || !failedCalls.isEmpty
    }
}
