import SwitchyardCore
import TerminalUI

// The line at the bottom: filters, the search in the log, commands.

extension DashboardState {
    mutating func ask(_ purpose: InputLine.Purpose, previous: String) {
        overlay = .input(InputLine(purpose: purpose, field: TextField(previous), previous: previous))
    }

    mutating func find() {
        guard let run else {
            ask(.filterRuns, previous: runs.filter)
            return
        }
        switch run.focus {
        case .logs: ask(.searchLog, previous: run.logSearch)
        case .steps, .inspector, .events: ask(.filterSteps, previous: run.filter)
        }
    }

    mutating func press(_ key: KeyPress, in line: InputLine) -> [DashboardEffect] {
        var line = line
        switch key {
        case .enter:
            overlay = .none
            return accept(line)
        case .escape, .ctrl("c"):
            overlay = .none
            line.field.replace(with: line.previous)
            preview(line)
        case .backspace where line.field.text.isEmpty: overlay = .none
        case .character, .ctrl, .alt, .tab, .backtab, .backspace, .delete, .insert, .up, .down, .left, .right, .home,
            .end, .pageUp, .pageDown, .function:
            if line.field.handle(key) {
                overlay = .input(line)
                preview(line)
            }
        }
        return []
    }

    /// Shows what a filter would leave while it is typed.
    mutating func preview(_ line: InputLine) {
        switch line.purpose {
        case .filterRuns: runs.setFilter(line.field.text)
        case .filterSteps: run?.setFilter(line.field.text)
        case .searchLog: run?.logSearch = line.field.text
        case .command, .breakCondition, .budget: break
        }
    }

    private mutating func accept(_ line: InputLine) -> [DashboardEffect] {
        switch line.purpose {
        case .filterRuns, .filterSteps:
            preview(line)
            if let run, run.rows.isEmpty, !run.filter.isEmpty { toast = .refusal("no step contains \(run.filter)") }
        case .searchLog:
            preview(line)
            searchLog(forward: false)
        case .command: return execute(line.field.text)
        case .breakCondition:
            guard let run, !line.field.text.isEmpty else { return [] }
            return [.send(toggling(.condition(line.field.text), in: run), run.run)]
        case .budget(let step, let unit): return setBudget(line.field.text, of: step, unit)
        }
        return []
    }

    mutating func searchLog(forward: Bool) {
        guard let run else { return }
        guard !run.logSearch.isEmpty else {
            toast = .refusal("nothing is searched for: / in the log does")
            return
        }
        if self.run?.moveToMatch(forward: forward) != true {
            toast = .refusal("no\(forward ? " further" : "") line above or below contains \(run.logSearch)")
        }
    }

    // MARK: Commands

    private mutating func execute(_ text: String) -> [DashboardEffect] {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard let name = words.first else { return [] }
        let argument = words.count > 1 ? words[1] : ""
        guard let command = CommandName.named(name) else {
            toast = .refusal("there is no :\(name); there are \(CommandName.list)")
            return []
        }
        switch command {
        case .quit: return perform(.quit)
        case .help: return perform(.help)
        case .runs:
            guard run != nil else { return [] }
            run = nil
            return [.unwatch, .loadRuns]
        case .step:
            guard run != nil else { return refuse("no run is open") }
            guard let path = step(named: argument) else { return refuse("the run has no step \(argument)") }
            self.run?.followsSteps = false
            self.run?.select(path)
        case .goTo:
            guard view == .replay else { return refuse(":goto works in a replay") }
            guard let time = TimeText.parse(argument) else {
                return refuse("a time after the run's start, such as 01:03 or 63s")
            }
            run?.seekReplay(to: time)
        case .replay:
            guard run != nil else { return refuse("no run is open") }
            if run?.playback == nil { run?.startReplay(now: now) }
        case .skip:
            if let refusal { return refuse(refusal) }
            guard let run, let path = argument.isEmpty ? run.selectedPath : step(named: argument) else {
                return refuse("the run has no step \(argument)")
            }
            return [.send(.skipStep(path), run.run)]
        case .budget, .breaker, .rate:
            if let refusal { return refuse(refusal) }
            return command == .budget
                ? setBudget(argument) : command == .breaker ? forceBreaker(argument) : rate(argument)
        case .models:
            guard run != nil else { return refuse("no run is open") }
            return perform(.models)
        case .live:
            guard run?.ownership == .owned else { return refuse("this process does not own the run") }
            run?.playback = nil
        }
        return []
    }

    /// The step that a name or the beginning of one means.
    private func step(named name: String) -> StepPath? {
        guard let run else { return nil }
        let nodes = run.timeline.tree.nodes.prefix(run.shownCount)
        return nodes.first { $0.path.rawValue == name }?.path ?? nodes.first { $0.path.rawValue.hasPrefix(name) }?.path
    }

    private mutating func refuse(_ text: String) -> [DashboardEffect] {
        toast = .refusal(text)
        return []
    }
}

/// What the command line takes.
enum CommandName: String, CaseIterable {
    case quit
    case help
    case runs
    case step
    case goTo = "goto"
    case replay
    case live
    case skip
    case budget
    case breaker
    case rate
    case models

    /// The command that a name or the beginning of one means.
    static func named(_ name: String) -> CommandName? {
        CommandName(rawValue: name) ?? allCases.first { $0.rawValue.hasPrefix(name) }
    }

    static var list: String { allCases.map { ":" + $0.rawValue }.joined(separator: " ") }

    var usage: String {
        switch self {
        case .step: ":step NAME"
        case .skip: ":skip [NAME]"
        case .goTo: ":goto TIME"
        case .budget: ":budget [AMOUNT]"
        case .breaker: ":breaker NAME ACTION"
        case .rate: ":rate good|bad"
        case .quit, .help, .runs, .replay, .live, .models: ":" + rawValue
        }
    }

    var help: String {
        switch self {
        case .quit: "quit"
        case .help: "this help"
        case .runs: "the list of runs"
        case .step: "select a step by its name or its beginning"
        case .goTo: "in a replay, go to a time after the run's start: 01:03, 63s"
        case .replay: "look back over the run that is open"
        case .live: "from there back to the run itself"
        case .skip: "go on without the selected step, or the named one"
        case .budget: "set what the run may spend: 0.75 for dollars, 200k tokens"
        case .breaker: "open, close or probe a breaker, such as openai:cheap"
        case .rate: "say what you think of the selected step's result"
        case .models: "models and breakers: calls, failures, cost"
        }
    }
}
