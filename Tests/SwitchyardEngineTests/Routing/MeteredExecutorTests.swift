import SwitchyardCore
import SwitchyardEngine
import Testing

/// The worst case of each call of ``CallStage`` is 10,000 micro-dollars.
@Suite struct MeteredExecutorTests {
    private static let scope = BudgetScope.run(RunID("run"))

    private static func stage(cost: Int64, budget: Budget) -> CallStage {
        let stage = CallStage { _, _ in .success(MicroDollars(cost)) }
        stage.router.setLimit(budget, of: scope)
        return stage
    }

    private static func calls(_ count: Int, _ stage: CallStage) async -> [String] {
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<count { group.addTask { await stage.call(["one"], budgets: [scope]) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func twentyCallsAtOnceDoNotPassABudgetForTen() async {
        let stage = Self.stage(cost: 10_000, budget: Budget(microdollars: 100_000, onExceed: .stop))
        let answers = await Self.calls(20, stage)
        #expect(answers.count { $0.contains("answered") } == 10)
        #expect(
            answers.count {
                $0 == "the call could cost up to $0.010, and $0 is left of the budget of $0.10 for the run"
            } == 10)
        #expect(stage.lines.count { $0 == "ask one" } == 20)
        #expect(stage.lines.count { $0 == "reserve 10000" } == 10)
    }

    @Test func whatWasSetAsideAndNotUsedIsThereForOthers() async {
        let stage = Self.stage(cost: 1000, budget: Budget(microdollars: 30_000, onExceed: .stop))
        let answers = await Self.calls(20, stage)
        #expect(answers.count { $0.contains("answered") } == 20)
        #expect(stage.most <= 3)
    }

    @Test func aLimitThatGoesOnIsTold() async {
        let stage = Self.stage(cost: 10_000, budget: Budget(microdollars: 5000, onExceed: .continue))
        #expect(await stage.call(["one"], budgets: [Self.scope]) == "one answered, 1 attempts")
        #expect(stage.lines.contains("exceeded"))
    }

    @Test func aLimitThatPausesWaitsUntilItIsRaised() async {
        let stage = Self.stage(cost: 10_000, budget: Budget(microdollars: 5000, onExceed: .pause))
        async let answer = stage.call(["one"], budgets: [Self.scope])
        while !stage.lines.contains("wait budget") { await Task.yield() }
        stage.router.setLimit(Budget(microdollars: 20_000, onExceed: .pause), of: Self.scope)
        #expect(await answer == "one answered, 1 attempts")
        #expect(stage.lines.prefix(5) == ["ask one", "exceeded", "wait budget", "go on", "50 %"])
    }

    @Test func aCallThatFailedBeforeItBeganCostsNothingAndOneThatBrokeIsEstimated() async {
        let stage = CallStage { _, number in
            number == 1
                ? .failure(ModelError(.overloaded, "no"))
                : .failure(ModelError(.transport, "it broke", hasBegun: true))
        }
        stage.router.setLimit(Budget(microdollars: 50_000), of: Self.scope)
        _ = await stage.call(["one"], budgets: [Self.scope])
        #expect(stage.lines.filter { $0.hasPrefix("settle") } == ["settle 0", "settle 10000?"])
    }

    @Test func noMoreCallsAreUnderWayThanTheSettingsAllow() async {
        let stage = CallStage(limits: ["one": RateLimits(concurrency: 2)]) { _, _ in
            for _ in 0..<10 { await Task.yield() }
            return .success(.zero)
        }
        let answers = await Self.calls(12, stage)
        #expect(answers.count { $0.contains("answered") } == 12)
        #expect(stage.most <= 2)
        #expect(stage.lines.contains("wait rate_limit"))
    }

    @Test func aMinuteHasNoMoreRequestsThanItMay() async {
        let stage = CallStage(limits: ["one": RateLimits(requestsPerMinute: 3)]) { _, _ in .success(.zero) }
        let start = stage.clock.now
        for _ in 0..<7 { _ = await stage.call(["one"]) }
        #expect(stage.clock.now.since(start) >= .seconds(120))
        #expect(stage.lines.count { $0 == "wait rate_limit" } == 2)
    }

    @Test func aCallInLineThatIsCancelledLeavesIt() async {
        let stage = CallStage(limits: ["one": RateLimits(concurrency: 1)]) { _, number in
            if number == 1 { while !Task.isCancelled { await Task.yield() } }
            return Task.isCancelled ? .failure(ModelError(.cancelled, "cancelled")) : .success(.zero)
        }
        let first = Task { await stage.call(["one"]) }
        while !stage.lines.contains("ask one") { await Task.yield() }
        let second = Task { await stage.call(["one"]) }
        while !stage.lines.contains("wait rate_limit") { await Task.yield() }
        second.cancel()
        #expect(await second.value.contains("cancelled"))
        first.cancel()
        _ = await first.value
        #expect(await stage.call(["one"]) == "one answered, 1 attempts")
    }
}
