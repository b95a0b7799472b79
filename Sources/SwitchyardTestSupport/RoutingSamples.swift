import SwitchyardCore

/// One of each routing event, with every field filled.
enum RoutingSamples {
    private static let model = ModelID(provider: "openai", name: "gpt-6-luna")
    private static let other = ModelID(provider: "ollama", name: "qwen3:8b")
    private static let run = RunID("0123456789abcdef")
    private static let time = Timestamp(microseconds: 1_767_225_600_000_000)

    static let first = RoutingEvent.autoResolved(
        AutoResolution(text: "a cheap model", understood: ["cheap"], reader: model))

    // A chain of cases, so that the compiler asks for a sample of every new one.
    static func next(after event: RoutingEvent) -> RoutingEvent? {
        switch event {
        case .autoResolved:
            .attemptFailed(
                FailedModelAttempt(
                    model: model, tier: .capable, kind: .rateLimited, message: "too many requests",
                    took: .milliseconds(12), waited: .seconds(1), retryAfter: .seconds(2), isSimulated: true))
        case .attemptFailed: .waitStarted(ModelWait(.rateLimit, model: model, until: time))
        case .waitStarted: .waitEnded
        case .waitEnded: .fellBack(from: model, to: other, after: .overloaded)
        case .fellBack(_, _, .some): .fellBack(from: model, to: other, after: nil)
        case .fellBack:
            .callFailed(
                FailedModelCall(
                    model: other, turn: 2, kind: .server, message: "every model failed", attempts: 4,
                    latency: .seconds(9), isSimulated: true))
        case .callFailed: .rated(isUp: true)
        case .rated:
            .breakerChanged(BreakerEvent(BreakerID("openai"), .opened(until: nil), reason: .person, time: time))
        case .breakerChanged(let event): next(after: event)
        case .breakerForced: .budgetSet(Budget(microdollars: 50_000, tokens: 1000, onExceed: .pause))
        case .budgetSet: .budgetReserved(cost: MicroDollars(12), tokens: nil)
        case .budgetReserved: .budgetSettled(cost: nil, tokens: 7, isEstimate: true)
        case .budgetSettled: .budgetReached(.day(20_000), .tokens, percent: 80)
        case .budgetReached(.day, _, _): .budgetReached(.step(run, "a/b"), .microdollars, percent: 50)
        case .budgetReached: exceeded(.run(run), asked: nil)
        case .budgetExceeded(let exceeded) where exceeded.scope == .run(run):
            Self.exceeded(.provider("openai"), asked: 9)
        case .budgetExceeded: nil
        }
    }

    private static func exceeded(_ scope: BudgetScope, asked: Int64?) -> RoutingEvent {
        .budgetExceeded(
            BudgetExceeded(
                scope: scope, unit: .microdollars, limit: 10, spent: 4, reserved: 3, asked: asked, action: .stop))
    }

    private static func next(after event: BreakerEvent) -> RoutingEvent {
        func changed(_ change: BreakerEvent.Change, _ reason: BreakerReason?) -> RoutingEvent {
            .breakerChanged(BreakerEvent(BreakerID("openai", .premium), change, reason: reason, time: time))
        }
        return switch event.change {
        case .opened(until: nil): changed(.opened(until: time), .share(bad: 3, of: 5))
        case .opened: changed(.halfOpened, .elapsed)
        case .halfOpened: changed(.closed, .recovered(2))
        case .closed: changed(.degraded, .consecutive(3))
        case .degraded: changed(.parked(until: time), nil)
        case .parked: .breakerForced(BreakerID("openai", .cheap), .probe)
        }
    }
}
