import OrderedCollections
import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct ReplayTests {
    let script = RunScript.endedDigest()

    private func time(_ stage: Stage) -> String {
        TimeText.offset(stage.state.run!.playback!.time.since(RunScript.origin))
    }

    @Test func theCursorMovesAsInMPV() {
        let stage = Stage.record(script)
        #expect(time(stage) == "01:51.400")
        stage.press("Left")
        #expect(time(stage) == "01:46.400")
        stage.press("Right", "Right")
        #expect(time(stage) == "01:51.400")
        stage.press(",", ",")
        #expect(stage.state.run?.playback?.count == script.events.count - 2)
        stage.press(".")
        #expect(stage.state.run?.playback?.count == script.events.count - 1)
        stage.press("g")
        #expect(stage.state.run?.playback?.count == 1)
        stage.press("G")
        #expect(stage.state.run?.playback?.count == script.events.count)
        stage.press(":", "goto 01:03", "Enter")
        #expect(time(stage) == "01:03.000")
        #expect(stage.text.contains("‖ PAUSED at 01:03.000 of 01:51   1.0×"))
    }

    @Test func speedsAreMPVs() {
        let stage = Stage.record(script)
        stage.press("}", "}")
        #expect(stage.state.run?.playback?.speed == 4)
        stage.press("{", "]")
        #expect(stage.state.run?.playback?.speed == 2.2)
        stage.press("Backspace", "[")
        #expect(stage.state.run?.playback?.speed == 0.91)
        for _ in 0..<40 { stage.press("}") }
        #expect(stage.state.run?.playback?.speed == 100)
    }

    @Test func markersAreFailures() {
        let stage = Stage.record(script)
        stage.press("<")
        #expect(time(stage) == "01:51.000")
        stage.press("<")
        #expect(time(stage) == "01:41.871")
        stage.press("<", "<")
        #expect(time(stage) == "00:29.400")
        stage.press("<")
        #expect(stage.toast == "nothing failed before this")
        stage.press(">")
        #expect(time(stage) == "01:35.410")
    }

    @Test func recordedPausesAreKept() {
        let stage = Stage.record(script)
        let begin = stage.state.now
        stage.press("g", "}", "Space")
        #expect(stage.state.tickInterval == .milliseconds(50))
        stage.state.now = begin.advanced(by: .milliseconds(500))
        stage.send(.tick)
        #expect(time(stage) == "00:01.000")
        #expect(stage.state.run?.snapshot.steps["plan"]?.state == .running)
        stage.state.now = begin.advanced(by: .milliseconds(600))
        stage.send(.tick)
        #expect(stage.state.run?.snapshot.steps["plan"]?.state == .succeeded)
        stage.state.now = begin.advanced(by: .seconds(60))
        stage.send(.tick)
        #expect(stage.state.run?.playback?.motion == .paused)
        #expect(stage.state.tickInterval == nil)
    }

    @Test func aReplayFromTheCommandLinePlaysAtOnce() {
        let stage = Stage()
        stage.send(.opened(.replay(script.run, speed: 2, from: .seconds(85))), .ownership(script.run, isLive: false))
        stage.send(.batch(script.run, EventBatch(events: script.events)))
        #expect(stage.state.run?.playback?.isPlaying == false)
        stage.send(.eventsEnded(script.run))
        #expect(stage.state.run?.playback?.isPlaying == true)
        #expect(time(stage) == "01:25.000")
    }

    @Test func theEndAskedForBeforeItIsReadIsStoodAtOnceItIs() {
        let stage = Stage(now: script.now)
        stage.send(.opened(.replay(script.run)), .ownership(script.run, isLive: false))
        stage.press("G")
        stage.send(.batch(script.run, EventBatch(events: script.events)), .eventsEnded(script.run))
        #expect(stage.state.run?.playback?.count == script.events.count)
        #expect(stage.state.run?.playback?.isPlaying == false)
    }

    @Test func aNewRunsNumberIsAskedForWithItsFirstEvent() {
        let stage = Stage(now: script.now)
        stage.send(.opened(.run(script.run)), .ownership(script.run, isLive: true))
        stage.send(.batch(script.run, EventBatch(events: Array(script.events.prefix(3)))))
        #expect(stage.effects.contains(.loadRuns))
        stage.send(.runsLoaded(.success([Stage.summary(of: script)])))
        #expect(stage.text.contains("#4812"))
    }

    @Test func anyCursorShowsTheFoldOfItsEvents() {
        var long = RunScript()
        long.create("long", (0..<40).map { ("s\($0)", "bash", []) })
        for index in 0..<40 {
            for attempt in 1...30 {
                long.at(Double(index * 30 + attempt))
                let step = StepPath("s\(index)")
                long.ready(step)
                long.start(step, attempt: attempt)
                long.fail(step, attempt: attempt, .exitCode, "exit 1", retryIn: attempt < 30 ? 1 : nil)
            }
        }
        var timeline = RunTimeline(run: long.run)
        timeline.append(long.events)
        #expect(timeline.checkpoints.count == 5)
        var near: RunSnapshot?
        for count in [4000, 0, 1, 999, 1000, 1001, 3500, 3499, 2, timeline.count, 2500] {
            let snapshot = timeline.snapshot(after: count, near: near)
            #expect(snapshot == RunSnapshot(run: long.run, folding: long.events.prefix(count)))
            near = snapshot
        }
    }

    @Test(arguments: [(200, 60), (120, 36), (100, 24), (80, 24), (60, 16)])
    func atItsEndAReplayShowsWhatTheLiveViewShowed(_ columns: Int, _ rows: Int) {
        let live = Stage.live(script, columns, rows)
        let replay = Stage.record(script, columns, rows)
        for keys in [[], ["3"], ["4"], ["2"], [":", "step rerank", "Enter"]] as [[String]] {
            for key in keys {
                live.press(key)
                replay.press(key)
            }
            live.answerLogs(script)
            replay.answerLogs(script)
            // All but the line that says what is seen, and the two at the bottom.
            let (left, right) = (live.frame(), replay.frame())
            for row in 1..<(rows - 2) {
                #expect(left.hasSameRow(row, as: right), "row \(row) at \(columns)×\(rows) after \(keys)")
            }
        }
    }

    @Test func aRunThatNobodyOwnsWasInterrupted() {
        let stage = Stage.record(.runningDigest())
        #expect(stage.state.run?.snapshot.status == .running)
        let orphan = Stage()
        let script = RunScript.runningDigest()
        orphan.send(.opened(.run(script.run)), .ownership(script.run, isLive: false))
        orphan.send(.batch(script.run, EventBatch(events: script.events)), .eventsEnded(script.run))
        #expect(orphan.state.run?.snapshot.status == .interrupted)
        #expect(orphan.text.contains("✗ INTERRUPTED"))
        #expect(orphan.state.run?.snapshot.counts.running == 0, "nothing runs where no process is")
        #expect(orphan.state.run?.snapshot.counts.outcomeUnknown == 2)
        #expect(orphan.press("^R") == [.loadRuns, .redraw], "there is no more to read")
    }

    @Test func redrawingReadsOnWhatAnotherProcessRecords() {
        let stage = Stage.record(.runningDigest())
        #expect(stage.text.contains("as of its last event; ^R reads on"))
        let run = RunScript.runningDigest().run
        #expect(stage.press("^R") == [.loadRuns, .redraw, .unwatch, .checkOwnership(run), .watch(run)])
    }

    @Test func aPausedRunsClockStandsWhereNothingMovesIt() {
        var script = RunScript()
        script.create("still", [("a", "bash", [])])
        script.add(.runStarted)
        script.at(2)
        script.add(.runPaused)
        let stage = Stage.live(script)
        stage.state.now = stage.state.now.advanced(by: .seconds(600))
        #expect(stage.text.contains("‖ PAUSED 00:02"))
    }

    @Test func whatWasSaidOfARunIsTakenBackWhenItEnds() {
        var script = RunScript()
        script.create("short", [("a", "bash", [])])
        script.add(.runStarted)
        let stage = Stage.live(script)
        stage.send(.commandAnswered(.pause, script.run, nil))
        #expect(stage.toast.hasPrefix("pausing"))
        let before = script.events.count
        script.add(.runSucceeded(outputs: .null))
        stage.send(.batch(script.run, EventBatch(events: Array(script.events.dropFirst(before)))))
        #expect(stage.toast == "")
    }
}
