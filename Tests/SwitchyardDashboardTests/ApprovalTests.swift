import SwitchyardCore
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Questions of a run, and the keys that answer them.
struct ApprovalTests {
    let script = RunScript.release(.asking)
    var run: RunID { script.run }

    /// Two steps that ask, beside one that does not.
    static func twice() -> RunScript {
        var script = RunScript()
        script.create(
            "twice", [("first", "approval", []), ("second", "approval", []), ("work", "bash", [])], strategy: .parallel)
        script.ask("first", "first?")
        script.ask("second", "second?")
        script.ready("work")
        script.start("work")
        return script
    }

    @Test(arguments: [("a", true), ("x", false)])
    func answeringAsksAndOnlyYConfirms(_ key: String, _ isApproved: Bool) {
        for other in ["Enter", "Esc", "n", "a", "x", "Y", "Space", "^C"] {
            let stage = Stage.live(script)
            stage.press(key)
            #expect(
                stage.state.overlay
                    == .confirm(
                        .answer(run, "publish", isApproved: isApproved, asked: "Publish release 2.4 to 24 regions?")))
            #expect(stage.press(other).isEmpty, "\(other) confirmed")
            #expect(stage.state.overlay == .none)
        }
        let stage = Stage.live(script)
        stage.press(key)
        #expect(stage.press("y") == [.send(.answerApproval("publish", isApproved: isApproved), run)])
        stage.send(.commandAnswered(.answerApproval("publish", isApproved: isApproved), run, nil))
        #expect(stage.toast == "publish is \(isApproved ? "approved" : "rejected")")
        stage.send(.commandAnswered(.answerApproval("publish", isApproved: true), run, .notAsking("publish")))
        #expect(stage.toast == "publish asks nothing now: it was answered, or its time is over")
    }

    @Test func theOnlyStepThatAsksNeedsNoSelecting() {
        let stage = Stage.live(script)
        stage.press("g", "a")
        #expect(stage.press("y") == [.send(.answerApproval("publish", isApproved: true), run)])
    }

    @Test func amongSeveralTheSelectedOneIsAnswered() {
        let stage = Stage.live(Self.twice())
        stage.press(":", "step work", "Enter", "a")
        #expect(stage.state.overlay == .none)
        #expect(stage.toast == "2 steps ask: select the one to answer")
        stage.press(":", "step second", "Enter", "x")
        #expect(stage.press("y") == [.send(.answerApproval("second", isApproved: false), run)])
    }

    @Test func aQuestionInsideOfTheSelectedStepIsMeant() {
        var script = RunScript()
        script.create("inside", CompiledPlan(strategy: .dag, steps: Array(RunScript.releasePlan.steps.prefix(6))))
        script.open("build")
        script.ask("build/lint", "lint?")
        let stage = Stage.live(script)
        stage.press(":", "step build", "Enter", "Space", "a")
        #expect(stage.press("y") == [.send(.answerApproval("build/lint", isApproved: true), run)])
    }

    @Test func whereNothingAsksThatIsSaid() {
        let stage = Stage.live(.release(.building))
        #expect(stage.press("a").isEmpty)
        #expect(stage.toast == "no step asks anything now")
        #expect(!stage.text.contains("a approve"))
    }

    @Test func readOnlyAndRecordsAnswerNothing() {
        for key in ["a", "x"] {
            let stage = Stage.live(script, readOnly: true)
            #expect(stage.press(key).isEmpty)
            #expect(stage.state.overlay == .none)
            #expect(stage.toast == "read-only: commands are switched off")
            stage.press("j")
            #expect(stage.text.contains("◇ publish asks: Publish release"), "what is asked is seen all the same")
            #expect(!stage.text.contains("a approve"), "neither in the key bar nor in the inspector")
        }
        let record = Stage.record(script)
        record.press("a")
        #expect(record.toast == "a does nothing here: ? shows the keys")
        #expect(!record.text.contains("a approves"))
        let ended = Stage.live(.release(.ended))
        ended.press("x")
        #expect(ended.toast == "the run has ended")
    }

    @Test(arguments: [(200, 60), (120, 36), (80, 24), (60, 16), (40, 10)])
    func aQuestionCannotBeMissed(_ columns: Int, _ rows: Int) {
        let stage = Stage.live(script, columns, rows)
        stage.press("g")
        #expect(stage.text.contains("◇ publish asks"))
        #expect(stage.text.contains("◇ WAITING"))
    }

    @Test func severalQuestionsAreCounted() {
        let stage = Stage.live(Self.twice())
        #expect(stage.text.contains("◇2"))
        #expect(stage.text.contains("● RUNNING"), "something runs beside them")
        #expect(stage.text.contains("◇ first asks, and 1 more: first?"))
    }
}
