import OrderedCollections
import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI

@testable import SwitchyardDashboard

/// A dashboard without a terminal: keys and events in, effects and frames out.
final class Stage {
    var state: DashboardState
    private(set) var effects: [DashboardEffect] = []

    init(_ columns: Int = 120, _ rows: Int = 36, now: Timestamp = RunScript.origin, readOnly: Bool = false) {
        state = DashboardState(size: Size(columns: columns, rows: rows), now: now, isReadOnly: readOnly)
    }

    /// A live run, owned by this process, after the script's events.
    static func live(_ script: RunScript, _ columns: Int = 120, _ rows: Int = 36, readOnly: Bool = false) -> Stage {
        let stage = Stage(columns, rows, now: script.now, readOnly: readOnly)
        stage.send(.runsLoaded(.success([summary(of: script)])))
        stage.send(.opened(.run(script.run)), .ownership(script.run, isLive: true))
        stage.send(.batch(script.run, EventBatch(events: script.events, lines: script.lines)))
        stage.answerLogs(script)
        return stage
    }

    /// The same run as a record, which stands at its end.
    static func record(_ script: RunScript, _ columns: Int = 120, _ rows: Int = 36) -> Stage {
        let stage = Stage(columns, rows, now: script.now.advanced(by: .seconds(86_400)))
        stage.send(.runsLoaded(.success([summary(of: script)])))
        stage.send(.opened(.run(script.run)), .ownership(script.run, isLive: false))
        stage.send(.batch(script.run, EventBatch(events: script.events)), .eventsEnded(script.run))
        stage.answerLogs(script)
        return stage
    }

    static func summary(of script: RunScript, number: Int = 4812) -> RunSummary {
        RunSummary(
            of: RunSnapshot(run: script.run, folding: script.events), number: number, isOwned: true)
    }

    func send(_ actions: DashboardAction...) {
        for action in actions { effects = reduce(&state, action) }
    }

    /// Presses keys by name; names of no key are typed. Returns what the last one asked for.
    @discardableResult
    func press(_ names: String...) -> [DashboardEffect] {
        for name in names {
            if let key = KeyPress(name) {
                send(.key(key))
            } else {
                for character in name { send(.key(.character(character))) }
            }
        }
        return effects
    }

    /// Reads the log of the step that is selected, as the client would.
    func answerLogs(_ script: RunScript) {
        guard let key = state.run?.log.key else { return }
        let lines = script.lines.filter { $0.step == key.step && $0.attempt == key.attempt }.map(\.line)
        send(.logLoaded(script.run, key, lines))
    }

    func frame(
        _ depth: ColorDepth = .direct, unicode: Bool = true, theme: Theme = .terminal, size: Size? = nil
    ) -> Frame {
        let capabilities = TerminalCapabilities(colorDepth: depth, isUnicode: unicode)
        return render(
            state, size: size ?? state.size, capabilities: capabilities, theme: theme, now: state.now
        ).reduced(to: capabilities)
    }

    var text: String { FramePicture(frame()).text }
    var toast: String { state.toast?.text ?? "" }
}
