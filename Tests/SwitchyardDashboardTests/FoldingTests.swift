import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Groups, items and iterations in the list of steps.
struct FoldingTests {
    private func names(_ stage: Stage) -> [String] {
        guard let run = stage.state.run else { return [] }
        return run.rows.map { row in
            switch row.content {
            case .step(let index): run.timeline.tree.nodes[index].path.rawValue
            case .earlier(let index, let count): "\(run.timeline.tree.nodes[index].path) earlier \(count)"
            case .iteration(let index, let number): "\(run.timeline.tree.nodes[index].path) iteration \(number)"
            case .rule(let rule): "── \(rule.rawValue)"
            }
        }
    }

    @Test func groupsAreOpenItemsAndOldIterationsFolded() {
        #expect(
            names(Stage.live(.release(.refining))) == [
                "checkout", "build", "build/compile", "build/lint", "build/test", "build/pack", "search", "search[cn]",
                "sites", "refine", "refine earlier 2", "refine@3/draft", "refine@3/review", "cooldown", "publish",
                "deploy", "── finally", "finally/report",
            ])
    }

    @Test func spaceUnfoldsAndFolds() {
        let stage = Stage.live(.release(.building))
        stage.press(":", "step search", "Enter", "Space")
        #expect(names(stage).filter { $0.hasPrefix("search[") }.count == 24)
        #expect(stage.state.run?.selectedPath == "search")
        stage.press("j", "j")
        #expect(stage.state.run?.selectedPath == "search[au]")
        stage.press("Space")
        #expect(names(stage).filter { $0.hasPrefix("search[") } == ["search[cn]"], "what failed is still seen")
        #expect(stage.state.run?.selectedPath == "search", "the row around what was folded away")
        stage.press("j", "+")
        #expect(names(stage).filter { $0.hasPrefix("search[") }.count == 24)
        #expect(stage.state.run?.selectedPath == "search[cn]")
        stage.press(":", "step checkout", "Enter", "Space")
        #expect(stage.toast == "checkout holds no other steps")
    }

    @Test func iterationsThatAreOverUnfoldOneByOne() {
        let stage = Stage.live(.release(.refining))
        stage.press(":", "step refine", "Enter", "j", "Space")
        #expect(
            names(stage).filter { $0.hasPrefix("refine") } == [
                "refine", "refine earlier 2", "refine iteration 1", "refine iteration 2", "refine@3/draft",
                "refine@3/review",
            ])
        stage.press("j", "j", "Space")
        #expect(names(stage).filter { $0.hasPrefix("refine@2") } == ["refine@2/draft", "refine@2/review"])
        #expect(stage.state.run?.selectedPath == "refine")
        stage.press("k", "k", "Space")
        #expect(names(stage).filter { $0.hasPrefix("refine@") } == ["refine@3/draft", "refine@3/review"])
    }

    @Test func whatIsSelectedStaysSoAsRowsComeAndGo() {
        var script = RunScript.release(.refining)
        let stage = Stage.live(script)
        stage.press(":", "step refine", "Enter", "j")
        let count = script.events.count
        script.succeed("refine@3/review")
        script.add(.loopIterated(4), "refine")
        stage.send(.batch(script.run, EventBatch(events: Array(script.events[count...]))))
        let run = stage.state.run!
        let refine = run.timeline.tree.index(of: "refine")!
        #expect(run.rows[run.steps.selection].content == .earlier(refine, count: 3))
    }

    @Test func aFailureThatComesToBeSeenMovesNoSelection() {
        var script = RunScript.release(.building)
        let stage = Stage.live(script)
        stage.press(":", "step deploy", "Enter")
        script.fail("search[kr]", .server, "500")
        stage.send(.batch(script.run, EventBatch(events: [script.events.last!])))
        #expect(stage.state.run?.selectedPath == "deploy")
        #expect(names(stage).filter { $0.hasPrefix("search[") } == ["search[cn]", "search[kr]"])
    }

    @Test func unknownOutcomesAreToldFromQuestions() {
        let script = RunScript.release(.building)
        let orphan = Stage(now: script.now)
        orphan.send(.opened(.run(script.run)), .ownership(script.run, isLive: false))
        orphan.send(.batch(script.run, EventBatch(events: script.events)), .eventsEnded(script.run))
        #expect(orphan.text.contains("◇6 unknown"))
        #expect(orphan.text.contains("slots 0/6"))
    }

    @Test func allAtOnce() {
        let stage = Stage.live(.release(.refining))
        stage.press("Z")
        #expect(stage.toast == "everything is unfolded")
        #expect(names(stage).count == 53)
        stage.press("Z")
        #expect(stage.toast == "everything is folded; what failed is still seen")
        #expect(
            names(stage) == [
                "checkout", "build", "search", "search[cn]", "sites", "refine", "cooldown", "publish", "deploy",
                "── finally", "finally/report",
            ])
    }

    @Test func followingSelectsTheRowAroundAndUnfoldsNothing() {
        var script = RunScript()
        script.create("follow", RunScript.releasePlan)
        script.expand("search", ["a", "b"])
        script.at(1)
        script.ready("search[b]")
        script.start("search[b]")
        script.print("search[b]", "hello")
        let stage = Stage.live(script)
        let before = names(stage)
        #expect(stage.state.run?.selectedPath == "search")
        #expect(stage.state.run?.log.key == LogKey(step: "search[b]", attempt: 1))
        #expect(stage.text.contains("│ hello"))
        #expect(stage.text.contains("why     0 of 2 items ended, 1"))
        #expect(stage.text.contains("● [b]  0ms"))
        #expect(names(stage) == before)
    }

    @Test func aStepAskedForByNameIsUnfolded() {
        let stage = Stage.live(.release(.refining))
        stage.press(":", "step sites[docs]/index", "Enter")
        #expect(stage.state.run?.selectedPath == "sites[docs]/index")
        stage.press(":", "step refine@1/draft", "Enter")
        #expect(stage.state.run?.selectedPath == "refine@1/draft")
        #expect(names(stage).contains("sites[docs]/fetch"))
    }

    @Test func aFilterLooksIntoWhatIsFolded() {
        let stage = Stage.live(.release(.building))
        stage.press("/", "docs", "Enter")
        #expect(names(stage) == ["sites[docs]", "sites[docs]/fetch", "sites[docs]/index"])
        stage.press("Space")
        #expect(stage.toast == "a filtered list has no groups: Esc shows all steps")
        stage.press("G", "Esc")
        #expect(stage.state.run?.selectedPath == "sites", "the folded row around what was selected")
    }

    @Test func failuresAreFoundInFoldedSteps() {
        let stage = Stage.live(.release(.ended))
        stage.press("g", ">")
        #expect(stage.state.run?.selectedPath == "search[cn]")
        stage.press(">")
        #expect(stage.state.run?.selectedPath == "deploy")
    }

    @Test func compensationsStandUnderTheirRuleOnceTheyArePlanned() {
        #expect(!names(Stage.live(.release(.asking))).contains("── undo"))
        let stage = Stage.live(.release(.undoing))
        #expect(
            names(stage).suffix(6) == [
                "deploy", "── undo", "publish/:compensate", "build/pack/:compensate", "── finally", "finally/report",
            ])
        #expect(stage.state.run?.selectedPath == "publish/:compensate")
        stage.press("j", "j")
        #expect(stage.state.run?.selectedPath == "finally/report", "rules are passed over")
    }

    @Test func onlyAttemptsHoldSlots() {
        let text = Stage.live(.release(.building)).text
        #expect(text.contains("✓15 ●6 ○16 ✗1"))
        #expect(text.contains("slots 6/6"))
        let waiting = Stage.live(.release(.asking))
        #expect(waiting.text.contains("◇ WAITING 01:35"))
        #expect(waiting.text.contains("slots 0/6"))
        #expect(waiting.text.contains("○2 ◇1"))
    }

    @Test func aRunThatOnlyWaitsForAMomentSaysSo() {
        var script = RunScript()
        script.create("quiet", CompiledPlan(strategy: .serial, steps: [RunScript.releasePlan.steps[13]]))
        script.wait("cooldown", seconds: 90)
        let stage = Stage.live(script)
        #expect(stage.text.contains("○ WAITING"))
        #expect(stage.text.contains("timer     in 90.0s"))
        #expect(stage.text.contains("until   2026-11-21 09:13:30 UTC"))
        #expect(stage.text.contains("in all  90.0s"))
        #expect(!stage.text.contains("── attempts"))
    }

    @Test(arguments: [(200, 60), (120, 36), (100, 24), (80, 24), (60, 16)])
    func atItsEndAReplayShowsWhatTheLiveViewShowed(_ columns: Int, _ rows: Int) {
        for moment in [RunScript.ReleaseMoment.building, .refining, .undoing, .ended] {
            let script = RunScript.release(moment)
            let live = Stage.live(script, columns, rows)
            // A record's clock stands at its last event.
            live.state.now = script.events.last!.time
            let replay = Stage.record(script, columns, rows)
            for keys in [[], ["Z"], ["3"], ["4"], ["2"], ["Z"], [":", "step sites[docs]", "Enter"]] as [[String]] {
                for key in keys {
                    live.press(key)
                    replay.press(key)
                }
                live.answerLogs(script)
                replay.answerLogs(script)
                let (left, right) = (live.frame(), replay.frame())
                for row in 1..<(rows - 2) {
                    #expect(left.hasSameRow(row, as: right), "row \(row) at \(columns)×\(rows), \(moment) \(keys)")
                }
            }
        }
    }

    @Test func scrubbingBackShowsWhatThereWas() {
        let stage = Stage.record(.release(.ended))
        stage.press(":", "goto 00:40", "Enter")
        #expect(names(stage).contains("refine@1/draft"))
        #expect(!names(stage).contains("refine earlier 2"))
        #expect(!names(stage).contains("── undo"))
        stage.press("g")
        #expect(!names(stage).contains("refine@1/draft"))
        #expect(names(stage).contains("build/lint"), "the plan is known from the start")
        #expect(!names(stage).contains("search[cn]"))
        stage.press("G")
        #expect(names(stage).contains("── undo"))
    }

    /// The names of this run leave a narrow column for them.
    @Test func theRowOfEarlierIterationsIsWholeBesideShortNames() {
        var script = RunScript()
        script.create(
            "loop",
            CompiledPlan(
                strategy: .serial,
                steps: [
                    CompiledPlan.PlannedStep(
                        path: "l", uses: "steps", needs: [], level: 0, effect: .pure, mode: .concurrent,
                        repeats: .until),
                    CompiledPlan.PlannedStep(
                        path: "l/a", uses: "sh", needs: [], level: 0, effect: .pure, mode: .concurrent, parent: "l"),
                ]))
        script.open("l")
        for number in 1...13 {
            script.add(.loopIterated(number), "l")
            script.ready(StepPath("l@\(number)/a"))
            script.start(StepPath("l@\(number)/a"))
            script.succeed(StepPath("l@\(number)/a"))
        }
        let stage = Stage.live(script, 80, 24)
        #expect(stage.text.contains("12 earlier iterations"), "\(stage.text)")
    }

    /// Fails by taking minutes if each step costs as much as all before it.
    @Test(.timeLimit(.minutes(1))) func tenThousandInstancesCanComeOneByOne() {
        var script = RunScript()
        script.create("big", RunScript.releasePlan)
        script.expand("search", (0..<10_000).map { "item-\($0)" })
        script.open("refine")
        let stage = Stage.live(script)
        var count = script.events.count
        for number in 1...1000 {
            script.at(Double(number))
            script.add(.loopIterated(number), "refine")
            let item = StepPath("search").item("item-\(number)")
            script.ready(item)
            script.start(item)
            script.succeed(item)
            for event in script.events[count...] {
                stage.send(.batch(script.run, EventBatch(events: [event])))
            }
            count = script.events.count
        }
        #expect(stage.text.contains("iteration 1000"))
        #expect(stage.text.contains("999 earlier iterations"))
        #expect(stage.text.contains("1000/10000"))
        stage.press(":", "step search", "Enter", "Space", "G")
        #expect(stage.state.run?.rows.count == 10_000 + 18 - 1)
    }
}
