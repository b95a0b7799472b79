import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Keys and commands for breakers, budgets and ratings: what they ask for, what they refuse.
struct ModelKeyTests {
    private let script = RunScript.breakersRun()
    private var run: RunID { script.run }
    private let cheap = BreakerID("openai", .cheap)
    private let capable = BreakerID("anthropic", .capable)

    private func stage(_ script: RunScript? = nil, on step: String, readOnly: Bool = false) -> Stage {
        let stage = Stage.live(script ?? self.script, readOnly: readOnly)
        stage.press(":", "step \(step)", "Enter")
        return stage
    }

    // MARK: Breakers

    @Test func openingAsksAndOnlyYConfirms() {
        for key in ["Enter", "Esc", "n", "!", "=", "Y", "Space", "^C", "1"] {
            let stage = stage(on: "summarize")
            #expect(stage.press("!").isEmpty)
            #expect(stage.state.overlay == .confirm(.openBreaker(run, cheap)))
            #expect(stage.press(key).isEmpty, "\(key) confirmed")
            #expect(stage.state.overlay == .none)
        }
        let stage = stage(on: "summarize")
        stage.press("!")
        #expect(stage.text.contains("Open the breaker of openai:cheap? Nothing calls it any more"))
        #expect(stage.press("y") == [.send(.forceBreaker(cheap, .open), run)])
        stage.send(.commandAnswered(.forceBreaker(cheap, .open), run, nil))
        #expect(stage.toast == "openai:cheap breaker forced open")
    }

    @Test func closingAndProbingGoToTheStepsBreakerAtOnce() {
        let stage = stage(on: "review")
        #expect(stage.press("=") == [.send(.forceBreaker(capable, .close), run)])
        #expect(stage.press("~") == [.send(.forceBreaker(capable, .probe), run)])
        stage.press(":", "step classify", "Enter")
        #expect(stage.press("=") == [.send(.forceBreaker(cheap, .close), run)])
    }

    @Test func whereSeveralAreMeantADigitChooses() {
        let stage = stage(on: "publish")
        #expect(stage.press("=").isEmpty)
        #expect(
            stage.state.overlay == .choose(BreakerChoice(run: run, force: .close, breakers: [cheap, capable])))
        #expect(stage.text.contains("Close which breaker?"))
        #expect(stage.text.contains("2  anthropic:capable  ╱ OPEN 00:43, 1 held"))
        #expect(stage.press("2") == [.send(.forceBreaker(capable, .close), run)])
        for key in ["Enter", "Esc", "3", "0", "y", "="] {
            stage.press("=")
            #expect(stage.press(key).isEmpty, "\(key) chose")
            #expect(stage.state.overlay == .none)
        }
        stage.press("!", "1")
        #expect(stage.state.overlay == .confirm(.openBreaker(run, cheap)), "opening asks after the choice too")
        // A provider that asked for a pause stands beside its tier.
        let limited = self.stage(.rateLimitRun(), on: "summarize")
        limited.press("=")
        #expect(limited.press("2") == [.send(.forceBreaker(BreakerID("openai"), .close), run)])
    }

    @Test func aRunThatCalledNobodyHasNoBreaker() {
        let stage = Stage.live(.runningDigest())
        for key in ["!", "=", "~"] {
            #expect(stage.press(key).isEmpty)
            #expect(stage.state.overlay == .none)
            #expect(stage.toast == "no model has been called: there is no breaker yet")
        }
    }

    @Test func breakersAreNamedOnTheCommandLine() {
        let stage = stage(on: "publish")
        #expect(stage.press(":", "breaker openai:cheap close", "Enter") == [.send(.forceBreaker(cheap, .close), run)])
        #expect(
            stage.press(":", "breaker Anthropic probe", "Enter")
                == [.send(.forceBreaker(BreakerID("anthropic"), .probe), run)])
        stage.press(":", "breaker openai:cheap open", "Enter")
        #expect(stage.state.overlay == .confirm(.openBreaker(run, cheap)))
        stage.press("n")
        #expect(stage.press(":", "breaker opnai:cheap open", "Enter").isEmpty)
        #expect(stage.toast == "no breaker opnai:cheap; there are openai:cheap, anthropic:capable")
        for words in ["breaker", "breaker openai:cheap", "breaker openai:cheap shut", "breaker a b c"] {
            #expect(stage.press(":", words, "Enter").isEmpty)
            #expect(stage.toast.hasPrefix("a breaker and what to do with it: :breaker openai:cheap open"))
        }
    }

    // MARK: Budgets

    @Test func theBudgetIsAskedForWithThePresentLimit() {
        let script = RunScript.shortRun()
        let stage = Stage.live(script)
        #expect(
            stage.text.contains(
                "‖ paused: budget of the run: $0.0691 of $0.07 used, up to $0.0210 wanted; $ raises it, C cancels"))
        #expect(stage.text.contains("$ budget  s step"), "and in the key bar")
        #expect(stage.press("$").isEmpty)
        #expect(stage.text.contains(" budget of the run: $0.07"))
        stage.press("^U", "0.75")
        let budget = Budget(microdollars: 750_000, onExceed: .pause)
        #expect(stage.press("Enter") == [.send(.setBudget(step: nil, budget), script.run)])
        stage.send(.commandAnswered(.setBudget(step: nil, budget), script.run, nil))
        #expect(stage.toast == "the run may spend $0.75, then pauses")
        stage.send(.commandAnswered(.setBudget(step: nil, budget), script.run, .budgetBelowSpent))
        #expect(stage.toast == "more than that is spent already")
        stage.press("$", "^U", "9")
        #expect(stage.press("Esc").isEmpty)
        #expect(stage.state.overlay == .none)
    }

    @Test func badAmountsGetASentence() {
        let stage = Stage.live(.shortRun())
        for text in ["lots", "-1", "0.1234567", "1.2.3", "$", "1e3", "."] {
            stage.press("$", "^U")
            stage.press(text)
            #expect(stage.press("Enter").isEmpty, "\(text)")
            #expect(stage.toast == "\(text) is no amount of dollars: such as 0.75, with at most six decimals")
        }
        stage.press("$", "^U")
        #expect(stage.press("Enter").isEmpty)
        #expect(stage.toast == "", "nothing was typed")
    }

    @Test func amountsAreReadAsPeopleTypeThem() {
        let dollars = ["0.75", "$0.75", " $ 1,200.5 ", ".5", "2", "0.000001", "3."].map { text in
            AmountInput.dollars(text)?.amount
        }
        #expect(dollars == [750_000, 750_000, 1_200_500_000, 500_000, 2_000_000, 1, 3_000_000])
        #expect(["", "1 2 x", "٣", "1/2", "0.0000001"].allSatisfy { AmountInput.dollars($0) == nil })
        let tokens = ["200000", "200,000 tokens", "200k", "2M tokens", "12"].map(AmountInput.tokens)
        #expect(tokens == [200_000, 200_000, 200_000, 2_000_000, 12])
        #expect(["", "k", "-5", "1.5M", "0x10", "tokens"].allSatisfy { AmountInput.tokens($0) == nil })
        for amount: Int64 in [0, 1, 10, 500_000, 52_500, 1_200_000_000] {
            let text = MoneyText.exact(MicroDollars(amount))
            #expect(AmountInput.dollars(text) == MicroDollars(amount), "\(text)")
        }
        #expect(MoneyText.exact(MicroDollars(52_500)) == "$0.0525")
    }

    @Test func theLimitThatIsPassedIsTheOneToRaise() {
        var script = RunScript.shortRun(unit: .tokens)
        let tokens = Stage.live(script)
        tokens.press("$")
        #expect(tokens.text.contains(" budget of the run in tokens: 40000"))
        tokens.press("^U", "60k")
        #expect(
            tokens.press("Enter")
                == [.send(.setBudget(step: nil, Budget(tokens: 60_000, onExceed: .pause)), script.run)])
        script = .models()
        script.add(.routing(.budgetSet(Budget(microdollars: 65_000, onExceed: .pause))), "review")
        script.exceed(.step(script.run, "review"), limit: 65_000, spent: 61_100)
        script.waitForCall("review", .budget, RunScript.sonnet, seconds: nil)
        script.add(.runPaused)
        let step = Stage.live(script)
        #expect(step.text.contains("‖ paused: budget of review: $0.0611 of $0.065 used"))
        step.press("$", "^U", "$0.2")
        #expect(
            step.press("Enter")
                == [.send(.setBudget(step: "review", Budget(microdollars: 200_000, onExceed: .pause)), script.run)])
    }

    @Test func budgetsOfTheSettingsAreNotRaisedHere() {
        let stage = Stage.live(.shortRun(.provider("openai")))
        #expect(stage.text.contains("‖ paused: budget of openai: $0.0691 of $0.07 used"))
        #expect(!stage.text.contains("$ raises it"))
        #expect(stage.press("$").isEmpty)
        #expect(stage.state.overlay == .none)
        #expect(stage.toast == "the budget of openai is set in the settings")
    }

    @Test func theCommandLineSetsBudgetsToo() {
        let stage = Stage.live(.models(budget: nil))
        #expect(
            stage.press(":", "budget 0.75", "Enter")
                == [.send(.setBudget(step: nil, Budget(microdollars: 750_000, onExceed: .pause)), run)])
        #expect(
            stage.press(":", "budget 200k tokens", "Enter")
                == [.send(.setBudget(step: nil, Budget(tokens: 200_000, onExceed: .pause)), run)])
        stage.press(":", "budget", "Enter")
        #expect(
            stage.state.overlay
                == .input(InputLine(purpose: .budget(nil, .microdollars), field: TextField(), previous: "")))
    }

    @Test func aRunThatWentOnStillSaysWhatItWaitsFor() {
        var script = RunScript.shortRun()
        script.add(.runResumed)
        #expect(Stage.live(script).text.contains("‖ waits: budget of the run"))
        script.add(.routing(.budgetSet(Budget(microdollars: 500_000, onExceed: .pause))), actor: "ana")
        #expect(!Stage.live(script).text.contains("‖ waits: budget of the run"))
    }

    @Test(arguments: [(120, 36), (80, 24), (60, 16), (40, 10)])
    func whatToDoAboutAPauseIsNeverCutAway(_ columns: Int, _ rows: Int) {
        let text = Stage.live(.shortRun(), columns, rows).text
        #expect(text.contains("‖ paused: ") || text.contains("‖ no money"))
        #expect(text.contains("; $ raises it"))
        #expect(text.contains(", C cancels") == (columns > 40))
    }

    // MARK: Ratings

    @Test func answersAreRated() {
        let stage = stage(on: "classify")
        #expect(stage.text.contains("u good, d not good"))
        #expect(stage.press("u") == [.send(.rate("classify", isUp: true), run)])
        #expect(stage.press("d") == [.send(.rate("classify", isUp: false), run)])
        #expect(stage.press(":", "rate good", "Enter") == [.send(.rate("classify", isUp: true), run)])
        #expect(stage.press(":", "rate bad", "Enter") == [.send(.rate("classify", isUp: false), run)])
        stage.send(.commandAnswered(.rate("classify", isUp: false), run, nil))
        #expect(stage.toast == "classify is rated not good")
        #expect(stage.press(":", "rate splendid", "Enter").isEmpty)
        #expect(stage.toast == "what you think of the selected step's result: :rate good or :rate bad")
        stage.press(":", "step gather", "Enter")
        #expect(stage.press("u").isEmpty)
        #expect(stage.toast == "no model has answered for gather")
        var rated = script
        rated.add(.routing(.rated(isUp: true)), "classify", actor: "ana")
        #expect(self.stage(rated, on: "classify").text.contains("rating  good"))
    }

    // MARK: Everywhere

    @Test func readOnlyRefusesAllOfThem() {
        for keys in [
            ["!"], ["="], ["~"], ["$"], ["u"], ["d"], [":", "budget 1", "Enter"],
            [":", "breaker openai:cheap open", "Enter"], [":", "rate good", "Enter"],
        ] {
            let stage = stage(on: "classify", readOnly: true)
            for key in keys { stage.press(key) }
            #expect(stage.effects.isEmpty)
            #expect(stage.state.overlay == .none)
            #expect(stage.toast == "read-only: commands are switched off")
        }
        let short = Stage.live(.shortRun(), readOnly: true)
        #expect(short.text.contains("‖ paused: budget of the run"))
        #expect(!short.text.contains("$ raises it") && !short.text.contains("$ budget"))
    }

    @Test func anEndedRunRefusesThem() {
        var script = RunScript.models()
        script.add(.runCancelled)
        for key in ["!", "=", "~", "$", "u", "d"] {
            let stage = stage(script, on: "classify")
            #expect(stage.press(key).isEmpty)
            #expect(stage.toast == "the run has ended")
        }
    }

    @Test func theTableClosesWithAnyKey() {
        for stage in [Stage.live(.fiveBreakersRun()), Stage.record(.fiveBreakersRun())] {
            #expect(stage.press("M").isEmpty)
            #expect(stage.state.overlay == .models)
            #expect(stage.text.contains("anthropic:capable"))
            #expect(stage.text.contains("overloaded: 529 overloaded"))
            #expect(stage.press("C").isEmpty, "the key closes it and does nothing else")
            #expect(stage.state.overlay == .none)
            stage.press(":", "models", "Enter")
            #expect(stage.state.overlay == .models)
        }
    }

    @Test func helpNamesThem() {
        let stage = Stage(120, 100)
        stage.send(.opened(.run(run)), .ownership(run, isLive: true))
        stage.press("?")
        for text in ["open the breaker of the selected step's model; asks first", "raise the budget", ":rate good|bad"]
        {
            #expect(stage.text.contains(text))
        }
    }
}
