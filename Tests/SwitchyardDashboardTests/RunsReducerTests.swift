import SwitchyardCore
import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct RunsReducerTests {
    private func stage(_ count: Int = 5) -> Stage {
        let stage = Stage()
        stage.send(.opened(.runs))
        stage.send(.runsLoaded(.success(Self.summaries(1...count))))
        return stage
    }

    private static func summaries(_ numbers: ClosedRange<Int>) -> [RunSummary] {
        numbers.reversed().map { number in
            RunSummary(
                run: RunID("run-\(number)"), number: number, pipelineID: number % 2 == 0 ? "even" : "odd",
                status: .succeeded, createdAt: RunScript.origin, endedAt: RunScript.origin, stepCount: 3,
                succeededCount: 3, failedCount: 0, eventCount: 9)
        }
    }

    @Test func theRunThatWasLeftIsSelected() {
        let stage = Stage()
        let old = RunScript.endedDigest()
        stage.send(.runsLoaded(.success([Stage.summary(of: old, number: 1)])))
        var new = RunScript("new")
        new.create("new", [("a", "bash", [])])
        stage.send(.opened(.run(new.run)), .ownership(new.run, isLive: true))
        stage.press("q")
        stage.send(.runsLoaded(.success([Stage.summary(of: new, number: 2), Stage.summary(of: old, number: 1)])))
        #expect(stage.state.runs.selected?.number == 2)
    }

    @Test func theHomeLoadsRuns() {
        let stage = Stage()
        stage.send(.opened(.runs))
        #expect(stage.effects == [.loadRuns])
        stage.send(.runsLoaded(.success([])))
        #expect(stage.text.contains("switchyard run FILE"))
        stage.send(.runsLoaded(.failure(DashboardFailure("disk full"))))
        #expect(stage.text.contains("✗ the runs cannot be read: disk full"))
    }

    @Test func enterOpensTheSelectedRun() {
        let stage = stage()
        #expect(stage.press("j", "j", "k", "Enter") == [.checkOwnership(RunID("run-4")), .watch(RunID("run-4"))])
        #expect(stage.state.run?.number == 4)
        #expect(stage.press("q") == [.unwatch, .loadRuns])
        #expect(stage.state.runs.selected?.number == 4)
        #expect(stage.press("q") == [.quit])
    }

    @Test func theSelectionStaysOnItsRunWhenOthersCome() {
        let stage = stage()
        stage.press("j")
        stage.send(.runsLoaded(.success(Self.summaries(1...9))))
        #expect(stage.state.runs.selected?.number == 4)
    }

    @Test func theFilterIsShownWhileItIsTyped() {
        let stage = stage()
        stage.press("/", "ev")
        #expect(stage.state.runs.shown.map(\.number) == [4, 2])
        stage.press("Esc")
        #expect(stage.state.runs.shown.count == 5)
        stage.press("/", "odd", "Enter")
        #expect(stage.state.runs.shown.map(\.number) == [5, 3, 1])
        #expect(stage.press("q") == [.quit])
        stage.press("Esc")
        #expect(stage.state.runs.shown.count == 5)
        stage.press("/", "zzz", "Enter")
        #expect(stage.text.contains("No run contains zzz."))
        #expect(stage.press("Enter").isEmpty)
    }

    @Test func aRunCanBeRunAgain() {
        let stage = stage()
        #expect(stage.press("r").isEmpty)
        #expect(stage.text.contains("It succeeded. Run all of it again, with the same inputs?"))
        #expect(stage.press("y") == [.runAgain(RunID("run-5"), .whole)])
        // Only `y` means yes.
        stage.press("r")
        #expect(stage.press("Enter").isEmpty)
    }

    @Test func noViewBindsAKeyTwice() {
        for view in KeyView.allCases {
            var seen: [KeyPress: KeyCommand] = [:]
            for binding in Keymap.bindings(of: view) {
                for key in binding.keys {
                    #expect(seen[key] == nil, "\(key) in \(view)")
                    seen[key] = binding.command
                    #expect(Keymap.command(for: key, in: view) == binding.command)
                }
            }
        }
    }

    @Test func dangerousKeysOfTerminalsAreLeftAlone() {
        let taken = Keymap.all.flatMap(\.keys)
        for key in ["^A", "^B", "^S", "^Q"] { #expect(!taken.contains(KeyPress(key)!)) }
    }

    @Test func helpHoldsEveryBindingOfItsView() {
        for view in KeyView.allCases {
            let entries = HelpText.lines(for: view).compactMap { line in
                if case .entry(_, let text) = line { text } else { nil }
            }
            for binding in Keymap.bindings(of: view) { #expect(entries.contains(binding.help)) }
        }
        let stage = stage()
        stage.press("?", "j", "G", "Space", "x")
        #expect(stage.state.overlay == .none)
    }
}
