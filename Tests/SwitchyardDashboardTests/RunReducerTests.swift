import SwitchyardCore
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Keys in a live run: what they ask for, what they refuse.
struct RunReducerTests {
    let script = RunScript.runningDigest()
    var run: RunID { script.run }

    @Test func openingARunWatchesIt() {
        let stage = Stage()
        stage.send(.opened(.run(run)))
        #expect(stage.effects == [.checkOwnership(run), .watch(run), .loadRuns])
    }

    @Test func pauseIsSentAndAnswered() {
        let stage = Stage.live(script)
        #expect(stage.press("p") == [.send(.pause, run)])
        stage.send(.commandAnswered(.pause, run, nil))
        #expect(stage.toast == "pausing: running steps go on, nothing new starts")
        stage.send(.commandAnswered(.step, run, .notPaused))
        #expect(stage.toast == "the run is not paused: p pauses it, then s starts one step")
        stage.press("j")
        #expect(stage.toast == "")
    }

    @Test func pauseOfAPausedRunResumesIt() {
        var script = script
        script.add(.runPaused)
        let stage = Stage.live(script)
        #expect(stage.press("p") == [.send(.resume, run)])
        #expect(stage.press("s") == [.send(.step, run)])
    }

    @Test func cancellingAsksAndOnlyYConfirms() {
        for key in ["Enter", "Esc", "n", "c", "C", "Y", "Space", "^C"] {
            let stage = Stage.live(script)
            stage.press("C")
            #expect(stage.state.overlay == .confirm(.cancelRun(run, name: "#4812")))
            #expect(stage.press(key).isEmpty, "\(key) confirmed")
            #expect(stage.state.overlay == .none)
        }
        let stage = Stage.live(script)
        stage.press("C")
        #expect(stage.press("y") == [.send(.cancel, run)])
        #expect(stage.press("y") != [.send(.cancel, run)])
    }

    @Test func cancellingAStepNamesIt() {
        let stage = Stage.live(script)
        stage.press(":", "step style", "Enter", "c")
        #expect(stage.state.overlay == .confirm(.cancelStep(run, "style_check")))
        #expect(stage.press("y") == [.send(.cancelStep("style_check"), run)])
        stage.press(":", "step plan", "Enter", "c")
        #expect(stage.state.overlay == .none)
        #expect(stage.toast == "plan has ended: done")
    }

    @Test func aReadOnlyDashboardRefusesEveryCommand() {
        for key in ["p", "s", "c", "C"] {
            let stage = Stage.live(script, readOnly: true)
            #expect(stage.press(key).isEmpty)
            #expect(stage.state.overlay == .none)
            #expect(stage.toast == "read-only: commands are switched off")
        }
        let stage = Stage.live(script, readOnly: true)
        #expect(stage.press("r").isEmpty)
    }

    @Test func anEndedRunTakesNoCommandsButRunsAgain() {
        let stage = Stage.live(.endedDigest())
        for key in ["p", "s", "c", "C"] {
            #expect(stage.press(key).isEmpty)
            #expect(stage.toast == "the run has ended")
        }
        stage.press("r")
        #expect(stage.press("y") == [.runAgain(run, .failed)])
        stage.send(.retried(.failure(DashboardFailure("the file is gone"))))
        #expect(stage.toast == "the file is gone")
        let other = RunID("01hxrun000000002")
        stage.send(.retried(.success(other)))
        #expect(stage.effects == [.checkOwnership(other), .watch(other), .loadRuns])
        #expect(stage.state.run?.run == other)
    }

    @Test func aRunUnderWayIsNotRunAgain() {
        let stage = Stage.live(script)
        #expect(stage.press("r").isEmpty)
        #expect(stage.toast == "the run is still going, and the selected step does not wait for another attempt")
    }

    @Test func aForeignRunOpensAsAReplayAndTakesNoCommands() {
        let stage = Stage.record(.endedDigest())
        #expect(stage.state.view == .replay)
        stage.press("p")
        #expect(stage.toast == "p does nothing here: ? shows the keys")
    }

    @Test func theSelectionFollowsUntilAPersonMovesIt() {
        let stage = Stage.live(script)
        #expect(stage.state.run?.selectedPath == "style_check")
        stage.press("k")
        #expect(stage.state.run?.selectedPath == "rerank")
        #expect(stage.state.run?.followsSteps == false)
        var more = script
        more.at(103)
        more.succeed("style_check")
        stage.send(.batch(run, EventBatch(events: [more.events.last!])))
        #expect(stage.state.run?.selectedPath == "rerank")
        stage.press("F")
        #expect(stage.state.run?.selectedPath == "search")
    }

    @Test func theRuleAboveFinallyIsNeverSelected() {
        let stage = Stage.live(script)
        stage.press("G")
        #expect(stage.state.run?.selectedPath == "finally/report")
        stage.press("k")
        #expect(stage.state.run?.selectedPath == "publish")
        stage.press("j")
        #expect(stage.state.run?.selectedPath == "finally/report")
        stage.press("g", "^D", "^U", "PgDn", "PgUp")
        #expect(stage.state.run?.selectedPath == "plan")
    }

    @Test func focusGoesRoundThePanes() {
        let stage = Stage.live(script)
        var seen: [Pane?] = []
        for _ in 0..<4 {
            stage.press("Tab")
            seen.append(stage.state.run?.focus)
        }
        #expect(seen == [.inspector, .events, .logs, .steps])
        stage.press("S-Tab")
        #expect(stage.state.run?.focus == .logs)
        stage.press("2")
        #expect(stage.state.run?.focus == .inspector)
    }

    @Test func aFilterLeavesMatchingStepsAndEscapeDropsIt() {
        let stage = Stage.live(script)
        stage.press("/", "bash", "Enter")
        #expect(stage.state.run?.rows.count == 6)
        #expect(stage.text.contains("6 of 12 · filter: bash"))
        stage.press("Esc")
        #expect(stage.state.run?.rows.count == 13)
        #expect(stage.state.view == .run)
        #expect(stage.press("Esc") == [.unwatch, .loadRuns])
        #expect(stage.state.view == .runs)
    }

    @Test func failuresAreFoundFromTheKeyboard() {
        let stage = Stage.live(.endedDigest())
        stage.press("g", ">")
        #expect(stage.state.run?.selectedPath == "search")
        stage.press(">")
        #expect(stage.toast == "no failed step below")
    }

    @Test func eventsLeadToTheirSteps() {
        let stage = Stage.live(script)
        stage.press("3", "g", "j", "j", "j", "Enter")
        #expect(stage.state.run?.selectedPath == "plan")
    }

    @Test func whatIsCopiedDependsOnTheFocus() {
        let stage = Stage.live(script)
        stage.press(":", "step plan", "Enter")
        #expect(
            stage.press("y") == [
                .copy(
                    "{\n  \"sections\": [\n    \"news\",\n    \"tools\"\n  ]\n}",
                    description: "the output of plan, 47 B")
            ])
        stage.press(":", "step rerank", "Enter")
        guard case .copy(let text, _)? = stage.press("y").first else { return #expect(Bool(false)) }
        #expect(text.hasPrefix("rerank: 429 rate limited\n{"))
        stage.send(.copied(description: "it", succeeded: false))
        #expect(stage.toast == "nothing to copy with: no clipboard was found")
    }

    @Test func searchingTheLogGoesRound() {
        let stage = Stage.live(script)
        stage.press("4", "/", "docs", "Enter")
        #expect(stage.state.run?.logList.selection == 2)
        stage.press("N")
        #expect(stage.state.run?.logList.selection == 1)
        stage.press("n", "n")
        #expect(stage.state.run?.logList.selection == 3)
        stage.press("n")
        #expect(stage.state.run?.logList.selection == 1)
    }

    @Test func keysOfNothingSaySo() {
        let stage = Stage.live(script)
        stage.press("F7")
        #expect(stage.toast == "F7 does nothing here: ? shows the keys")
        stage.press(":", "nonsense", "Enter")
        #expect(stage.toast.hasPrefix("there is no :nonsense; there are :quit"))
        stage.press(":", "goto 01:00", "Enter")
        #expect(stage.toast == ":goto works in a replay")
    }

    @Test func pastedTextIsOnlyEverText() {
        let stage = Stage.live(script)
        stage.send(.paste("C"), .paste("y"))
        #expect(stage.state.overlay == .none)
        stage.press("/")
        stage.send(.paste("ba\nsh"))
        guard case .input(let line) = stage.state.overlay else { return #expect(Bool(false)) }
        #expect(line.field.text == "ba sh")
    }

    @Test func aRunThatOnlyWaitsCanBeLeft() {
        var script = RunScript("wait")
        script.create("wait", [("ok", "approval", []), ("after", "bash", ["ok"])])
        script.add(.stepReady, "ok")
        script.add(.approvalRequested(ApprovalRequest(message: "Go?", until: nil)), "ok", attempt: 1)
        let stage = Stage.live(script)
        stage.send(.quitChecked(live: [script.run]))
        #expect(stage.text.contains("l leaves it to be resumed, y cancels it and quits, any other key stays"))
        #expect(stage.press("l") == [.leaveAndQuit([script.run])])
        // Where something runs, `l` is any other key.
        let running = Stage.live(self.script)
        running.send(.quitChecked(live: [run]))
        #expect(running.press("l").isEmpty)
    }

    @Test func anUnknownOutcomeIsAnsweredByAPerson() {
        var script = RunScript("unknown")
        script.create("unknown", [("deploy", "bash", []), ("after", "bash", ["deploy"])])
        script.add(.stepReady, "deploy")
        script.start("deploy")
        script.add(.leaseTaken(epoch: 2))
        script.add(.stepOutcomeUnknown, "deploy", attempt: 1)
        for (key, resolution) in [("a", Resolution.done), ("x", .failed), ("r", .retry)] {
            let stage = Stage.live(script)
            #expect(stage.text.contains("keys    a it took effect, x it"))
            #expect(stage.press(key).isEmpty)
            #expect(stage.press("y") == [.send(.resolve("deploy", resolution), script.run)])
        }
    }

    @Test func breakpointsAreSetAndCleared() {
        let stage = Stage.live(script)
        stage.press(":", "step style", "Enter")
        #expect(stage.press("b") == [.send(.setBreakpoint(.step("style_check")), run)])
        var script = script
        script.add(.breakpointSet(.step("style_check")))
        let set = Stage.live(script)
        set.press(":", "step style", "Enter")
        #expect(set.press("b") == [.send(.clearBreakpoint(.step("style_check")), run)])
        set.press("B")
        #expect(set.press("Enter") == [.send(.setBreakpoint(.condition("run.failed > 0")), run)])
        #expect(set.press("S") == [.send(.stepGroup, run)])
    }

    @Test func aStepIsPassedOver() {
        let stage = Stage.live(script)
        #expect(stage.press(":", "skip style", "Enter") == [.send(.skipStep("style_check"), run)])
        #expect(stage.press(":", "skip nothing", "Enter").isEmpty)
        #expect(stage.toast == "the run has no step nothing")
    }

    @Test func anEndedRunIsDoneAgainFromAStep() {
        let stage = Stage.live(.endedDigest())
        let path = stage.state.run?.selectedPath
        stage.press("R")
        #expect(stage.press("y") == [.runAgain(run, .from(path ?? ""))])
        let live = Stage.live(script)
        #expect(live.press("R").isEmpty)
        #expect(live.toast == "the run has not ended: f in its replay forks it")
    }

    @Test func quittingWithALiveRunAsks() {
        let stage = Stage.live(script)
        #expect(stage.press("^C") == [.checkBeforeQuit([run])])
        stage.send(.quitChecked(live: [run]))
        #expect(stage.text.contains("y cancels it and quits, any other key stays"))
        #expect(stage.press("Enter").isEmpty)
        stage.send(.quitChecked(live: [run]))
        #expect(stage.press("y") == [.cancelAndQuit([run])])
        stage.send(.quitChecked(live: []))
        #expect(stage.effects == [.quit])
    }

    @Test func suspendAndRedraw() {
        let stage = Stage.live(script)
        #expect(stage.press("^Z") == [.suspend])
        #expect(stage.press("^R") == [.loadRuns, .redraw])
    }

    @Test func clocksTickOnlyWhileSomethingMoves() {
        #expect(Stage.live(script).state.tickInterval == .milliseconds(250))
        #expect(Stage.live(.endedDigest()).state.tickInterval == nil)
        #expect(Stage.record(script).state.tickInterval == nil)
        var quiet = RunScript()
        quiet.create("p", [("a", "bash", [])])
        quiet.add(.runPaused)
        #expect(Stage.live(quiet).state.tickInterval == nil)
    }

    @Test func aFloodOfLinesIsBounded() {
        let stage = Stage.live(script)
        for round in 0..<20 {
            let lines = (0..<2000).map {
                StepLine(step: "style_check", attempt: 1, line: LogLine(.stdout, "\(round) \($0)"))
            }
            let others = (0..<2000).map { StepLine(step: "search", attempt: 2, line: LogLine(.stdout, "\($0)")) }
            stage.send(.batch(run, EventBatch(lines: lines + others, droppedLines: 10)))
        }
        let log = stage.state.run!.log
        #expect(log.lines.count <= LogBuffer.maximumLines * 6 / 5)
        #expect(log.leftOut + log.lines.count == 40_004)
        #expect(log.dropped == 200)
        #expect(stage.text.contains("19 1999"))
        stage.press(":", "step search", "Enter")
        #expect(stage.effects == [.loadLog(run, LogKey(step: "search", attempt: 2))])
        #expect(stage.state.run!.log.lines.count <= LogBuffer.maximumRecent * 3 / 2)
    }

    @Test func linesOfTheFileAndOfTheStreamAreJoinedOnce() {
        func lines(_ range: Range<Int>) -> [LogLine] { range.map { LogLine(.stdout, "\($0)") } }
        var buffer = LogBuffer()
        let key = LogKey(step: "a", attempt: 1)
        let mustLoad = buffer.show(key)
        #expect(mustLoad)
        buffer.append(lines(8..<12).map { StepLine(step: "a", attempt: 1, line: $0) }, dropped: 0)
        buffer.load(lines(0..<10), of: key)
        #expect(buffer.lines == lines(0..<12))
        buffer.load(lines(0..<12), of: LogKey(step: "b", attempt: 1))
        #expect(buffer.lines == lines(0..<12))
    }

    @Test func whatIsTypedIsAboutTheStepThatWasSelected() {
        var script = RunScript()
        script.create("two", [("a", uses: "bash", needs: []), ("b", uses: "bash", needs: [])])
        script.start("a")
        let stage = Stage.live(script)
        #expect(stage.state.run?.selectedPath == "a")
        stage.press(":", "skip")
        let before = script.events.count
        script.at(1)
        script.start("b")
        stage.send(.batch(script.run, EventBatch(events: Array(script.events[before...]))))
        #expect(stage.press("Enter").first == .send(.skipStep("a"), script.run))
        #expect(stage.state.run?.selectedPath == "b", "then the selection follows again")
    }
}
