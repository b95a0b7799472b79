import OrderedCollections
import SwitchyardCore
import TerminalUI

/// All that is known of the selected step, as lines.
struct InspectorText {
    private static let labelWidth = 8
    let width: Int
    let theme: Theme
    let now: Timestamp
    let run: RunState
    let index: Int
    let snapshot: RunSnapshot
    private(set) var lines: [StyledText] = []

    /// The lines, each at most `width` columns; the compact form begins with what matters most in three rows.
    static func lines(
        _ run: RunState, width: Int, theme: Theme, now: Timestamp, isCompact: Bool = false
    ) -> [StyledText] {
        guard width > 0 else { return [] }
        guard let index = run.selectedIndex, let plan = run.plan else {
            return [StyledText("no step is selected", theme[.dim])]
        }
        let snapshot = run.snapshot
        guard index < snapshot.steps.count else { return [StyledText("not planned yet", theme[.dim])] }
        let step = snapshot.steps.values[index]
        var text = InspectorText(width: width, theme: theme, now: now, run: run, index: index, snapshot: snapshot)
        let nodes = run.timeline.tree.nodes
        let dependents = plan.dependents[index].lazy.filter { $0 < snapshot.steps.count }.map { nodes[$0].path }
        if isCompact {
            text.addCompact(step, dependents: Array(dependents))
        } else {
            text.add(step, dependents: Array(dependents))
        }
        return text.lines
    }

    private init(width: Int, theme: Theme, now: Timestamp, run: RunState, index: Int, snapshot: RunSnapshot) {
        self.width = width
        self.theme = theme
        self.now = now
        self.run = run
        self.index = index
        self.snapshot = snapshot
    }

    // MARK: Parts

    private mutating func add(_ step: StepSnapshot, dependents: [StepPath]) {
        addState(step)
        addField("why", why(step))
        addWaiting(step)
        addModel(step)
        addSource(step)
        let effect = step.planned.uses == "group" ? "" : " · \(step.planned.effect.rawValue)"
        addField("uses", step.planned.uses + effect + mode(step))
        addContainerFields(step)
        if let summary = step.summary, step.state != .succeeded { addField("summary", summary) }
        if let process = step.attempts.last?.process {
            addField("process", "group \(process.processGroup)", role: step.state == .running ? .text : .dim)
        }
        addSteps("needs", step.planned.needs.map(\.path))
        addSteps("blocks", dependents)
        addItem(step)
        addInside()
        // Of an answer that is there, it is what a person looks for; of one that is not, why.
        let isAnswered = step.state == .succeeded && step.modelUse.calls > 0
        if isAnswered { addResults(step) }
        addCalls(step)
        addAttempts(step)
        addChoice(step)
        if !isAnswered { addResults(step) }
    }

    private mutating func addCompact(_ step: StepSnapshot, dependents: [StepPath]) {
        let look = self.look(of: step)
        addField("\(look.word)", why(step), role: look.role)
        addCompactWaiting(step)
        addCompactModel(step)
        addSource(step)
        addCompactItem(step)
        addCompactInside()
        let needs = pairs(step.planned.needs.map(\.path))
        let blocks = pairs(dependents)
        if !(needs.isEmpty && blocks.isEmpty && (step.item != nil || isContainer)) {
            var line = label("needs") + (needs.isEmpty ? StyledText("–", theme[.dim]) : needs)
            if !blocks.isEmpty { line += StyledText("   blocks ", theme[.dim]) + blocks }
            addLine(line)
        }
        addCalls(step, withRule: false)
        addAttempts(step, withRule: false)
        addChoice(step)
        addItem(step)
        addResults(step)
    }

    /// The run of another pipeline that the step is, and the run that its result was taken from.
    private mutating func addSource(_ step: StepSnapshot) {
        if let delegate = step.delegate { addField("runs as", "run \(delegate)") }
        guard let source = step.source else { return }
        let isOrigin = source.run == snapshot.origin?.run
        addField("from", "\(isOrigin ? "" : "the cache: ")run \(source.run), event \(source.seq)")
    }

    /// The step's state, or that of what never came to be looked at.
    func look(of step: StepSnapshot) -> StateLook {
        run.tally.isLeftOut(index, step) ? StepState.skipped.look : step.look(step.state, in: snapshot)
    }

    private func why(_ step: StepSnapshot) -> String {
        if run.tally.isLeftOut(index, step) { return "skipped: what it stands inside of ended without it" }
        return insideWords(step) ?? StepWords.why(step, in: snapshot, now: now)
    }

    private func mode(_ step: StepSnapshot) -> String {
        step.planned.mode == .serial ? " · runs alone" : ""
    }

    private mutating func addState(_ step: StepSnapshot) {
        let look = self.look(of: step)
        var text = "\(look.glyph) \(look.word)"
        switch step.state {
        case .running, .succeeded, .failed, .cancelled:
            if step.startedAt != nil { text += ", \(DurationText.elapsed(step.elapsed(at: now)))" }
        case .waiting(.retry(let until)): text += " \(step.attempts.count + 1) \(StepWords.due(until, now: now))"
        case .waiting(.timer(let until)): text += " \(StepWords.due(until, now: now))"
        case .waiting(.call(let wait)):
            if let until = wait.until { text += " \(StepWords.due(until, now: now))" }
        case .waiting(.approval(let request)):
            if let until = request.until { text += ", for \(StepWords.left(until, now: now))" }
        case .pending, .ready, .skipped, .outcomeUnknown: break
        }
        addField("state", text, role: look.role)
    }

    /// Other steps with their states.
    mutating func addSteps(_ name: String, _ paths: [StepPath]) {
        guard !paths.isEmpty else { return }
        let most = 8
        var line = label(name)
        for path in paths.prefix(most) {
            let text = named(path)
            if line.width + text.width > width, line.width > Self.labelWidth {
                lines.append(line)
                line = label("")
            }
            line += text + StyledText("  ")
        }
        if paths.count > most { line.append(CleanText(cleaning: "and \(paths.count - most) more"), theme[.dim]) }
        lines.append(line.truncated(to: width))
    }

    private func named(_ path: StepPath) -> StyledText {
        let look = (snapshot.steps[path]?.state ?? .pending).look
        let name = run.plan.flatMap { plan in run.timeline.tree.index(of: path).map { plan.names[$0] } }
        return StyledText(cleaning: "\(name ?? path.shortName) ", theme[.text], limit: 40)
            + StyledText(CleanText(look.glyph), theme[look.role])
    }

    func pairs(_ paths: [StepPath]) -> StyledText {
        let shown = StyledText.joined(paths.prefix(6).map(named), gap: 2)
        return paths.count > 6 ? shown + StyledText(cleaning: "  and \(paths.count - 6) more", theme[.dim]) : shown
    }

    private mutating func addAttempts(_ step: StepSnapshot, withRule: Bool = true) {
        guard !step.attempts.isEmpty, !step.waitsItself else { return }
        if withRule { addRule("attempts") }
        let most = 20
        if step.attempts.count > most {
            lines.append(StyledText(cleaning: "\(step.attempts.count - most) earlier ones", theme[.dim]))
        }
        for attempt in step.attempts.suffix(most) { lines.append(line(attempt, of: step).truncated(to: width)) }
        if case .waiting(.retry(let until)) = step.state {
            let text = "#\(step.attempts.count + 1)  \(StepWords.due(until, now: now))"
            lines.append(StyledText(cleaning: text, theme[.retry]))
        }
    }

    private func line(_ attempt: AttemptSnapshot, of step: StepSnapshot) -> StyledText {
        let start = TimeText.offset(attempt.startedAt.since(run.timeline.origin)).dropLast(2)
        let took = DurationText.elapsed(max(.zero, (attempt.endedAt ?? now).since(attempt.startedAt)))
        let isLast = attempt.number == step.attempts.last?.number
        let look: StateLook =
            if let failure = attempt.failure {
                StateLook("✗", failure.kind.rawValue, .failed)
            } else if attempt.endedAt == nil {
                StateLook("●", attempt.timedOutAfter == nil ? "running" : "being ended", .running)
            } else if isLast {
                step.state.look
            } else {
                StateLook("✗", "ended", .failed)
            }
        return StyledText(cleaning: "#\(attempt.number)  \(start)  ", theme[.dim])
            + StyledText(cleaning: took, theme[.text]).padded(to: 6, .trailing)
            + StyledText(cleaning: "  \(look.glyph) \(look.word)", theme[look.role])
    }

    private mutating func addResults(_ step: StepSnapshot) {
        if let failure = step.failure {
            addRule("failure · \(failure.kind.rawValue)")
            addText(failure.message, theme[.failed])
            if !failure.details.isNull { addValue(failure.details) }
        }
        if !step.output.isNull {
            addRule(step.bytesBeforeCut.map { "output · the beginning of \(CountText.bytes($0))" } ?? "output")
            addValue(step.output)
        }
        if let input = step.attempts.last?.input, !input.isNull {
            addRule("input")
            addValue(input)
        }
    }

    // MARK: Lines

    /// A line, cut where the pane ends.
    mutating func addLine(_ line: StyledText) {
        lines.append(line.truncated(to: width))
    }

    func label(_ name: String) -> StyledText {
        StyledText(cleaning: name, theme[.dim]).padded(to: Self.labelWidth)
    }

    mutating func addField(_ name: String, _ text: String, role: Role = .text) {
        // A word such as `cancelled` is as wide as the column of labels.
        let label = StyledText(cleaning: name, role == .text ? theme[.dim] : theme[role]).padded(
            to: max(Self.labelWidth, name.count + 1))
        let clean = CleanText(cleaning: text, limit: 2000)
        let room = max(1, width - label.width)
        for (index, line) in Wrap.lines(clean, width: room, limit: 8).enumerated() {
            let start = index == 0 ? label : StyledText(CleanText(" ").repeated(label.width))
            lines.append((start + StyledText(line, theme[role])).truncated(to: width))
        }
    }

    mutating func addText(_ text: String, _ style: Style) {
        for line in Wrap.lines(CleanText(cleaning: text, limit: 4000), width: width, limit: 20) {
            lines.append(StyledText(line, style).truncated(to: width))
        }
    }

    mutating func addRule(_ title: String) {
        let text = StyledText(cleaning: "── \(title) ", theme[.dim])
        lines.append(
            (text + StyledText(CleanText("─").repeated(width - text.width), theme[.border])).truncated(to: width))
    }

    mutating func addValue(_ value: Value) {
        var text = ValueText(width: width, theme: theme)
        text.add(value)
        lines += text.lines
        if text.replacedCount > 0 {
            lines.append(
                StyledText(
                    cleaning: "! \(CountText.of(text.replacedCount, "control sequence")) shown as text", theme[.retry]
                ).truncated(to: width))
        }
    }
}
