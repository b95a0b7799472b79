import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// Wherever a run that fails or is cancelled is cut, what it did is undone once, the last first.
@Suite struct CompensationResumeTests {
    enum Ending: CaseIterable {
        case failure
        case cancellation
    }

    /// Everything that can be undone: steps, items, iterations, a group; then `last`, which ends it all.
    private func steps() throws -> [Step] {
        try [
            .fake("a").undone(), .fake("b", tool: "pure").undone(by: "pure"),
            .fake("m", value: "{{ item }}").undone().foreach("{{ [1, 2, 3] }}", maxParallel: 2),
            .group("l", [.fake("x").undone()]).until("loop.index >= 2"),
            .group("g", [.fake("y")]).undone(),
            .fake("plain"), .fake("last", needs: ["a", "b", "m", "l", "g", "plain"]),
        ]
    }

    private static let undoable: Set<StepPath> = ["a", "b", "m[0]", "m[1]", "m[2]", "l@1/x", "l@2/x", "g"]

    @Test(arguments: Ending.allCases) func everyCutIsMended(ending: Ending) throws {
        let steps = try steps()
        let finally: [Step] = try [.fake("f")]
        var whole = try MachineTranscript(steps, finally: finally)
        #expect(finish(&whole, first: .start(paused: false), ending: ending))
        expectUndone(whole, ending, "whole")
        for cut in 1..<whole.events.count {
            for isNewestFirst in [false, true] {
                var run = try MachineTranscript(resuming: Array(whole.events[..<cut]), steps, finally: finally)
                let isFinished = finish(
                    &run, first: .takeOver(by: Actor("bob")), ending: ending, isNewestFirst: isNewestFirst)
                #expect(isFinished, "cut at \(cut)")
                expectUndone(run, ending, "cut at \(cut)")
            }
        }
    }

    @Test func whatIsUndoneIsUndoneToItsEndWhoeverCancels() throws {
        let steps: [Step] = try [.fake("a").undone(), .fake("b", needs: ["a"]).undone(), .fake("c", needs: ["b"])]
        let finally: [Step] = try [.fake("f")]
        var first = try MachineTranscript(steps, finally: finally)
        _ = first.start()
        _ = first.succeed("a")
        _ = first.succeed("b")
        #expect(first.fail("c").last == "START b/:compensate#1")
        #expect(first.send(.cancel) == ["REFUSE isUndoing"])
        #expect(first.succeed("b/:compensate").last == "START a/:compensate#1")
        #expect(first.succeed("a/:compensate").last == "START finally/f#1")
        // A run of an earlier version may have been cut off there.
        var events = first.events
        let cut = try #require(events.firstIndex { $0.event.type == "step.started" && $0.step == "b/:compensate" })
        events = Array(events[...cut])
        events.append(
            EventEnvelope(
                run: RunID("run"), seq: events.count + 1, time: events[cut].time, actor: Actor("ada"),
                event: .runCancelRequested))
        var run = try MachineTranscript(resuming: events, steps, finally: finally)
        #expect(
            run.takeOver() == [
                "lease.taken by bob !", "step.outcome_unknown b/:compensate#1 !", "step.cancelled b/:compensate#1",
                "step.cancelled a/:compensate", "step.ready finally/f", "step.started finally/f#1 !",
                "START finally/f#1",
            ])
        #expect(run.succeed("finally/f").suffix(2) == ["run.cancelled !", "FINISH"])
    }

    private func expectUndone(_ run: MachineTranscript, _ ending: Ending, _ place: Comment) {
        var done: [StepPath] = []
        var planned: [[StepPath]] = []
        var undone: [StepPath] = []
        var started: [StepPath] = []
        for event in run.events {
            if case .compensationPlanned(let steps) = event.event { planned.append(steps) }
            guard let step = event.step else { continue }
            if case .stepSucceeded = event.event {
                if step.isCompensation {
                    undone.append(step)
                } else if Self.undoable.contains(step) {
                    done.append(step)
                }
            } else if case .stepStarted = event.event, step.isCompensation, !started.contains(step) {
                started.append(step)
            }
        }
        #expect(Set(done) == Self.undoable, place)
        let expected = done.reversed().map(\.compensation)
        #expect(planned == [expected], place)
        #expect(started == expected, place)
        #expect(undone == expected, place)
        #expect(run.snapshot.status == (ending == .failure ? .failed : .cancelled), place)
    }

    /// Performs a run to its end: `last` fails or is where a person cancels, everything else succeeds, and a person has
    /// what is unknown tried again. Returns whether the end came.
    private func finish(
        _ run: inout MachineTranscript, first: Stimulus, ending: Ending, isNewestFirst: Bool = true
    ) -> Bool {
        var pending = [first]
        let ada = Actor("ada")
        for _ in 0..<1000 {
            guard !pending.isEmpty else { return false }
            let stimulus = isNewestFirst ? pending.removeLast() : pending.removeFirst()
            for instruction in run.perform(stimulus) {
                switch instruction {
                case .start(let attempt) where attempt.id.step == "last" && ending == .cancellation:
                    pending.append(.command(.cancel, by: ada))
                case .start(let attempt) where attempt.id.step == "last":
                    pending.append(.attemptEnded(attempt.id, .failed(StepFailure(.exitCode, "it broke"))))
                case .start(let attempt):
                    pending.append(.attemptEnded(attempt.id, .succeeded(ToolOutput("ok"))))
                case .cancelAttempt(let id): pending.append(.attemptEnded(id, .cancelled))
                case .finish: return true
                case .record, .enterGroup, .setTimer, .cancelTimer, .refuse, .passOn, .goOn, .setBudget,
                    .forceBreaker:
                    continue
                }
            }
            // Asked after a take-over too, which does not ask again for what was unknown before.
            for step in run.snapshot.steps.values where step.state == .outcomeUnknown {
                let answer = Stimulus.command(.resolve(step.path, .retry), by: ada)
                if !pending.contains(answer) { pending.append(answer) }
            }
        }
        return false
    }
}
