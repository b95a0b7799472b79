import OrderedCollections
import SwitchyardCore

// What the models of a run may spend.

extension RunDefinition {
    /// The limits that the pipeline sets: the run's, then its steps', by their places.
    var budgets: [(scope: BudgetScope, limit: Budget)] {
        let own = plan.steps.map(\.path).sorted().compactMap { path in
            steps[path]?.budget.map { (BudgetScope.step(run, path), $0) }
        }
        return (pipeline.budget.map { [(.run(run), $0)] } ?? []) + own
    }

    /// What a call of the step at `path` is paid from: the budgets of the step, of the groups around it, of the run,
    /// and of the runs that this one is a step of, with the steps that it is there.
    func budgetScopes(of path: StepPath) -> [BudgetScope] {
        let places = Self.places(around: path).filter { steps[$0]?.budget != nil }
        let ancestors = created.parent?.ancestors ?? []
        // Which of them have a limit is for the ledger to know.
        let outside = created.parent.map { parent in
            Self.places(around: parent.step).map { BudgetScope.step(parent.run, $0) }
        }
        return places.map { .step(run, $0) } + [.run(run)] + (outside ?? []) + ancestors.map { .run($0) }
    }

    /// The place of a step in the file, and those of the groups around it, the outermost first.
    private static func places(around path: StepPath) -> [StepPath] {
        var place = ""
        return path.planned.rawValue.split(separator: "/").map { part in
            place += place.isEmpty ? String(part) : "/\(part)"
            return StepPath(place)
        }
    }

    /// What was spent of a scope of this run, as `snapshot` knows it.
    func spent(_ scope: BudgetScope, in snapshot: RunSnapshot) -> BudgetLedger.Claim {
        switch scope {
        case .step(_, let place):
            let uses = snapshot.steps.values.filter { step in
                step.path.planned == place || step.path.planned.rawValue.hasPrefix("\(place.rawValue)/")
            }.map(\.modelUse)
            return BudgetLedger.Claim(
                cost: uses.reduce(.zero) { $0 + $1.spentCost }, tokens: uses.reduce(0) { $0 + $1.spentTokens })
        case .run, .day, .provider:
            let use = snapshot.modelUse
            return BudgetLedger.Claim(cost: use.spentCost, tokens: use.spentTokens)
        }
    }

    /// The run as the layers that call models are told of it.
    func modelRun(
        _ snapshot: RunSnapshot, observe: @escaping @Sendable (RoutingEvent) -> Void
    ) -> ModelRouter.Run {
        let limits = budgets.map { scope, limit in
            let known: Budget? =
                switch scope {
                case .step(_, let place): snapshot.routing.stepBudgets[place]
                case .run, .day, .provider: snapshot.routing.budget
                }
            return (scope: scope, limit: known ?? limit, spent: spent(scope, in: snapshot))
        }
        return ModelRouter.Run(id: run, budgets: limits, observe: observe)
    }
}
