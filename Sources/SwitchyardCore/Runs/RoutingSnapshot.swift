package import OrderedCollections

/// What a run has seen of breakers, budgets and failed calls: the fold of its routing events.
package struct RoutingSnapshot: Hashable, Sendable {
    /// A breaker as the run has last heard of it.
    package struct Breaker: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case closed
            /// Nil is until a person says otherwise.
            case open(until: Timestamp?)
            case halfOpen
            /// It would be open, but nothing else is left to call.
            case degraded
            /// The provider asked for fewer calls, and gets none until then.
            case parked(until: Timestamp)
        }

        package fileprivate(set) var state = State.closed
        package fileprivate(set) var reason: BreakerReason?
        package fileprivate(set) var changedAt: Timestamp?
        /// When calls ended, and which of them failed; those of the last minute.
        fileprivate var calls: [Call] = []

        fileprivate struct Call: Hashable {
            var time: Timestamp
            var isFailure: Bool
        }

        /// How many calls of this run ended in the minute before `now`, and how many of them failed.
        package func recent(at now: Timestamp) -> (calls: Int, failures: Int) {
            let recent = calls.filter { now.since($0.time) < RoutingSnapshot.window }
            return (recent.count, recent.count(where: \.isFailure))
        }
    }

    /// What is set aside for a call under way. Nil is unknown.
    package struct Reservation: Hashable, Sendable {
        package var cost: MicroDollars?
        package var tokens: Int?
    }

    fileprivate static let window = Duration.seconds(60)

    /// Those of the providers and tiers that the run has called, in the order of their first calls, and others that
    /// changed.
    package private(set) var breakers: OrderedDictionary<BreakerID, Breaker> = [:]
    /// The run's; nil for none.
    package private(set) var budget: Budget?
    /// The steps' own, by the path in the file.
    package private(set) var stepBudgets: [StepPath: Budget] = [:]
    /// For the calls under way, by their steps.
    package private(set) var reserved: [StepPath: Reservation] = [:]
    /// The limit that a call would have passed last, until it is raised.
    package private(set) var exceeded: BudgetExceeded?
    /// Tries that gave no answer.
    package private(set) var failedAttempts = 0
    /// How often another model was asked.
    package private(set) var fallbacks = 0

    package init() {}

    /// What is set aside in all, as far as it is known.
    package var reservedCost: MicroDollars {
        reserved.values.reduce(.zero) { $0 + ($1.cost ?? .zero) }
    }

    mutating func apply(_ envelope: EventEnvelope) {
        if case .routing(let event) = envelope.event {
            apply(event, envelope)
        } else if case .modelCompleted(let completed) = envelope.event {
            ended(completed.model, completed.tier, isFailure: false, at: envelope.time)
        }
    }

    private mutating func apply(_ event: RoutingEvent, _ envelope: EventEnvelope) {
        switch event {
        case .attemptFailed(let attempt):
            failedAttempts += 1
            ended(attempt.model, attempt.tier, isFailure: attempt.kind.countsAgainstBreaker, at: envelope.time)
        case .fellBack: fallbacks += 1
        case .breakerChanged(let event):
            let state: Breaker.State =
                switch event.change {
                case .opened(let until): .open(until: until)
                case .halfOpened: .halfOpen
                case .closed: .closed
                case .degraded: .degraded
                case .parked(let until): .parked(until: until)
                }
            set(event.breaker, state, event.reason, at: envelope.time)
        case .breakerForced(let breaker, let force):
            let state: Breaker.State =
                switch force {
                case .open: .open(until: nil)
                case .close: .closed
                case .probe: .halfOpen
                }
            set(breaker, state, .person, at: envelope.time)
        case .budgetSet(let budget):
            exceeded = nil
            if let step = envelope.step { stepBudgets[step] = budget } else { self.budget = budget }
        case .budgetReserved(let cost, let tokens):
            guard let step = envelope.step else { return }
            reserved[step] = Reservation(cost: cost, tokens: tokens)
        case .budgetSettled:
            if let step = envelope.step { reserved[step] = nil }
        case .budgetExceeded(let exceeded): self.exceeded = exceeded
        case .autoResolved, .waitStarted, .waitEnded, .callFailed, .rated, .budgetReached: break
        }
    }

    private mutating func set(
        _ id: BreakerID, _ state: Breaker.State, _ reason: BreakerReason?, at time: Timestamp
    ) {
        breakers[id, default: Breaker()].state = state
        breakers[id]?.reason = reason
        breakers[id]?.changedAt = time
        if state == .closed { breakers[id]?.calls = [] }
    }

    private mutating func ended(_ model: ModelID, _ tier: ModelTier?, isFailure: Bool, at time: Timestamp) {
        guard let tier else { return }
        let id = BreakerID(model.provider, tier)
        breakers[id, default: Breaker()].calls.append(.init(time: time, isFailure: isFailure))
        breakers[id]?.calls.removeAll { time.since($0.time) >= Self.window }
    }
}

extension ModelError.Kind {
    /// Whether it is a failure of the other side, and no answer of it.
    fileprivate var countsAgainstBreaker: Bool {
        switch self {
        case .overloaded, .server, .timeout, .transport: true
        case .rateLimited, .quota, .auth, .contextOverflow, .refused, .invalidRequest, .invalidOutput, .budget,
            .cancelled:
            false
        }
    }
}
