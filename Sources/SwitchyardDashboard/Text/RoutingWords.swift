package import SwitchyardCore

/// What the layers between a step and its models did, in words. Foreign text in them is cleaned by who shows it.
package enum RoutingWords {
    /// As a line of a list: the glyph of what it leads to, and the text.
    static func line(_ event: RoutingEvent, at time: Timestamp) -> (glyph: String, text: String) {
        switch event {
        case .autoResolved(let resolution):
            let words = resolution.understood.isEmpty ? "nothing" : resolution.understood.joined(separator: ", ")
            return ("○", "<AUTO> understood: \(words)" + (resolution.reader.map { " · read by \($0)" } ?? ""))
        case .attemptFailed(let attempt):
            let wait = attempt.retryAfter.map { " · wants \(DurationText.elapsed($0))" } ?? ""
            return (
                "✗",
                "\(attempt.model) \(attempt.kind.rawValue): \(attempt.message) · \(DurationText.elapsed(attempt.took))"
                    + wait
            )
        case .waitStarted(let wait): return (glyph(wait.reason), waiting(wait, now: time))
        case .waitEnded: return ("●", "goes on")
        case .fellBack(let from, let to, let after):
            return ("↻", "\(to) instead of \(from)" + (after.map { " · \($0.rawValue)" } ?? ""))
        case .callFailed(let call):
            return ("✗", "\(call.message) · \(CountText.of(call.attempts, "attempt"))")
        case .rated(let isUp): return (isUp ? "✓" : "✗", "rated \(isUp ? "good" : "not good")")
        case .breakerChanged(let event): return (glyph(event.change), breaker(event, at: time))
        case .breakerForced(let breaker, let force): return (glyph(force), "\(breaker) breaker \(words(force))")
        case .budgetSet(let budget): return ("○", "may spend \(limit(budget))")
        case .budgetReserved(let cost, let tokens):
            return ("○", "sets aside \(amount(cost, tokens)) for the call")
        case .budgetSettled(let cost, let tokens, let isEstimate):
            return ("○", "used \(amount(cost, tokens))\(isEstimate ? ", an estimate" : "")")
        case .budgetReached(let scope, _, let percent):
            return ("○", "\(percent) % of the budget of \(whose(scope)) used or set aside")
        case .budgetExceeded(let exceeded): return (exceeded.action == .pause ? "‖" : "✗", words(exceeded))
        }
    }

    /// As a sentence about `subject`, the step.
    static func sentence(_ event: RoutingEvent, _ subject: String, actor: String, at time: Timestamp) -> String {
        switch event {
        case .breakerChanged, .budgetReached, .budgetExceeded: "\(line(event, at: time).text)\(actor)."
        case .breakerForced, .budgetSet: "\(line(event, at: time).text)\(actor)."
        case .autoResolved, .attemptFailed, .waitStarted, .waitEnded, .fellBack, .callFailed, .rated, .budgetReserved,
            .budgetSettled:
            "\(subject): \(line(event, at: time).text)\(actor)."
        }
    }

    static func role(_ event: RoutingEvent) -> Role {
        switch event {
        case .attemptFailed, .callFailed: .failed
        case .waitStarted, .fellBack: .retry
        case .breakerChanged(let event):
            switch event.change {
            case .opened, .degraded: .failed
            case .halfOpened, .parked: .held
            case .closed: .ok
            }
        case .budgetExceeded: .held
        case .budgetReached: .cost
        case .autoResolved, .waitEnded, .rated, .breakerForced, .budgetSet, .budgetReserved, .budgetSettled: .waiting
        }
    }

    // MARK: Parts

    /// `waits for the rate limit, 6.2s`
    static func waiting(_ wait: ModelWait, now: Timestamp) -> String {
        let what =
            switch wait.reason {
            case .retry: "tries \(wait.model?.name ?? "it") again"
            case .rateLimit: "waits for the rate limit of \(wait.model?.provider ?? "its provider")"
            case .breaker: "waits for another call to try \(wait.model?.provider ?? "the provider")"
            case .budget: "waits for money"
            }
        guard let until = wait.until else { return what }
        return "\(what) \(StepWords.due(until, now: now))"
    }

    static func glyph(_ reason: ModelWait.Reason) -> String {
        switch reason {
        case .retry: "↻"
        case .rateLimit: "○"
        case .breaker: "╱"
        case .budget: "‖"
        }
    }

    /// `openai:capable breaker open: 3 failures in a row · until tried in 15s`
    static func breaker(_ event: BreakerEvent, at time: Timestamp) -> String {
        let reason = event.reason.map { ": \(words($0))" } ?? ""
        switch event.change {
        case .opened(let until?):
            return "\(event.breaker) breaker OPEN\(reason) · tried again \(StepWords.due(until, now: time))"
        case .opened(nil): return "\(event.breaker) breaker OPEN\(reason) · until a person closes it"
        case .halfOpened: return "\(event.breaker) breaker half-open: one probe allowed"
        case .closed: return "\(event.breaker) breaker closed\(reason)"
        case .degraded: return "\(event.breaker) breaker degraded\(reason) · nothing else is left to call"
        case .parked(let until): return "\(event.breaker) asked for a pause · \(StepWords.left(until, now: time))"
        }
    }

    static func glyph(_ change: BreakerEvent.Change) -> String {
        switch change {
        case .opened: "╱"
        case .halfOpened: "≈"
        case .closed: "═"
        case .degraded: "╱"
        case .parked: "○"
        }
    }

    private static func glyph(_ force: CircuitBreaker.Force) -> String {
        switch force {
        case .open: "╱"
        case .close: "═"
        case .probe: "≈"
        }
    }

    static func words(_ force: CircuitBreaker.Force) -> String {
        switch force {
        case .open: "forced open"
        case .close: "forced closed"
        case .probe: "forced half-open"
        }
    }

    private static func words(_ reason: BreakerReason) -> String {
        switch reason {
        case .share(let bad, let count): "\(bad) of \(count) calls failed"
        case .consecutive(let count): "\(CountText.of(count, "failure")) in a row"
        case .probeFailed(let kind): "the probe failed, \(kind.rawValue)"
        case .refusedKey(let kind): "the key is refused, \(kind.rawValue)"
        case .elapsed: "its time is over"
        case .recovered(let count): "\(CountText.of(count, "probe")) succeeded"
        case .lastCandidate: "nothing else is left to call"
        case .person: "a person wants it"
        }
    }

    package static func whose(_ scope: BudgetScope) -> String {
        switch scope {
        case .run: "the run"
        case .step(_, let step): step.rawValue
        case .day: "the day"
        case .provider(let provider): provider
        }
    }

    /// `$0.50`, `200,000 tokens`, or both.
    static func limit(_ budget: Budget) -> String {
        let parts = [
            budget.microdollars.map { MoneyText.exact(MicroDollars($0)) },
            budget.tokens.map { CountText.of($0, "token") },
        ]
        return parts.compactMap(\.self).joined(separator: " and ") + ", then \(budget.onExceed.words)"
    }

    private static func amount(_ cost: MicroDollars?, _ tokens: Int?) -> String {
        let parts = [cost.map(MoneyText.of) ?? "an unknown price", tokens.map { CountText.of($0, "token") }]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// `budget of the run: $0.0486 of $0.05 used, up to $0.0021 wanted; pauses`
    static func words(_ exceeded: BudgetExceeded) -> String {
        "\(shortage(exceeded)); \(exceeded.action.words)"
    }

    /// `budget of the run: $0.0486 of $0.05 used, up to $0.0021 wanted`
    static func shortage(_ exceeded: BudgetExceeded) -> String {
        let asked = exceeded.asked.map { "up to \(amount($0, exceeded.unit))" } ?? "an unknown amount"
        return "budget of \(whose(exceeded.scope)): \(used(exceeded)), \(asked) wanted"
    }

    /// `$0.0486 of $0.05 used`
    static func used(_ exceeded: BudgetExceeded) -> String {
        let limit =
            exceeded.unit == .tokens
            ? amount(exceeded.limit, .tokens) : MoneyText.exact(MicroDollars(exceeded.limit))
        return "\(amount(exceeded.spent + exceeded.reserved, exceeded.unit)) of \(limit) used"
    }

    private static func amount(_ number: Int64, _ unit: BudgetUnit) -> String {
        unit == .tokens ? CountText.of(Int(number), "token") : MoneyText.of(MicroDollars(number))
    }
}

extension Budget.OnExceed {
    var words: String {
        switch self {
        case .stop: "stops"
        case .pause: "pauses"
        case .continue: "goes on"
        }
    }
}
