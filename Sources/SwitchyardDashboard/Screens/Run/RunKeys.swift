import OrderedCollections
import SwitchyardCore
import TerminalUI

// What keys do in a run's screen, live or replayed.

extension DashboardState {
    mutating func look(_ looking: KeyCommand.Looking) -> [DashboardEffect] {
        guard let run else { return [] }
        switch looking {
        case .pane(let pane): self.run?.focus(on: pane)
        case .nextPane: self.run?.cycleFocus(by: 1)
        case .previousPane: self.run?.cycleFocus(by: -1)
        case .nextMatch: searchLog(forward: true)
        case .previousMatch: searchLog(forward: false)
        case .panLeft: self.run?.logColumn = max(0, run.logColumn - 8)
        case .panRight: self.run?.logColumn = min(4096, run.logColumn + 8)
        case .follow: toast = self.run?.toggleFollow()
        case .fold: toast = self.run?.toggleFold()
        case .foldAll: toast = self.run?.toggleAllFolds()
        case .nextFailure: selectFailure(forward: true)
        case .previousFailure: selectFailure(forward: false)
        case .copy:
            guard let (text, description) = run.copyText else {
                toast = .refusal("nothing to copy here yet")
                return []
            }
            return [.copy(text, description: description)]
        }
        return []
    }

    private mutating func selectFailure(forward: Bool) {
        guard let run else { return }
        let standings = run.tally.standings
        let rows = forward ? Array(run.rows.indices) : run.rows.indices.reversed()
        let here = run.steps.selection
        let target = rows.first { row in
            guard forward ? row > here : row < here, case .step(let index) = run.rows[row].content,
                index < standings.count
            else { return false }
            return standings[index] == .failed
        }
        guard let target else {
            toast = .refusal("no failed step \(forward ? "below" : "above")")
            return
        }
        self.run?.followsSteps = false
        self.run?.selectRow(target)
    }
}

extension RunState {
    mutating func cycleFocus(by step: Int) {
        let panes = Pane.allCases
        let place = panes.firstIndex(of: focus) ?? 0
        focus(on: panes[(place + step + panes.count) % panes.count])
    }

    mutating func move(_ motion: KeyCommand.Motion, size: Size, now: Timestamp) {
        switch focus {
        case .steps:
            followsSteps = false
            let before = steps.selection
            steps.move(motion)
            selectRow(steps.selection, forward: steps.selection >= before)
            if steps.selection != before { inspectorOffset = 0 }
        case .inspector: moveInspector(motion, size: size, now: now)
        case .events:
            events.follow(false)
            events.move(motion)
            if motion == .last { events.follow(true) }
        case .logs:
            logList.follow(false)
            logList.move(motion)
            if motion == .last { logList.follow(true) }
        }
    }

    /// The inspector has no selection: its text moves.
    private mutating func moveInspector(_ motion: KeyCommand.Motion, size: Size, now: Timestamp) {
        let content = layout(size: size).content(of: .inspector)
        let count = InspectorText.lines(self, width: content.width - 2, theme: .mono, now: now).count
        var list = ScrollList(count: max(0, count - content.height) + 1, height: 1)
        list.select(inspectorOffset)
        switch motion {
        case .pageDown: list.move(by: content.height)
        case .pageUp: list.move(by: -content.height)
        case .halfDown: list.move(by: content.height / 2)
        case .halfUp: list.move(by: -content.height / 2)
        case .down, .up, .first, .last: list.move(motion)
        }
        inspectorOffset = list.selection
    }

    /// Enter: from a step to what is known of it, from an event to its step.
    mutating func enter() {
        switch focus {
        case .steps, .logs:
            // What a person looks at stays.
            followsSteps = false
            focus(on: .inspector)
        case .inspector: focus(on: .logs)
        case .events:
            guard events.selection < eventCount, let step = timeline.events[events.selection].step else { return }
            followsSteps = false
            select(step)
            inspectorOffset = 0
        }
    }

    /// Starts or ends following in the focused pane; what the status line says of it.
    mutating func toggleFollow() -> Toast {
        switch focus {
        case .steps, .inspector:
            followsSteps.toggle()
            return .note(followsSteps ? "the selection follows what runs" : "the selection stays")
        case .events:
            events.follow(!events.isFollowing)
            return .note(events.isFollowing ? "following the newest event" : "events stand still")
        case .logs:
            logList.follow(!logList.isFollowing)
            return .note(logList.isFollowing ? "following the newest line" : "the log stands still")
        }
    }

    /// What `y` copies, and what that is.
    var copyText: (String, String)? {
        switch focus {
        case .logs:
            guard log.lines.indices.contains(logList.selection) else { return nil }
            return (log.lines[logList.selection].text, "one line of the log")
        case .events:
            guard events.selection < eventCount else { return nil }
            let envelope = timeline.events[events.selection]
            let line = EventLine.describe(envelope, in: timeline.head)
            let time = TimeText.offset(envelope.time.since(timeline.origin))
            return ("\(time) \(line.glyph) \(line.subject) \(line.text)", "one event")
        case .steps, .inspector:
            guard let path = selectedPath, let step = snapshot.steps[path] else { return nil }
            if let failure = step.failure {
                let details = failure.details.isNull ? "" : "\n" + JSON.text(of: failure.details, layout: .indented)
                return ("\(path): \(failure.message)\(details)", "the failure of \(path)")
            }
            guard step.state == .succeeded else { return nil }
            let text = step.output.stringValue ?? JSON.text(of: step.output, layout: .indented)
            return (text, "the output of \(path), \(CountText.bytes(text.utf8.count))")
        }
    }

    /// Selects the next line of the log that contains what is searched for, going round; false if none does.
    mutating func moveToMatch(forward: Bool) -> Bool {
        let wanted = logSearch.lowercased()
        let count = log.lines.count
        guard count > 0, !wanted.isEmpty else { return false }
        for distance in 1...count {
            let row = (logList.selection + (forward ? distance : count - distance)) % count
            if log.lines[row].text.lowercased().contains(wanted) {
                logList.follow(false)
                logList.select(row)
                return true
            }
        }
        return false
    }
}
