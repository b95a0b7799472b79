import OrderedCollections
import SwitchyardCore

// What models do for steps.

extension RunMachine {
    /// Whether `attempt` runs.
    package func isUnderWay(_ attempt: AttemptID) -> Bool {
        guard let unit = units[attempt.step] else { return false }
        return frames[unit.frame].steps[unit.index].isUnderWay(attempt.number)
    }

    /// The model of `attempt` asked, answered or called a tool, or its call waits. Nothing is recorded of an attempt
    /// that is over.
    mutating func modelActed(_ attempt: AttemptID, _ events: [RunEvent]) {
        guard let unit = units[attempt.step], isUnderWay(attempt) else { return }
        for event in events {
            if case .routing(.waitEnded) = event {
                returning.append(attempt)
                continue
            }
            let seq = emit(event, step: attempt.step, attempt: attempt.number, durability: .disk)
            if case .routing(.waitStarted) = event {
                giveUpSlot(attempt, unit)
            } else if case .routing(.budgetExceeded(let exceeded)) = event, exceeded.action == .pause, !isPaused {
                isPaused = true
                emit(.runPaused, cause: seq)
            }
        }
    }

    /// A step that must run alone keeps its slot: nothing else may start beside it.
    private mutating func giveUpSlot(_ attempt: AttemptID, _ unit: UnitID) {
        guard !frames[unit.frame].runsAlone, waitingCalls.insert(attempt).inserted else { return }
        running -= 1
    }

    /// Gives calls that have waited their slots back, as far as there are any.
    mutating func returnSlots() {
        while let attempt = returning.first {
            if waitingCalls.contains(attempt) {
                guard running < definition.slots else { return }
                waitingCalls.remove(attempt)
                running += 1
            }
            returning.removeFirst()
            emit(.routing(.waitEnded), step: attempt.step, attempt: attempt.number)
            instructions.append(.goOn(attempt))
        }
    }

    /// The attempt is over, and with it its call: it holds no slot and nothing is set aside for it.
    mutating func callEnded(_ attempt: AttemptID) {
        returning.removeAll { $0 == attempt }
        if waitingCalls.remove(attempt) == nil { running -= 1 }
        if let reserved = snapshot.routing.reserved[attempt.step] {
            settleUnknown(reserved, attempt.step, attempt.number)
        }
    }

    /// What is set aside for a call whose end nobody saw counts as spent.
    private mutating func settleUnknown(
        _ reserved: RoutingSnapshot.Reservation, _ step: StepPath, _ attempt: Int?
    ) {
        emit(
            .routing(.budgetSettled(cost: reserved.cost, tokens: reserved.tokens, isEstimate: true)), step: step,
            attempt: attempt, durability: .disk)
    }

    /// What the call of a process that is gone had waited for is asked for again.
    mutating func endLostWaits(cause: Int) {
        for step in snapshot.steps.values {
            guard case .waiting(.call) = step.state else { continue }
            emit(.routing(.waitEnded), step: step.path, attempt: step.attempts.last?.number, cause: cause)
        }
    }

    /// Settles what a process that is gone had set aside.
    mutating func settleLostCalls() {
        for (step, reserved) in snapshot.routing.reserved.sorted(by: { $0.key < $1.key }) {
            settleUnknown(reserved, step, snapshot.steps[step]?.attempts.last?.number)
        }
    }

    /// Tells the model of `unit` what a person says of the calls that nobody saw the end of: they took effect.
    mutating func settleOpenCalls(of unit: UnitID, attempt: Int, cause: Int) {
        for call in snapshot.steps[path(unit)]?.conversation.unsafeOpenCalls ?? [] {
            let returned = ModelToolReturned(
                id: call.id, turn: call.turn, tool: call.tool,
                content: "it took effect; what it gave was lost when the process ended", isError: false)
            emit(.modelToolReturned(returned), step: path(unit), attempt: attempt, cause: cause, durability: .disk)
        }
    }
}

// MARK: Budgets, breakers and ratings

extension RunMachine {
    /// Records the limits that the pipeline sets.
    mutating func setBudgets() {
        for (scope, budget) in definition.budgets {
            if case .step(_, let step) = scope {
                emit(.routing(.budgetSet(budget)), step: step)
            } else {
                emit(.routing(.budgetSet(budget)))
            }
        }
    }

    mutating func set(_ budget: Budget, of step: StepPath?, by actor: Actor) throws(CommandRefusal) {
        if let step, definition.steps[step] == nil { throw .unknownStep(step) }
        let scope: BudgetScope = step.map { .step(definition.run, $0) } ?? .run(definition.run)
        let spent = definition.spent(scope, in: snapshot)
        if let limit = budget.microdollars, let cost = spent.cost, limit < cost.amount { throw .budgetBelowSpent }
        if let limit = budget.tokens, let tokens = spent.tokens, limit < tokens { throw .budgetBelowSpent }
        let wasExceeded = snapshot.routing.exceeded?.action == .pause
        let cause = emit(.routing(.budgetSet(budget)), step: step, actor: actor, durability: .disk)
        instructions.append(.setBudget(budget, of: scope))
        guard isPaused, wasExceeded else { return }
        isPaused = false
        released = []
        emit(.runResumed, cause: cause, actor: actor)
    }

    mutating func force(_ force: CircuitBreaker.Force, _ breaker: BreakerID, by actor: Actor) {
        emit(.routing(.breakerForced(breaker, force)), actor: actor, durability: .disk)
        instructions.append(.forceBreaker(breaker, force))
    }

    mutating func rate(_ step: StepPath, isUp: Bool, by actor: Actor) throws(CommandRefusal) {
        guard let known = snapshot.steps[step] else { throw .unknownStep(step) }
        guard known.modelUse.calls > 0 else { throw .noAnswer(step) }
        emit(.routing(.rated(isUp: isUp)), step: step, actor: actor)
    }
}
