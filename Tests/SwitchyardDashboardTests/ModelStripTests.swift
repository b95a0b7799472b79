import OrderedCollections
import SwitchyardCore
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// What the header says of money, tokens and breakers.
struct ModelStripTests {
    private let pen = Pen(theme: .terminal, isUnicode: true, now: RunScript.origin)

    private func state(_ script: RunScript) -> RunState { Stage.live(script).state.run! }

    private func cost(_ script: RunScript, width: Int = 80) -> String {
        let run = state(script)
        return ModelStrips.cost(Spending(run, run.snapshot), width: width, pen).text.string
    }

    private func looks(_ script: RunScript) -> [String] {
        let run = state(script)
        return BreakerLook.all(run, run.snapshot, now: script.now).map { "\($0.id) \($0.glyph) \($0.words)" }
    }

    // MARK: Money

    @Test func theForecastIsWhatOpenStepsAreExpectedToCost() {
        // 65,200 are spent; summarize is expected to cost 4,000, review has cost more than it was to, and draft, for
        // which nothing is chosen, counts as classify, which has ended: 4,100.
        #expect(cost(.models()) == "cost $0.0652 → ~$0.073 of $0.50 ▕██░░░░░░░░░░░░░░▏")
    }

    @Test func withoutAnEndedStepTheMeanOfTheChosenStandsForTheOthers() {
        var script = RunScript()
        script.create("two", [("a", uses: "prompt", needs: []), ("b", uses: "prompt", needs: [])])
        #expect(cost(script) == "cost $0")
        script.start("a")
        script.choose("a", [(RunScript.luna, cost: 4000)])
        #expect(cost(script) == "cost $0 → ~$0.0080")
        script.start("b")
        script.choose("b", [(RunScript.luna, cost: nil)])
        #expect(cost(script) == "cost $0", "a price is unknown, and with it the sum")
    }

    @Test func anUnknownPriceStaysUnknown() {
        #expect(cost(.unpricedRun()) == "cost $0.0652 + 1 unpriced")
        var script = RunScript()
        script.create("one", [("a", uses: "prompt", needs: [])])
        script.answer("a", RunScript.qwen, cost: nil)
        #expect(cost(script) == "cost unknown")
    }

    @Test func whatIsEstimatedIsMarked() {
        var script = RunScript.models()
        script.add(
            .routing(.budgetSettled(cost: MicroDollars(20_000), tokens: 10, isEstimate: true)), "review", attempt: 1)
        #expect(cost(script, width: 8) == "~$0.0852")
        #expect(costs(script)[3] == "review ~.0811")
    }

    // MARK: Each step's

    private func costs(_ script: RunScript) -> [String] {
        let run = state(script)
        let costs = StepCosts(run, run.snapshot)
        return run.snapshot.steps.values.enumerated().map { index, step in
            "\(step.path) \(costs.text(step, index, pen).text.string)"
        }
    }

    @Test func everyStepSaysWhatItHasCostOrIsExpectedTo() {
        #expect(
            costs(.models()) == [
                "gather –", "summarize ~.0040", "classify .0041", "review .0611", "draft ", "publish –",
            ])
        #expect(costs(.unpricedRun())[1] == "summarize ?")
    }

    @Test func whatHoldsOthersCostsWhatTheyDo() {
        var script = RunScript()
        script.create("held", [("each", uses: "prompt", needs: [])])
        script.expand("each", ["a", "b"])
        script.start("each[a]")
        script.answer("each[a]", RunScript.luna, cost: 4000)
        script.start("each[b]")
        script.answer("each[b]", RunScript.luna, cost: 300)
        #expect(costs(script) == ["each .0043", "each[a] .0040", "each[b] .0003"])
        script.answer("each[b]", RunScript.qwen, cost: nil)
        #expect(costs(script).first == "each .0043+?", "what is not known is not kept quiet")
    }

    @Test func amountsInAColumnAreShort() {
        let texts = [40, 4000, 999_999, 1_200_000, 123_450_000, 12_345_670_000].map {
            MoneyText.column(MicroDollars($0))
        }
        #expect(texts == ["<.0001", ".0040", "1.0000", "1.20", "123.45", "12,345"])
    }

    @Test func lessRoomLeavesOutWhatMattersLess() {
        let texts = (0...60).map { cost(.models(), width: $0) }
        for (width, text) in texts.enumerated() { #expect(CleanText(cleaning: text).width <= width) }
        #expect(texts[6] == "")
        #expect(texts[7] == "$0.0652")
        #expect(texts[16] == "$0.0652 of $0.50")
        #expect(texts[34] == "cost $0.0652 → ~$0.073 of $0.50")
    }

    @Test func aReplaySaysWhatItComesTo() {
        var script = RunScript.unpricedRun()
        script.add(.runCancelled)
        let stage = Stage.record(script)
        stage.press("g", ".", ".", ".")
        let run = stage.state.run!
        #expect(
            ModelStrips.cost(Spending(run, run.snapshot), width: 60, pen).text.string == "cost $0 of final $0.0652")
        #expect(run.timeline.models.isUsed, "its header is as tall as it will be")
    }

    @Test func aRunThatHasEndedExpectsNothing() {
        var script = RunScript.models()
        script.add(.runCancelled)
        #expect(cost(script) == "cost $0.0652 of $0.50 ▕██░░░░░░░░░░░░░░▏")
    }

    // MARK: Tokens

    @Test func tokensAndTheirShareFromCaches() {
        let run = state(.models())
        #expect(ModelStrips.tokens(run.snapshot.modelUse, pen).text.string == "tok ↑31k ↓2.1k")
        #expect(ModelStrips.cache(run.timeline.models.total(before: run.eventCount), pen).text.string == "cache 64%")
        #expect(ModelStrips.spend(run, run.snapshot, pen).text.string == "spend ▁▁▂▁▁▁▁▁▁█")
        #expect(
            [0, 999, 1000, 2149, 9950, 31_400, 999_499, 999_500, 1_240_000].map(CountText.short) == [
                "0", "999", "1.0k", "2.1k", "10k", "31k", "999k", "1.0M", "1.2M",
            ])
    }

    @Test func totalsAtEveryMomentAreWhatFoldingGives() {
        let script = RunScript.fallbackRun()
        let timeline = state(script).timeline
        for count in 0...script.events.count {
            let use = RunSnapshot(run: script.run, folding: script.events.prefix(count)).modelUse
            #expect((timeline.models.total(before: count)?.cost ?? .zero) == use.cost)
            let calls = script.events.prefix(count).count { envelope in
                if case .modelCompleted = envelope.event { return true }
                if case .routing(.attemptFailed) = envelope.event { return true }
                return false
            }
            #expect(timeline.models.calls(before: count).count == calls)
        }
    }

    // MARK: Breakers

    @Test func breakersAreSwitchesWithTheirFailures() {
        #expect(
            looks(.breakersRun()) == ["openai:cheap ═ closed 1/2", "anthropic:capable ╱ OPEN 00:43, 1 held"])
        #expect(
            looks(.rateLimitRun()) == [
                "openai:cheap ═ closed 0/2", "anthropic:capable ═ closed 0/1", "openai ○ rate limit 00:07, 1 waits",
            ])
        #expect(
            looks(.fiveBreakersRun()).suffix(3) == [
                "google:premium ╱ degraded", "ollama:cheap ≈ half-open, 1 probe", "mistral ○ rate limit 01:15",
            ])
    }

    @Test func whatIsOverIsNotCountedDown() {
        var script = RunScript.rateLimitRun()
        script.at(110)
        script.add(.stepReady, "publish")
        #expect(
            looks(script).first == "openai:cheap ═ closed 0/1, 1 waits", "what is older than a minute does not count")
        #expect(!looks(script).contains { $0.hasPrefix("openai ○") }, "the pause is over")
        var open = RunScript.breakersRun()
        open.at(120)
        open.add(.stepReady, "publish")
        #expect(looks(open).last == "anthropic:capable ╱ OPEN, to be tried, 1 held")
        open.add(.routing(.breakerForced(BreakerID("anthropic", .capable), .open)), actor: "ana")
        #expect(looks(open).last == "anthropic:capable ╱ OPEN until closed, 1 held")
    }

    @Test func closedBreakersGoFirstWhereRoomIsShort() {
        let run = state(.fiveBreakersRun())
        func strip(_ width: Int) -> String {
            let pen = Pen(theme: .terminal, isUnicode: true, now: RunScript.fiveBreakersRun().now)
            return ModelStrips.breakers(run, run.snapshot, width: width, isCompact: true, pen).text.string
        }
        #expect(
            strip(120)
                == "openai:cheap ═ 1/2  anthropic:capable ╱ 42s, 1 held  google:premium ╱ degraded  ollama:cheap ≈  mistral ○ limit 75s"
        )
        #expect(
            strip(100)
                == "openai ═ 1/2  anthropic ╱ 42s, 1 held  google ╱ degraded  ollama ≈  mistral ○ limit 75s")
        #expect(strip(80) == "anthropic ╱ 42s, 1 held  google ╱ degraded  ollama ≈  mistral ○ limit 75s  +1 ═")
        #expect(strip(70) == "anthropic ╱ 42s, 1 held  google ╱ degraded  ollama ≈  +1 ═  +1 more")
        for width in 0...120 { #expect(CleanText(cleaning: strip(width)).width <= width) }
    }

    // MARK: Without models

    @Test func aRunWithoutModelsHasNoStrip() {
        var program = RunScript()
        let planned = CompiledPlan.PlannedStep(
            path: "watch", uses: "agent", needs: [], level: 0, effect: .unsafe, mode: .concurrent)
        // A program of that name is no model.
        program.create("plain", CompiledPlan(strategy: .dag, steps: [planned]))
        for script in [RunScript.runningDigest(), .endedDigest(), .release(.asking), program] {
            let stage = Stage.live(script)
            #expect(stage.state.run?.timeline.models.isUsed == false)
            #expect(!stage.text.contains("cost") && !stage.text.contains("breakers"))
        }
    }

    @Test func theFirstRowOfStepsDoesNotMoveWhenTheFirstModelIsCalled() {
        let script = RunScript.models()
        let stage = Stage(120, 36, now: script.now)
        stage.send(.opened(.run(script.run)), .ownership(script.run, isLive: true))
        var tops: Set<Int> = []
        for event in script.events {
            stage.send(.batch(script.run, EventBatch(events: [event])))
            guard stage.state.run?.plan != nil else { continue }
            tops.insert(stage.text.split(separator: "\n").firstIndex { $0.contains("1 Steps") } ?? -1)
        }
        #expect(tops == [3])
    }

    // MARK: What waits

    @Test func aQueuedRunSaysWhatItWaitsFor() {
        var script = RunScript()
        script.add(
            .runCreated(
                RunCreated(
                    pipelineID: "deploy", pipelineName: nil, definition: "", definitionHash: "0", file: "deploy.yaml",
                    inputs: .null, seed: 7, slots: 5, workspace: "/work")))
        script.add(.runQueued(QueuedRun(group: "production", behind: [RunID("01hxrun000000009")])))
        let stage = Stage.live(script)
        #expect(stage.text.contains(" waits for 1 run of group production: 01hxrun000000009"))
        #expect(!stage.text.contains("no plan yet"))
    }

    @Test func theInspectorNamesTheRunsThatAStepIsOrComesFrom() {
        var script = RunScript()
        script.create("parent", [("child", uses: "pipeline", needs: []), ("cached", uses: "bash", needs: [])])
        script.start("child")
        script.add(.stepDelegated(to: RunID("01hxrun000000077")), "child", attempt: 1)
        script.add(
            .stepSucceeded(
                StepSucceeded(
                    output: "x", outputHash: "0",
                    source: ResultSource(run: RunID("01hxrun000000055"), seq: 31, inputHash: "0"))), "cached")
        let stage = Stage.live(script, 160, 40)
        stage.press(":", "step child", "Enter")
        #expect(stage.text.contains("runs as run 01hxrun000000077"))
        stage.press(":", "step cached", "Enter")
        #expect(stage.text.contains("from    the cache: run 01hxrun000000055, event 31"))
    }

    @Test func theInspectorExplainsTheChoiceAndListsTheCalls() {
        let script = RunScript.fallbackRun()
        let stage = Stage.live(script)
        stage.press(":", "step summarize", "Enter")
        let lines = InspectorText.lines(stage.state.run!, width: 64, theme: .terminal, now: script.now)
        let all = lines.map(\.text.string).joined(separator: "\n")
        for text in [
            "model   anthropic/claude-sonnet-5 · instead of openai/gpt-6-luna",
            "cost    $0, ~$0.031 expected",
            "── calls ─", "#1  00:38.9    1.1s  ✗ server  openai/gpt-6-luna",
            "#2  00:42.9    1.1s  ✗ timeout after 2.4s  openai/gpt-6-luna", "↻ anthropic/claude-sonnet-5 instead",
            "#3  00:44.0    2.0s  ● asks", "── choice · summarize · balanced ─",
            "openai/gpt-6-luna: best balance among 6 models for summarize;",
            "1 openai/gpt-6-luna", "score 0.81 · 94 % good of 52 · ~$0.0040 · 1.8s", "2 anthropic/claude-sonnet-5",
            "score 0.74 · 89 % good · ~$0.031 · 1.8s", "- google/gemini-3.8-flash failed too often just now",
        ] { #expect(all.contains(text), "\(text)") }
    }

    @Test func theInspectorSaysWhatAStepWasAllowedAndWhatItIsWorth() {
        var script = RunScript.models()
        script.add(.routing(.budgetSet(Budget(microdollars: 100_000, onExceed: .stop))), "review")
        script.add(.routing(.budgetReserved(cost: MicroDollars(20_000), tokens: nil)), "review", attempt: 1)
        script.add(.qualityScored(QualityScore(score: 0.4, minScore: 0.7, onLow: .retry)), "review", attempt: 1)
        script.add(.routing(.rated(isUp: false)), "review", actor: "ana")
        let stage = Stage.live(script, 200, 60)
        stage.press(":", "step review", "Enter")
        for text in [
            "cost    $0.0611, ~$0.031 expected, up to $0.020 set aside", "tokens  ↑22,000 ↓1,800, cache 63%",
            "budget  $0.0611 of $0.10, then stops", "quality 0.4, wanted at least 0.7", "rating  not good",
        ] { #expect(stage.text.contains(text), "\(text)") }
    }

    @Test func accountsAreDimAndNoNews() {
        let script = RunScript.rateLimitRun()
        #expect(script.events.last?.event.isBookkeeping == true)
        let stage = Stage.live(script)
        let last = stage.text.split(separator: "\n").last ?? ""
        #expect(last.contains("waits for the rate limit"))
        #expect(!last.contains("sets aside"))
    }
}
