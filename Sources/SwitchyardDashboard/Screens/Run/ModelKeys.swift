import OrderedCollections
import SwitchyardCore
import TerminalUI

// What keys and commands ask for breakers, budgets and ratings. The run takes commands when these are called.

extension DashboardState {
    /// Does what a person wants with the breaker of the selected step's model; asks which one where several are meant.
    mutating func force(_ force: CircuitBreaker.Force, in run: RunState) -> [DashboardEffect] {
        let meant = run.meantBreakers
        guard meant.count > 1 else {
            guard let breaker = meant.first else {
                toast = .refusal("no model has been called: there is no breaker yet")
                return []
            }
            return self.force(force, breaker, in: run)
        }
        overlay = .choose(BreakerChoice(run: run.run, force: force, breakers: Array(meant.prefix(9))))
        return []
    }

    /// Opening keeps calls away until a person closes it again, and is asked about.
    private mutating func force(
        _ force: CircuitBreaker.Force, _ breaker: BreakerID, in run: RunState
    ) -> [DashboardEffect] {
        switch force {
        case .open:
            overlay = .confirm(.openBreaker(run.run, breaker))
            return []
        case .close, .probe: return [.send(.forceBreaker(breaker, force), run.run)]
        }
    }

    mutating func press(_ key: KeyPress, choosing choice: BreakerChoice) -> [DashboardEffect] {
        overlay = .none
        guard case .character(let character) = key, let number = character.wholeNumberValue,
            choice.breakers.indices.contains(number - 1), let run, run.run == choice.run
        else { return [] }
        return force(choice.force, choice.breakers[number - 1], in: run)
    }

    /// `:breaker openai:cheap open`.
    mutating func forceBreaker(_ argument: String) -> [DashboardEffect] {
        let words = argument.split(separator: " ").map(String.init)
        let usage =
            "a breaker and what to do with it: :\(CommandName.breaker.rawValue) openai:cheap open, close or probe"
        guard let run else { return [] }
        guard words.count == 2, let force = CircuitBreaker.Force(rawValue: words[1]) else {
            toast = .refusal(usage)
            return []
        }
        guard let breaker = run.breaker(named: words[0]) else {
            let known = run.snapshot.routing.breakers.keys.map(\.description).joined(separator: ", ")
            toast = .refusal(
                known.isEmpty ? "the run has called no model yet" : "no breaker \(words[0]); there are \(known)")
            return []
        }
        return self.force(force, breaker, in: run)
    }

    // MARK: Budgets

    /// Asks for the new limit, beginning with the present one.
    mutating func raiseBudget(in run: RunState) {
        if let exceeded = run.shortage, !exceeded.scope.mayBeRaised {
            toast = .refusal("the budget of \(RoutingWords.whose(exceeded.scope)) is set in the settings")
            return
        }
        let (step, unit) = run.meantBudget
        let budget = run.budget(of: step)
        let present =
            switch unit {
            case .microdollars: budget?.microdollars.map { MoneyText.digits(MicroDollars($0)) }
            case .tokens: budget?.tokens.map(String.init)
            }
        ask(.budget(step, unit), previous: present ?? "")
    }

    /// Sets the limit that was typed, and leaves the rest of the budget as it is.
    mutating func setBudget(_ text: String, of step: StepPath?, _ unit: BudgetUnit) -> [DashboardEffect] {
        guard let run, !text.allSatisfy(\.isWhitespace) else { return [] }
        // Who sets a first limit while they watch wants to be asked at its end.
        var budget = run.budget(of: step) ?? Budget(onExceed: .pause)
        switch unit {
        case .microdollars:
            guard let money = AmountInput.dollars(text) else {
                toast = .refusal("\(text) is no amount of dollars: such as 0.75, with at most six decimals")
                return []
            }
            budget.microdollars = money.amount
        case .tokens:
            guard let tokens = AmountInput.tokens(text) else {
                toast = .refusal("\(text) is no number of tokens: such as 200000 or 200k")
                return []
            }
            budget.tokens = tokens
        }
        return [.send(.setBudget(step: step, budget), run.run)]
    }

    /// `:budget 0.75`, `:budget 200k tokens`; alone it asks.
    mutating func setBudget(_ argument: String) -> [DashboardEffect] {
        guard let run else { return [] }
        guard !argument.isEmpty else {
            raiseBudget(in: run)
            return []
        }
        let unit: BudgetUnit = argument.lowercased().hasSuffix("tokens") ? .tokens : .microdollars
        return setBudget(argument, of: run.meantBudget.step, unit)
    }

    // MARK: Ratings

    mutating func rate(isUp: Bool, in run: RunState) -> [DashboardEffect] {
        guard let path = run.selectedPath, let step = run.snapshot.steps[path] else { return [] }
        guard step.modelUse.calls > 0 else {
            toast = .refusal(CommandRefusal.noAnswer(path).sentence)
            return []
        }
        return [.send(.rate(path, isUp: isUp), run.run)]
    }

    /// `:rate good`, `:rate bad`.
    mutating func rate(_ argument: String) -> [DashboardEffect] {
        guard let run else { return [] }
        switch argument {
        case "good", "up": return rate(isUp: true, in: run)
        case "bad", "down", "not good": return rate(isUp: false, in: run)
        default:
            toast = .refusal("what you think of the selected step's result: :rate good or :rate bad")
            return []
        }
    }
}

/// Which of several breakers a key means; a digit says so, and every other key means none.
struct BreakerChoice: Hashable, Sendable {
    let run: RunID
    let force: CircuitBreaker.Force
    /// At most nine.
    let breakers: [BreakerID]

    var question: String {
        switch force {
        case .open: "Open which breaker?"
        case .close: "Close which breaker?"
        case .probe: "Let a call try which?"
        }
    }
}
