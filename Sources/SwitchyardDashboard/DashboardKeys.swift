import OrderedCollections
import SwitchyardCore
import TerminalUI

// What keys do. Overlays take every key; otherwise the keymap says what a key asks for.

extension DashboardState {
    mutating func press(_ key: KeyPress) -> [DashboardEffect] {
        toast = nil
        switch overlay {
        case .none: break
        case .help(let offset):
            pressInHelp(key, offset: offset)
            return []
        case .confirm(let confirmation):
            overlay = .none
            return key == .character("y") ? confirm(confirmation) : []
        case .input(let line): return press(key, in: line)
        }
        guard let command = Keymap.command(for: key, in: view) else {
            toast = .refusal("\(key) does nothing here: ? shows the keys")
            return []
        }
        return perform(command)
    }

    private mutating func pressInHelp(_ key: KeyPress, offset: Int) {
        let page = max(1, size.rows - 4)
        let last = max(0, HelpText.lines(for: view).count - page)
        func show(_ offset: Int) { overlay = .help(offset: max(0, min(offset, last))) }
        switch key {
        case .character("j"), .down: show(offset + 1)
        case .character("k"), .up: show(offset - 1)
        case .ctrl("d"), .pageDown, .character(" "): show(offset + page)
        case .ctrl("u"), .pageUp: show(offset - page)
        case .character("g"), .home: show(0)
        case .character("G"), .end: show(last)
        case .character, .ctrl, .alt, .enter, .escape, .tab, .backtab, .backspace, .delete, .insert, .left, .right,
            .function:
            overlay = .none
        }
    }

    private mutating func confirm(_ confirmation: Confirmation) -> [DashboardEffect] {
        switch confirmation {
        case .cancelStep(let run, let step): [.send(.cancelStep(step), run)]
        case .cancelRun(let run, _): [.send(.cancel, run)]
        case .quit(let live): [.cancelAndQuit(live)]
        }
    }

    /// Reads the record of a run that another process goes on with; one that is ours, or over, is all there.
    private mutating func readAgain() -> [DashboardEffect] {
        guard let run, run.ownership != .owned, run.timeline.head.status.mayGoOn else { return [] }
        return [.unwatch] + watch(run.run, playback: nil)
    }

    mutating func perform(_ command: KeyCommand) -> [DashboardEffect] {
        switch command {
        case .help: overlay = .help(offset: 0)
        case .commandLine: ask(.command, previous: "")
        case .suspend: return [.suspend]
        case .redraw: return [.loadRuns, .redraw] + readAgain()
        case .quit: return owned.isEmpty ? [.quit] : [.checkBeforeQuit(owned.sorted())]
        case .retry: return retry()
        case .back: return back()
        case .find: find()
        case .steer(let steering): return steer(steering)
        case .move(let motion): move(motion)
        case .open: return open()
        case .look(let looking): return look(looking)
        case .play(let playing): play(playing)
        }
        return []
    }

    // MARK: Everywhere

    private mutating func move(_ motion: KeyCommand.Motion) {
        if run != nil {
            run?.move(motion, size: size, now: now)
        } else {
            runs.list.move(motion)
        }
    }

    private mutating func open() -> [DashboardEffect] {
        if run != nil {
            run?.enter()
            return []
        }
        guard let selected = runs.selected else { return [] }
        return watch(selected.run, playback: nil)
    }

    mutating func back() -> [DashboardEffect] {
        guard let run else {
            runs.setFilter("")
            return []
        }
        if !run.filter.isEmpty || !run.logSearch.isEmpty {
            self.run?.setFilter("")
            self.run?.logSearch = ""
            return []
        }
        self.run = nil
        runs.comeBack(from: run.run)
        return [.unwatch, .loadRuns]
    }

    private mutating func retry() -> [DashboardEffect] {
        if isReadOnly {
            toast = .refusal("read-only: nothing can be started from here")
            return []
        }
        guard let run else { return runs.selected.map { [.retry($0.run)] } ?? [] }
        guard run.timeline.head.status.isFinal || run.timeline.head.status == .interrupted else {
            toast = .refusal("the run is still going: it can be run again when it has ended")
            return []
        }
        return [.retry(run.run)]
    }

    // MARK: Commands to the run

    /// Why the run on the screen takes no commands; nil if it does.
    private var refusal: String? {
        guard let run else { return "no run is open" }
        if isReadOnly { return "read-only: commands are switched off" }
        if run.playback != nil, run.ownership == .foreign {
            return "this is a record: it cannot be paused, stepped or cancelled"
        }
        if run.timeline.head.status.isFinal { return "the run has ended" }
        switch run.ownership {
        case .owned: return run.playback == nil ? nil : "this is a replay: :live goes back to the run"
        case .unknown: return "still finding out who owns the run; try again"
        case .foreign: return "another process owns the run: it takes no commands from here"
        }
    }

    private mutating func steer(_ steering: KeyCommand.Steering) -> [DashboardEffect] {
        if let refusal {
            toast = .refusal(refusal)
            return []
        }
        guard let run else { return [] }
        switch steering {
        case .pause: return [.send(run.timeline.head.status == .paused ? .resume : .pause, run.run)]
        case .step: return [.send(.step, run.run)]
        case .cancelRun:
            let name = run.number.map { "#\($0)" } ?? run.run.rawValue
            overlay = .confirm(.cancelRun(run.run, name: name))
        case .cancelStep:
            guard let path = run.selectedPath, let step = run.snapshot.steps[path] else { return [] }
            if step.state.isFinal {
                toast = .refusal("\(path) has ended: \(step.state.look.word)")
            } else {
                overlay = .confirm(.cancelStep(run.run, path))
            }
        }
        return []
    }
}

extension ScrollList {
    /// Moves as the keys of every list do.
    mutating func move(_ motion: KeyCommand.Motion) {
        switch motion {
        case .down: move(by: 1)
        case .up: move(by: -1)
        case .pageDown: page(by: 1)
        case .pageUp: page(by: -1)
        case .halfDown: page(by: 0.5)
        case .halfUp: page(by: -0.5)
        case .first: moveToStart()
        case .last: moveToEnd()
        }
    }
}
