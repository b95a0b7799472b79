import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Editing the definition of a run that has ended, and trying it again with that.
struct EditTests {
    private let ended = RunScript.endedDigest()

    @Test func anEndedRunIsEditedWithoutAQuestion() {
        for stage in [Stage.live(ended), Stage.record(ended)] {
            #expect(stage.press("e") == [.edit(ended.run)])
            #expect(stage.state.overlay == .none)
        }
    }

    @Test func aRunThatHasNotEndedIsNotEdited() {
        let running = RunScript.runningDigest()
        let stage = Stage.live(running)
        #expect(stage.press("e").isEmpty)
        #expect(stage.toast == "the run has not ended: it can be edited and tried again when it has")
        // Nor in its replay.
        #expect(stage.press(":", "replay", "Enter", "e").isEmpty)
        #expect(stage.toast == "the run has not ended: it can be edited and tried again when it has")
    }

    @Test func readOnlyMeansNoEditor() {
        let stage = Stage.live(ended, readOnly: true)
        #expect(stage.press("e").isEmpty)
        #expect(stage.toast == "read-only: nothing can be started from here")
    }

    @Test func theListOfRunsHasNoSuchKey() {
        #expect(Keymap.command(for: .character("e"), in: .runs) == nil)
    }

    @Test func aReplayThatPlaysStandsStillBehindTheEditor() {
        let stage = Stage.record(ended)
        stage.press("g", "Space")
        #expect(stage.state.run?.playback?.isPlaying == true)
        let time = stage.state.run?.playback?.time
        #expect(stage.press("e") == [.edit(ended.run)])
        stage.state.now = stage.state.now.advanced(by: .seconds(60))
        stage.send(.edited(.left("as it was")), .tick)
        #expect(stage.state.run?.playback?.time == time)
    }

    @Test func whoGivesUpIsBackWhereTheyWere() {
        let stage = Stage.record(ended)
        stage.press("<", "<", "2", "e")
        let before = stage.state.run
        stage.send(.edited(.left("the definition was left as it is; nothing was started")))
        #expect(stage.effects.isEmpty)
        #expect(stage.state.run == before)
        #expect(stage.text.contains("the definition was left as it is; nothing was started"))
        stage.send(.edited(.failed(DashboardFailure("the editor `nope` was not found"))))
        #expect(stage.state.run == before)
        #expect(stage.state.toast == .refusal("the editor `nope` was not found"))
    }

    @Test func theNewRunIsShown() {
        let stage = Stage.record(ended)
        stage.press("e")
        let new = RunID("new")
        stage.send(.edited(.started(new, results: 1, repeated: [])))
        #expect(stage.effects == [.checkOwnership(new), .watch(new), .loadRuns])
        #expect(stage.state.view == .run)
        #expect(stage.toast == "a new run of the edited definition; 1 result taken over where it fits")
        stage.send(.edited(.started(new, results: 3, repeated: ["a", "b"])))
        #expect(
            stage.toast
                == "a new run of the edited definition; 3 results taken over where they fit; done again: a, b")
    }

    @Test func theKeyBarNamesItOnceTheRunIsOver() {
        #expect(Stage.live(ended).text.contains("e edit"))
        #expect(Stage.record(ended, 200, 60).text.contains("e edit"))
        #expect(!Stage.live(.runningDigest()).text.contains("e edit"))
    }
}
