import OrderedCollections
import SwitchyardCore

// What a run's screen says and asks of its models, at the moment that is shown.

extension RunState {
    /// The limit that keeps calls waiting until a person raises it, or ends the run.
    var shortage: BudgetExceeded? {
        let snapshot = self.snapshot
        guard snapshot.status.mayGoOn, let exceeded = snapshot.routing.exceeded, exceeded.action == .pause else {
            return nil
        }
        if snapshot.status == .paused { return exceeded }
        let waits = timeline.models.steps.contains { index in
            guard index < min(snapshot.steps.count, tally.standings.count), tally.standings[index] == .timer,
                case .waiting(.call(let wait)) = snapshot.steps.values[index].state
            else { return false }
            return wait.reason == .budget
        }
        return waits ? exceeded : nil
    }

    /// The breakers that a key can mean: those of the selected step's model, else all that the run knows.
    var meantBreakers: [BreakerID] {
        let known = snapshot.routing.breakers
        guard let path = selectedPath, let model = snapshot.steps[path]?.currentModel else { return Array(known.keys) }
        let own = timeline.models.breaker(of: model)
        let provider = BreakerID(model.provider)
        let isProviderShut = known[provider].map { $0.state != .closed } ?? false
        return own != provider && isProviderShut ? [own, provider] : [own]
    }

    /// The breaker that a person named, among those that the run has to do with.
    func breaker(named name: String) -> BreakerID? {
        let known = Array(snapshot.routing.breakers.keys) + timeline.models.tiers.keys.map(timeline.models.breaker)
        let all = known + known.map { BreakerID($0.provider) }
        return all.first { $0.description.lowercased() == name.lowercased() }
    }

    /// The budget that a person who raises one means, and what of it: the one that is used up, else the run's, else
    /// the selected step's. The step is as the file has it; nil is the run.
    var meantBudget: (step: StepPath?, unit: BudgetUnit) {
        let routing = snapshot.routing
        if let exceeded = shortage ?? routing.exceeded {
            if case .step(_, let step) = exceeded.scope { return (step, exceeded.unit) }
            return (nil, exceeded.unit)
        }
        if routing.budget == nil, let path = selectedPath?.planned, let own = routing.stepBudgets[path] {
            return (path, own.microdollars == nil ? .tokens : .microdollars)
        }
        return (nil, routing.budget.map { $0.microdollars == nil ? .tokens : .microdollars } ?? .microdollars)
    }

    /// The limit of the run, or of a step as the file has it.
    func budget(of step: StepPath?) -> Budget? {
        step.map { snapshot.routing.stepBudgets[$0] } ?? snapshot.routing.budget
    }

    /// What the calls of a step have cost, all its items and iterations together.
    func spent(by step: StepPath) -> MicroDollars {
        let snapshot = self.snapshot
        return timeline.models.steps.reduce(.zero) { sum, index in
            guard index < snapshot.steps.count, snapshot.steps.values[index].path.planned == step else { return sum }
            return sum + snapshot.steps.values[index].modelUse.spentCost
        }
    }
}

extension BudgetScope {
    /// Whether a run's command can raise it; the others are set in the settings.
    var mayBeRaised: Bool {
        switch self {
        case .run, .step: true
        case .day, .provider: false
        }
    }
}
