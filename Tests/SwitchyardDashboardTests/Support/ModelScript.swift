import OrderedCollections
import SwitchyardCore

extension RunScript {
    static let luna = ModelID(provider: "openai", name: "gpt-6-luna")
    static let sonnet = ModelID(provider: "anthropic", name: "claude-sonnet-5")
    static let qwen = ModelID(provider: "ollama", name: "qwen3:8b")

    // MARK: Words

    mutating func choose(
        _ step: StepPath, _ models: [(ModelID, cost: Int64?)], explanation: String = "it fits best",
        removals: [String] = []
    ) {
        let measures = models.enumerated().map { place, model in
            CandidateMeasure(
                score: 0.81 - 0.07 * Double(place), quality: 0.94 - 0.05 * Double(place), samples: place == 0 ? 52 : 0,
                expectedCost: model.cost.map(MicroDollars.init), expectedLatency: .milliseconds(1800))
        }
        add(
            .modelSelected(
                ModelSelected(
                    candidates: models.map(\.0), measures: measures, explanation: explanation, seed: 7,
                    removals: removals, task: "summarize", strategy: .balanced)),
            step, attempt: 1)
    }

    mutating func request(_ step: StepPath, _ model: ModelID, _ tier: ModelTier? = .cheap, turn: Int = 1) {
        add(.modelRequested(ModelRequested(model: model, tier: tier, turn: turn, isSimulated: false)), step, attempt: 1)
    }

    mutating func answer(
        _ step: StepPath, _ model: ModelID, _ tier: ModelTier? = .cheap, turn: Int = 1, cost: Int64?,
        input: Int = 9000, cached: Int? = 6000, output: Int = 300
    ) {
        let usage = TokenUsage(uncachedInput: input - (cached ?? 0), cacheRead: cached, output: output)
        add(
            .modelCompleted(
                ModelCompleted(
                    model: model, tier: tier, turn: turn, message: ModelMessage(.assistant, [.text("yes")]),
                    finish: .stop, usage: usage, cost: cost.map(MicroDollars.init), latency: .milliseconds(1800))),
            step, attempt: 1)
    }

    mutating func failCall(
        _ step: StepPath, _ model: ModelID, _ kind: ModelError.Kind, _ message: String = "the provider failed",
        tier: ModelTier = .cheap, waited: Double = 0
    ) {
        add(
            .routing(
                .attemptFailed(
                    FailedModelAttempt(
                        model: model, tier: tier, kind: kind, message: message, took: .milliseconds(1100),
                        waited: .microseconds(Int64(waited * 1e6))))),
            step, attempt: 1)
    }

    mutating func waitForCall(_ step: StepPath, _ reason: ModelWait.Reason, _ model: ModelID?, seconds: Double?) {
        add(.routing(.waitStarted(ModelWait(reason, model: model, until: seconds.map(inSeconds)))), step, attempt: 1)
    }

    mutating func turn(_ breaker: BreakerID, _ change: BreakerEvent.Change, _ reason: BreakerReason? = nil) {
        add(.routing(.breakerChanged(BreakerEvent(breaker, change, reason: reason, time: now))))
    }

    mutating func exceed(_ scope: BudgetScope, unit: BudgetUnit = .microdollars, limit: Int64, spent: Int64) {
        add(
            .routing(
                .budgetExceeded(
                    BudgetExceeded(
                        scope: scope, unit: unit, limit: limit, spent: spent, reserved: 0, asked: 21_000, action: .pause
                    ))))
    }

    func inSeconds(_ seconds: Double) -> Timestamp { now.advanced(by: .microseconds(Int64(seconds * 1e6))) }

    // MARK: Runs

    /// A run with models, a while after its start: two summaries are answered, two steps are open.
    static func models(budget: Budget? = Budget(microdollars: 500_000, onExceed: .pause)) -> RunScript {
        var script = RunScript()
        let steps: [(String, String, [String])] = [
            ("gather", "bash", []), ("summarize", "prompt", ["gather"]), ("classify", "prompt", ["gather"]),
            ("review", "agent", ["classify"]), ("draft", "prompt", ["summarize", "review"]),
            ("publish", "http.post", ["draft"]),
        ]
        script.create(
            "nightly-review",
            CompiledPlan(
                strategy: .dag,
                steps: steps.map { name, uses, needs in
                    CompiledPlan.PlannedStep(
                        path: StepPath(name), uses: uses,
                        needs: needs.map { CompiledPlan.PlannedNeed(path: StepPath($0), origin: .explicit) },
                        level: 0, effect: uses == "bash" ? .unsafe : .idempotent, mode: .concurrent)
                }))
        if let budget { script.add(.routing(.budgetSet(budget))) }
        script.at(0.1)
        script.ready("gather")
        script.start("gather", process: 4711)
        script.at(4)
        script.succeed("gather", summary: "41 files")
        for step: StepPath in ["summarize", "classify"] {
            script.ready(step)
            script.start(step)
            script.choose(
                step, [(luna, cost: 4000), (sonnet, cost: 31_000)],
                explanation: "openai/gpt-6-luna: best balance among 6 models for summarize; 94 % good in 52 answers",
                removals: ["google/gemini-3.8-flash failed too often just now"])
            script.request(step, luna)
        }
        script.at(9)
        script.answer("classify", luna, cost: 4100)
        script.succeed("classify", summary: "3 classes")
        script.ready("review")
        script.start("review")
        script.choose("review", [(sonnet, cost: 31_000), (luna, cost: 4000)], explanation: "the expert for reviews")
        script.request("review", sonnet, .capable)
        script.at(31)
        script.answer("review", sonnet, .capable, cost: 61_100, input: 22_000, cached: 14_000, output: 1800)
        script.request("review", sonnet, .capable, turn: 2)
        return script
    }

    /// One breaker counts a failure, the other is open and holds two steps.
    static func breakersRun() -> RunScript {
        var script = models()
        script.at(40)
        script.failCall("summarize", luna, .server)
        for second in [52.0, 55, 58] {
            script.at(second)
            script.failCall("review", sonnet, .overloaded, "529 overloaded", tier: .capable)
        }
        script.turn(BreakerID("anthropic", .capable), .opened(until: script.inSeconds(50)), .consecutive(3))
        script.waitForCall("review", .breaker, sonnet, seconds: 50)
        script.at(65)
        script.request("summarize", luna)
        return script
    }

    /// The provider asked for fewer calls, and one step waits.
    static func rateLimitRun() -> RunScript {
        var script = models()
        script.at(60)
        script.failCall("summarize", luna, .rateLimited, "429 too many requests")
        script.turn(BreakerID("openai"), .parked(until: script.inSeconds(15)))
        script.waitForCall("summarize", .rateLimit, luna, seconds: 15)
        script.at(68.8)
        script.add(.routing(.budgetReserved(cost: MicroDollars(70_000), tokens: 9000)), "review", attempt: 1)
        return script
    }

    /// The next call could pass the limit, and the run is paused.
    static func shortRun(_ scope: BudgetScope? = nil, unit: BudgetUnit = .microdollars) -> RunScript {
        let limit = Budget(
            microdollars: unit == .microdollars ? 70_000 : nil, tokens: unit == .tokens ? 40_000 : nil,
            onExceed: .pause)
        var script = models(budget: limit)
        script.at(33)
        script.answer("summarize", luna, cost: 3900)
        script.succeed("summarize", summary: "12 lines")
        script.at(34)
        script.exceed(
            scope ?? .run(script.run), unit: unit, limit: unit == .tokens ? 40_000 : 70_000,
            spent: unit == .tokens ? 31_000 : 69_100)
        script.waitForCall("review", .budget, sonnet, seconds: nil)
        script.add(.runPaused)
        return script
    }

    /// Two models failed, and a third one is asked in their place.
    static func fallbackRun() -> RunScript {
        var script = models()
        script.at(40)
        script.failCall("summarize", luna, .server)
        script.at(44)
        script.failCall("summarize", luna, .timeout, "no answer in 30 s", waited: 2.4)
        script.turn(BreakerID("openai", .cheap), .halfOpened, .elapsed)
        script.add(.routing(.fellBack(from: luna, to: sonnet, after: .timeout)), "summarize", attempt: 1)
        script.request("summarize", sonnet, .capable)
        script.at(46)
        return script
    }

    /// Five breakers, each in another state.
    static func fiveBreakersRun() -> RunScript {
        var script = breakersRun()
        script.at(66)
        script.turn(BreakerID("google", .premium), .degraded, .lastCandidate)
        script.turn(BreakerID("ollama", .cheap), .halfOpened, .elapsed)
        script.turn(BreakerID("mistral"), .parked(until: script.inSeconds(75)))
        return script
    }

    /// The only model has no price.
    static func unpricedRun() -> RunScript {
        var script = models(budget: nil)
        script.at(40)
        script.answer("summarize", qwen, cost: nil, cached: nil)
        script.succeed("summarize", summary: "12 lines")
        return script
    }
}
