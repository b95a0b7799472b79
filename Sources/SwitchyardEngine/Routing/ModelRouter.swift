import OrderedCollections
package import SwitchyardCore
import Synchronization

/// What all calls of models of a process share: breakers, budgets, rate limits, what was learned, and the choice that
/// follows from them.
package final class ModelRouter: Sendable {
    /// What does not change while the process lives.
    package struct Settings: Sendable {
        package var catalogue: ModelCatalogue
        /// What each provider may be asked.
        package var limits: [String: RateLimits]
        package var routing: RoutingSettings
        package var breakers: BreakerPolicy
        package var retries: RetryBudget.Policy

        package init(
            catalogue: ModelCatalogue, limits: [String: RateLimits] = [:],
            routing: RoutingSettings = RoutingSettings(), breakers: BreakerPolicy = .standard,
            retries: RetryBudget.Policy = .standard
        ) {
            self.catalogue = catalogue
            self.limits = limits
            self.routing = routing
            self.breakers = breakers
            self.retries = retries
        }
    }

    struct State {
        var resilience: ResilienceState
        var budgets: BudgetLedger
        var limiters: [String: RateLimiter] = [:]
        /// When the line of a provider is looked at next.
        var lineTimers: [String: (time: Timestamp, task: Task<Void, Never>)] = [:]
        /// The calls that wait for money.
        var waitingForMoney: Set<Int> = []
        var lastCall = 0
        var quality: QualityLedger
        /// Who wants to hear of breakers, by the runs that are under way.
        var observers: [RunID: @Sendable (RoutingEvent) -> Void] = [:]
    }

    package let settings: Settings
    let clock: EngineClock
    let state: Mutex<State>
    let waiting = WaitingCalls()

    /// - Parameters:
    ///   - quality: what was learned before.
    ///   - seed: of jitter.
    package init(
        _ settings: Settings, clock: EngineClock, quality: QualityLedger = QualityLedger(), seed: UInt64
    ) {
        self.settings = settings
        self.clock = clock
        var budgets = BudgetLedger(everyDay: settings.routing.dayBudget)
        for (provider, budget) in settings.routing.providerBudgets {
            _ = budgets.setLimit(budget, of: .provider(provider))
        }
        state = Mutex(
            State(
                resilience: ResilienceState(
                    seed: seed, breakers: settings.breakers, retryBudget: settings.retries),
                budgets: budgets, quality: quality))
    }

    package var catalogue: ModelCatalogue { settings.catalogue }

    // MARK: Runs

    /// A run that gets under way: what it may spend and has spent, and who hears of what other runs change.
    package struct Run: Sendable {
        package var id: RunID
        package var budgets: [(scope: BudgetScope, limit: Budget, spent: BudgetLedger.Claim)]
        package var observe: @Sendable (RoutingEvent) -> Void

        package init(
            id: RunID, budgets: [(scope: BudgetScope, limit: Budget, spent: BudgetLedger.Claim)],
            observe: @escaping @Sendable (RoutingEvent) -> Void
        ) {
            self.id = id
            self.budgets = budgets
            self.observe = observe
        }
    }

    package func open(_ run: Run) {
        state.withLock { state in
            state.observers[run.id] = run.observe
            for (scope, limit, spent) in run.budgets {
                _ = state.budgets.setLimit(limit, of: scope)
                state.budgets.restore(scope, spent: spent.cost ?? .zero, tokens: spent.tokens ?? 0)
            }
        }
    }

    package func close(_ run: RunID) {
        state.withLock { state in
            state.observers[run] = nil
            // It may be opened again, with what it has spent by then.
            state.budgets.forget(run)
        }
    }

    /// Counts what was spent on `day`, and with each provider, before this process.
    package func restore(_ spent: [BudgetScope: BudgetLedger.Claim]) {
        state.withLock { state in
            for (scope, claim) in spent {
                state.budgets.restore(scope, spent: claim.cost ?? .zero, tokens: claim.tokens ?? 0)
            }
        }
    }

    /// Believes of models what earlier processes learned, in the place of what is believed now.
    package func restore(quality: QualityLedger) {
        state.withLock { $0.quality = quality }
    }

    // MARK: Choosing

    /// Chooses the models that may answer `request`, the best first.
    ///
    /// Where money alone keeps every model from being called, they are chosen all the same: what happens then is for
    /// the budget to say, which stops, pauses or goes on.
    ///
    /// - Parameter providers: those that can be asked.
    package func select(
        _ request: SelectionRequest, providers: Set<String>, budgets: [BudgetScope]
    ) throws(SelectionFailure) -> ModelSelection {
        var request = request
        request.explores = request.explores && settings.routing.explores
        let now = clock.now()
        let known = state.withLock { state -> (SelectionConditions, QualityLedger) in
            (self.conditions(state, request, providers, budgets, now), state.quality)
        }
        var conditions = known.0
        let selector = ModelSelector(catalogue: catalogue, quality: known.1)
        do throws(SelectionFailure) {
            return try selector.select(request, conditions)
        } catch {
            guard error.isForMoney else { throw error }
            conditions.moneyLeft = nil
            conditions.tokensLeft = nil
            return try selector.select(request, conditions)
        }
    }

    private func conditions(
        _ state: State, _ request: SelectionRequest, _ providers: Set<String>, _ budgets: [BudgetScope],
        _ now: Timestamp
    ) -> SelectionConditions {
        let scopes = budgets + [.day(of: now)]
        let strict = scopes.filter { state.budgets.limit(of: $0)?.onExceed != .continue }
        var waits: [String: Duration] = [:]
        for (provider, limiter) in state.limiters {
            waits[provider] = limiter.expectedWait(tokens: request.inputTokens, at: now)
        }
        return SelectionConditions(
            now: now, providers: providers, breakers: state.resilience.breakers,
            moneyLeft: state.budgets.left(strict, .microdollars).map { MicroDollars($0) },
            tokensLeft: state.budgets.left(strict, .tokens).map { Int($0) }, advice: state.budgets.advice(scopes),
            rateWaits: waits, allow: settings.routing.allow, deny: settings.routing.deny)
    }

    // MARK: Breakers

    /// Lets `change` act on what calls share, and tells other runs than `run` of the breakers that changed.
    func decide(
        for run: RunID?, _ change: (inout ResilienceState) -> CallMachine.Decision
    ) -> CallMachine.Decision {
        let (decision, observers) = state.withLock { state in
            (change(&state.resilience), state.observers)
        }
        for case .breaker(let event) in decision.events {
            for (other, observe) in observers where other != run { observe(.breakerChanged(event)) }
        }
        return decision
    }

    /// Does what a person wants with a breaker; `run` has recorded it.
    package func force(_ force: CircuitBreaker.Force, _ breaker: BreakerID, by run: RunID) {
        let now = clock.now()
        let (event, observers) = state.withLock { state in
            (state.resilience.breakers.force(force, breaker, at: now), state.observers)
        }
        for (other, observe) in observers where other != run { observe(.breakerChanged(event)) }
    }

    // MARK: Learning

    package func learn(_ lesson: Lesson, task: String?, model: ModelID) {
        let now = clock.now()
        state.withLock { $0.quality.learn(lesson, task: task, model: model, at: now) }
    }
}

extension SelectionFailure {
    /// Whether some model could be called if there were more money or tokens.
    fileprivate var isForMoney: Bool {
        guard case .noCandidate(_, let removals) = self else { return false }
        return removals.contains { removal in
            switch removal.reason {
            case .overBudget, .unknownPrice, .overTokenBudget: true
            case .lacks, .unstated, .tooLong, .unstatedWindow, .windowBelow, .breaker, .rateLimit, .shutDown, .denied,
                .notAllowed, .noKey:
                false
            }
        }
    }
}
