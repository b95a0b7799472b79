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
            if key == .character("l"), case .quit(let live, mayLeave: true) = confirmation {
                return [.leaveAndQuit(live)]
            }
            return key == .character("y") ? confirm(confirmation) : []
        case .choose(let choice): return press(key, choosing: choice)
        case .models:
            overlay = .none
            return []
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
        case .again(let run, let extent, _): [.runAgain(run, extent)]
        case .resume(let run): [.resume(run)]
        case .answer(let run, let step, let isApproved, _):
            [.send(.answerApproval(step, isApproved: isApproved), run)]
        case .resolve(let run, let step, let resolution): [.send(.resolve(step, resolution), run)]
        case .openBreaker(let run, let breaker): [.send(.forceBreaker(breaker, .open), run)]
        case .quit(let live, _): [.cancelAndQuit(live)]
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
        case .models: if run != nil { overlay = .models }
        case .suspend: return [.suspend]
        case .redraw: return [.loadRuns, .redraw] + readAgain()
        case .quit: return owned.isEmpty ? [.quit] : [.checkBeforeQuit(owned.sorted())]
        case .retry: return retry()
        case .retryFromHere: return retryFromHere()
        case .editAndRetry: return editAndRetry()
        case .fork: return fork()
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
        guard let run else {
            if let selected = runs.selected { askBeforeRunningAgain(selected.run, selected.status) }
            return []
        }
        if let path = run.unknownStep, refusal == nil {
            overlay = .confirm(.resolve(run.run, path, .retry))
            return []
        }
        if let path = run.selectedPath, run.playback == nil, refusal == nil,
            case .waiting(.retry)? = run.snapshot.steps[path]?.state
        {
            return [.send(.retryStep(path), run.run)]
        }
        guard run.timeline.head.status.isFinal || run.timeline.head.status == .interrupted else {
            toast = .refusal("the run is still going, and the selected step does not wait for another attempt")
            return []
        }
        askBeforeRunningAgain(run.run, run.timeline.head.status)
        return []
    }

    /// Asks whether the person means it: what runs again may have effects again.
    private mutating func askBeforeRunningAgain(_ run: RunID, _ status: RunStatus) {
        switch status {
        case .failed, .cancelled:
            let words = "Try the run again? What succeeded is taken over, the rest runs."
            overlay = .confirm(.again(run, .failed, words: words))
        case .succeeded:
            overlay = .confirm(.again(run, .whole, words: "It succeeded. Run all of it again, with the same inputs?"))
        case .interrupted:
            overlay = .confirm(.resume(run))
        case .pending, .running, .paused, .waiting:
            toast = .refusal("the run is still going: it can be tried again when it has ended")
        }
    }

    private mutating func retryFromHere() -> [DashboardEffect] {
        guard let run, let path = run.selectedPath else { return [] }
        if isReadOnly {
            toast = .refusal("read-only: nothing can be started from here")
        } else if !run.timeline.head.status.isFinal {
            toast = .refusal("the run has not ended: f in its replay forks it")
        } else {
            let words = "Do \(path) again, and what follows from it, in a new run? The rest is taken over."
            overlay = .confirm(.again(run.run, .from(path), words: words))
        }
        return []
    }

    private mutating func editAndRetry() -> [DashboardEffect] {
        guard let run else { return [] }
        if isReadOnly {
            toast = .refusal("read-only: nothing can be started from here")
        } else if run.timeline.head.status == .interrupted {
            toast = .refusal("the run was interrupted and has not ended: r goes on with it")
        } else if !run.timeline.head.status.isFinal {
            toast = .refusal("the run has not ended: it can be edited and tried again when it has")
        } else {
            // The replay's time stands still behind the editor.
            if run.playback?.isPlaying == true { self.run?.playback?.pause() }
            return [.edit(run.run)]
        }
        return []
    }

    private mutating func fork() -> [DashboardEffect] {
        guard let run, run.playback != nil else { return [] }
        if isReadOnly {
            toast = .refusal("read-only: nothing can be started from here")
            return []
        }
        let seq = run.snapshot.lastSeq
        let words = "Fork the run after event \(seq)? What had ended is taken over, the rest runs."
        overlay = .confirm(.again(run.run, .at(seq), words: words))
        return []
    }

    // MARK: Commands to the run

    /// Why the run on the screen takes no commands; nil if it does.
    var refusal: String? {
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
        case .stepGroup: return [.send(.stepGroup, run.run)]
        case .toggleBreakpoint:
            guard let path = run.selectedPath else { return [] }
            return [.send(toggling(.step(path), in: run), run.run)]
        case .conditionalBreakpoint: ask(.breakCondition, previous: "run.failed > 0")
        case .cancelRun:
            let name = run.number.map { "#\($0)" } ?? run.run.rawValue
            overlay = .confirm(.cancelRun(run.run, name: name))
        case .approve: askBeforeAnswering(run, isApproved: true)
        case .reject: askBeforeAnswering(run, isApproved: false)
        case .force(let force): return self.force(force, in: run)
        case .raiseBudget: raiseBudget(in: run)
        case .rate(let isUp): return rate(isUp: isUp, in: run)
        case .cancelStep:
            guard let index = run.selectedIndex, let path = run.selectedPath, let step = run.snapshot.steps[path]
            else { return [] }
            if step.state.isFinal {
                toast = .refusal("\(path) has ended: \(step.state.look.word)")
            } else if run.tally.isLeftOut(index, step) {
                toast = .refusal("\(path) was skipped with what it stands inside of")
            } else {
                overlay = .confirm(.cancelStep(run.run, path))
            }
        }
        return []
    }

    /// Sets `breakpoint`, or clears it where it is set.
    func toggling(_ breakpoint: Breakpoint, in run: RunState) -> RunCommand {
        run.timeline.head.breakpoints.contains(breakpoint) ? .clearBreakpoint(breakpoint) : .setBreakpoint(breakpoint)
    }

    /// Asks whether the person means it: an answer cannot be taken back.
    private mutating func askBeforeAnswering(_ run: RunState, isApproved: Bool) {
        if let path = run.unknownStep {
            overlay = .confirm(.resolve(run.run, path, isApproved ? .done : .failed))
            return
        }
        guard let index = run.askingStep else {
            toast = .refusal(
                run.tally.asking.isEmpty
                    ? "no step asks anything now"
                    : "\(CountText.of(run.tally.asking.count, "step")) ask: select the one to answer")
            return
        }
        let step = run.snapshot.steps.values[index]
        guard case .waiting(.approval(let request)) = step.state else { return }
        overlay = .confirm(.answer(run.run, step.path, isApproved: isApproved, asked: request.message))
    }
}

extension RunState {
    /// The step that an answer goes to: the selected one, the only one inside of it, or the only one there is; nil if
    /// none asks, or several could be meant.
    var askingStep: Int? {
        let asking = tally.asking
        if let selectedIndex {
            if asking.contains(selectedIndex) { return selectedIndex }
            let inside = asking.filter { timeline.tree.isInside($0, of: selectedIndex) }
            if inside.count == 1 { return inside[0] }
        }
        return asking.count == 1 ? asking[0] : nil
    }

    /// The selected step, if its outcome is unknown.
    var unknownStep: StepPath? {
        guard let path = selectedPath, snapshot.steps[path]?.state == .outcomeUnknown else { return nil }
        return path
    }

    /// Whether the person before the screen can answer what steps ask.
    var takesAnswers: Bool {
        playback == nil && ownership == .owned && !isReadOnly && timeline.head.status.mayGoOn
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
