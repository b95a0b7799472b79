package import SwitchyardCore
import Synchronization

// How calls get their money.

extension ModelRouter {
    /// Sets aside the most that a call can use, from every budget it is paid from. Nil where there is none.
    ///
    /// A call that fits once others are settled waits for that. What else passes a limit is refused, waits for a
    /// person, or goes on, as the limit says.
    func reserve(
        _ claim: BudgetLedger.Claim, from scopes: [BudgetScope], for model: ModelID, in context: ExecutionContext
    ) async throws(ModelError) -> BudgetLedger.Reservation? {
        var isWaiting = false
        while true {
            let attempt = state.withLock { state -> Attempt in
                guard scopes.contains(where: { state.budgets.limit(of: $0) != nil }) else { return .free }
                let before = state.budgets
                switch state.budgets.reserve(claim, from: scopes) {
                case (.granted(let reservation), let events): return .granted(reservation, events)
                case (.refused(let exceeded), let events):
                    guard exceeded.isOnlyForNow || exceeded.action == .pause else { return .refused(exceeded, events) }
                    if exceeded.isOnlyForNow { state.budgets = before }
                    state.lastCall += 1
                    state.waitingForMoney.insert(state.lastCall)
                    return .waits(state.lastCall, exceeded.isOnlyForNow ? [] : events)
                }
            }
            switch attempt {
            case .free: return nil
            case .granted(let reservation, let events):
                do throws(ModelError) {
                    if isWaiting { try await context.record([.routing(.waitEnded)]) }
                    try await context.record(
                        events.compactMap(Self.event)
                            + [.routing(.budgetReserved(cost: claim.cost, tokens: claim.tokens))])
                } catch {
                    changeBudgets { $0.release(reservation) }
                    throw error
                }
                return reservation
            case .refused(let exceeded, let events):
                if isWaiting { try await context.record([.routing(.waitEnded)]) }
                try await context.record(events.compactMap(Self.event))
                throw ModelError(.budget, exceeded.message, model: model)
            case .waits(let id, let events):
                let wait: [RunEvent] = isWaiting ? [] : [.routing(.waitStarted(ModelWait(.budget, model: model)))]
                let happened = events.compactMap(Self.event) + wait
                do throws(ModelError) {
                    if !happened.isEmpty { try await context.record(happened) }
                } catch {
                    state.withLock { _ = $0.waitingForMoney.remove(id) }
                    throw error
                }
                isWaiting = true
                await waiting.wait(for: id)
                guard !Task.isCancelled else {
                    state.withLock { _ = $0.waitingForMoney.remove(id) }
                    throw ModelError(.cancelled, "the call was cancelled")
                }
            }
        }
    }

    private enum Attempt {
        /// There is no limit.
        case free
        case granted(BudgetLedger.Reservation, [BudgetEvent])
        case refused(BudgetExceeded, [BudgetEvent])
        case waits(Int, [BudgetEvent])
    }

    /// Sets or raises a limit. Calls that wait for money try again.
    package func setLimit(_ budget: Budget, of scope: BudgetScope) {
        changeBudgets { _ = $0.setLimit(budget, of: scope) }
    }

    /// Replaces what was set aside by what was used; nil is unknown, and counts as what was set aside.
    func settle(_ reservation: BudgetLedger.Reservation, used: BudgetLedger.Claim) -> [RunEvent] {
        var events: [BudgetEvent] = []
        changeBudgets { events = $0.settle(reservation, used: used) }
        let isEstimate = used.cost == nil || used.tokens == nil
        return [
            .routing(
                .budgetSettled(
                    cost: used.cost ?? reservation.claim.cost, tokens: used.tokens ?? reservation.claim.tokens,
                    isEstimate: isEstimate))
        ] + events.compactMap(Self.event)
    }

    private func changeBudgets(_ change: (inout BudgetLedger) -> Void) {
        let waitingCalls = state.withLock { state in
            change(&state.budgets)
            let calls = state.waitingForMoney
            state.waitingForMoney = []
            return calls
        }
        waiting.release(waitingCalls)
    }

    /// What is recorded of an event of the ledger. That a limit was raised is recorded where it was asked for, and an
    /// estimate with its settlement.
    private static func event(_ event: BudgetEvent) -> RunEvent? {
        switch event {
        case .reached(let scope, let unit, let percent): .routing(.budgetReached(scope, unit, percent: percent))
        case .exceeded(let exceeded): .routing(.budgetExceeded(exceeded))
        case .raised, .estimated: nil
        }
    }
}

extension BudgetExceeded {
    /// Whether it would fit if nothing were set aside for other calls.
    fileprivate var isOnlyForNow: Bool {
        guard let asked, reserved > 0 else { return false }
        return asked <= limit - spent
    }

    /// `the call could cost up to $0.0200, and $0.0100 is left of the budget of $0.0500 for the run`
    var message: String {
        let whose =
            switch scope {
            case .run: "the run"
            case .step(_, let step): "step \(step)"
            case .day: "the day"
            case .provider(let provider): "provider \(provider)"
            }
        func amount(_ number: Int64) -> String {
            switch unit {
            case .microdollars: SelectionExplanation.dollars(MicroDollars(number))
            case .tokens: "\(number) tokens"
            }
        }
        let asks =
            asked.map { unit == .tokens ? "use up to \(amount($0))" : "cost up to \(amount($0))" }
            ?? (unit == .tokens ? "use any number of tokens" : "cost anything, for its price is unknown")
        return "the call could \(asks), and \(amount(left)) is left of the budget of \(amount(limit)) for \(whose)"
    }
}
