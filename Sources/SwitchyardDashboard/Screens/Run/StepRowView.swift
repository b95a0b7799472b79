import OrderedCollections
import SwitchyardCore
import TerminalUI

/// One row of the list of steps: lanes, name, what it uses, state, and a bar in time.
struct StepRowView {
    let run: RunState
    let plan: RunPlan
    let columns: StepsView.Columns
    let axis: TimeAxis
    /// Nil where there is no column for them.
    let costs: StepCosts?
    let pen: Pen

    func draw(
        _ step: StepSnapshot, _ index: Int, _ row: StepRow, isKnown: Bool, _ place: Rect, _ frame: inout Frame
    ) {
        let words = StepStateWords(step, index, run, isKnown: isKnown, now: pen.now)
        let isFoldedUp = run.filter.isEmpty && run.isFolded(index) && hasInside(index)
        drawLanes(index, row, node: isFoldedUp ? "⊞" : words.look.glyph, role: words.look.role, place, &frame)
        let isDim = words.look.role == .skipped
        drawName(name(step, index, row), pen.style(isDim ? .dim : .text), row, place, &frame)
        if columns.usesWidth > 0 {
            frame.write(
                StyledText(cleaning: step.planned.uses, pen.style(.dim), limit: 32),
                column: place.column + columns.uses, row: place.row, maxWidth: columns.usesWidth)
        }
        drawState(words, place, &frame)
        if let costs, isKnown, !words.isLeftOut {
            let rect = Rect(
                column: place.column + columns.cost, row: place.row, width: columns.costWidth, height: 1)
            frame.writeTrailing(costs.text(step, index, pen), in: rect)
        }
        guard columns.barWidth > 0, isKnown, !words.isLeftOut else { return }
        let bar = Rect(column: place.column + columns.bar, row: place.row, width: columns.barWidth, height: 1)
        TimeBar.draw(step, axis, bar, pen, &frame)
    }

    /// The row that stands for the iterations of a loop that are over.
    func drawEarlier(_ loop: Int, count: Int, _ row: StepRow, _ place: Rect, _ frame: inout Frame) {
        drawPassing(above: loop, place, &frame)
        let isFolded = run.folds.isFolded(.earlier(run.timeline.tree.nodes[loop].path), byItself: true)
        // Nothing else stands in the row.
        drawHeading(
            [CountText.of(count, "earlier iteration"), "\(count) earlier"], isFolded: isFolded, end: place.width, row,
            place, &frame)
    }

    /// The row of an iteration that is over.
    func drawIteration(
        _ loop: Int, _ number: Int, _ row: StepRow, _ steps: OrderedDictionary<StepPath, StepSnapshot>, _ place: Rect,
        _ frame: inout Frame
    ) {
        drawPassing(above: loop, place, &frame)
        let tree = run.timeline.tree
        let isFolded = run.folds.isFolded(.iteration(tree.nodes[loop].path, number), byItself: true)
        // Nothing else stands in the columns beside it.
        drawHeading(
            ["iteration \(number)", "@\(number)"], isFolded: isFolded, end: columns.state, row, place, &frame)
        let members = tree.members(of: number, in: tree.children(of: loop, shown: steps.count))
        guard let start = members.compactMap({ steps.values[$0].startedAt }).min(),
            let end = members.compactMap({ steps.values[$0].endedAt }).max()
        else { return }
        let hasFailed = members.contains { steps.values[$0].state == .failed }
        let look = hasFailed ? StepState.failed.look : StepState.succeeded.look
        drawState(StepStateWords(look, time: DurationText.elapsed(end.since(start))), place, &frame)
    }

    // MARK: Lanes

    /// The step's lanes and those of what it stands inside of, which run on past it.
    private func drawLanes(
        _ index: Int, _ row: StepRow, node: Glyph, role: Role, _ place: Rect, _ frame: inout Frame
    ) {
        guard run.filter.isEmpty else {
            frame.put(node, column: place.column + columns.graph, row: place.row, style: pen.style(role))
            return
        }
        let parent = run.timeline.tree.nodes[index].parent
        if let parent { drawPassing(above: parent, place, &frame) }
        let start = parent == nil ? columns.graph : columns.name + row.indent
        let count = parent == nil ? columns.lanes : plan.laneCount(of: index)
        let path = run.timeline.tree.nodes[index].path
        guard !row.isStray, let (lanes, laneRow) = plan.lanes(of: index, isTop: parent == nil, path: path) else {
            frame.put(node, column: place.column + start, row: place.row, style: pen.style(role))
            return
        }
        let nodeColumn = min(lanes.rows[laneRow].node, count - 1) * 2
        let glyphs = lanes.glyphs(row: laneRow, lanes: count, node: node)
        for (column, glyph) in glyphs.enumerated() where glyph != .blank {
            frame.put(
                glyph, column: place.column + start + column, row: place.row,
                style: pen.style(column == nodeColumn ? role : .dim))
        }
    }

    /// The lanes of `container` and of what it stands inside of, where a row inside of it stands.
    private func drawPassing(above container: Int, _ place: Rect, _ frame: inout Frame) {
        let tree = run.timeline.tree
        var next: Int? = container
        while let index = next {
            next = tree.nodes[index].parent
            guard run.rowOfStep[index] >= 0 else { continue }
            let row = run.rows[run.rowOfStep[index]]
            let path = tree.nodes[index].path
            guard !row.isStray, let (lanes, laneRow) = plan.lanes(of: index, isTop: next == nil, path: path) else {
                continue
            }
            let start = next == nil ? columns.graph : columns.name + row.indent
            let count = next == nil ? columns.lanes : plan.laneCount(of: index)
            for (column, glyph) in lanes.passing(below: laneRow, lanes: count).enumerated() where glyph != .blank {
                frame.put(glyph, column: place.column + start + column, row: place.row, style: pen.style(.dim))
            }
        }
    }

    // MARK: Columns

    private func hasInside(_ index: Int) -> Bool {
        !run.timeline.tree.children(of: index, shown: run.shownCount).isEmpty
    }

    private func name(_ step: StepSnapshot, _ index: Int, _ row: StepRow) -> String {
        guard run.filter.isEmpty else { return step.path.shortName }
        return run.rowName(row, index)
    }

    private func drawName(_ name: String, _ style: Style, _ row: StepRow, _ place: Rect, _ frame: inout Frame) {
        frame.write(
            StyledText(cleaning: name, style, limit: 64), column: place.column + columns.name + row.nameAt,
            row: place.row, maxWidth: max(0, columns.nameWidth - row.nameAt))
    }

    /// - Parameters:
    ///   - texts: the first that fits is drawn, the last where none does.
    ///   - end: the column before which the text ends.
    private func drawHeading(
        _ texts: [String], isFolded: Bool, end: Int, _ row: StepRow, _ place: Rect, _ frame: inout Frame
    ) {
        if isFolded {
            frame.put("⊞", column: place.column + columns.name + row.indent, row: place.row, style: pen.style(.dim))
        }
        let room = max(0, end - columns.name - row.nameAt - 1)
        let text = texts.first { $0.count <= room } ?? texts.last ?? ""
        frame.write(
            StyledText(cleaning: text, pen.style(.dim)), column: place.column + columns.name + row.nameAt,
            row: place.row, maxWidth: room)
    }

    /// The state's word at the left and its time at the right of the column; the more telling of the two if narrow.
    private func drawState(_ words: StepStateWords, _ place: Rect, _ frame: inout Frame) {
        let style = pen.style(words.look.role)
        let rect = Rect(
            column: place.column + columns.state, row: place.row, width: columns.stateWidth, height: 1)
        guard columns.stateWidth >= 18 else {
            let text = words.prefersWord || words.time.isEmpty ? words.short : words.time
            frame.write(StyledText(cleaning: text, style), column: rect.column, row: rect.row, maxWidth: rect.width)
            return
        }
        let time = StyledText(cleaning: words.time, pen.style(words.look.role == .running ? .running : .text))
        let room = rect.width - (time.isEmpty ? 0 : time.width + 1)
        var word = StyledText(cleaning: words.word, style)
        if !words.failures.isEmpty { word += StyledText(cleaning: " " + words.failures, pen.style(.failed)) }
        frame.write(word, column: rect.column, row: rect.row, maxWidth: room)
        frame.writeTrailing(time, in: rect)
    }
}

/// What the column for states says of a step.
struct StepStateWords {
    let look: StateLook
    var word: String
    /// The word where there is little room.
    var short: String
    var time = ""
    /// How many of what is inside of it failed: `✗2`.
    var failures = ""
    /// Whether the word says more than the time.
    var prefersWord = false
    /// Whether it was never looked at, because what it stands inside of had ended.
    var isLeftOut = false

    init(_ look: StateLook, time: String = "") {
        self.look = look
        self.time = time
        word = look.word
        short = look.word
    }

    init(_ step: StepSnapshot, _ index: Int, _ run: RunState, isKnown: Bool, now: Timestamp) {
        let tally = run.tally
        let isLeftOut = tally.isLeftOut(index, step)
        let state = !isKnown ? .pending : isLeftOut ? .skipped : step.state
        self.init(step.look(state, in: run.snapshot))
        self.isLeftOut = isLeftOut
        prefersWord = state == .failed
        switch state {
        case .pending, .ready, .skipped: break
        case .running where step.attempts.isEmpty: addInside(step, index, run, now: now)
        case .running:
            let attempt = step.attempts.last
            let number = attempt?.number ?? 1
            if number > 1 { word = "try \(number)" }
            time = DurationText.elapsed(attempt.map { max(.zero, now.since($0.startedAt)) } ?? .zero)
        case .waiting(.retry(let until)):
            word = "retry \(step.attempts.count + 1)"
            time = Self.left(until, "in", now: now)
        case .waiting(.timer(let until)): time = Self.left(until, "in", now: now)
        case .waiting(.call(let wait)): addCallWait(wait, step, now: now)
        case .waiting(.approval(let request)):
            // That somebody is asked matters more than until when.
            prefersWord = true
            word = "asks"
            if let until = request.until { time = Self.left(until, "for", now: now) }
        case .succeeded, .failed, .cancelled, .outcomeUnknown:
            if step.startedAt != nil { time = DurationText.elapsed(step.elapsed(at: now)) }
            if let counts = tally.inside[index], step.expansion != nil { addFailures(counts) }
        }
        if short == look.word { short = word }
    }

    /// Of a wait whose end nobody knows, what for says more.
    private mutating func addCallWait(_ wait: ModelWait, _ step: StepSnapshot, now: Timestamp) {
        prefersWord = wait.until == nil
        if wait.reason == .retry { word = "retry \(step.failedCalls.count + 1)" }
        guard let until = wait.until else { return }
        // The words for it and `in` would not both fit.
        let left = until.since(now)
        time =
            wait.reason == .rateLimit && left > .zero
            ? DurationText.elapsed(left) : Self.left(until, "in", now: now)
    }

    /// What it holds says how far it is.
    private mutating func addInside(_ step: StepSnapshot, _ index: Int, _ run: RunState, now: Timestamp) {
        time = DurationText.elapsed(step.elapsed(at: now))
        prefersWord = true
        if let iteration = step.iteration {
            word = "iteration \(iteration)"
            short = "iter \(iteration)"
        } else if let counts = run.tally.inside[index] {
            word = "\(counts.ended)/\(counts.total)"
            short = word
            addFailures(counts)
        }
    }

    private mutating func addFailures(_ counts: StepTally.Counts) {
        if counts[.failed] > 0 { failures = "✗\(CountText.grouped(counts[.failed]))" }
    }

    private static func left(_ until: Timestamp, _ preposition: String, now: Timestamp) -> String {
        let left = until.since(now)
        return left > .zero ? "\(preposition) \(DurationText.elapsed(left))" : "due"
    }
}

extension RunState {
    /// What a step is called in the row where it stands: `test`, `search ×24`, `[eu]`; `@1 test` for a step of an
    /// iteration that is over, seen by itself.
    func rowName(_ row: StepRow, _ index: Int) -> String {
        guard let plan else { return "" }
        let node = timeline.tree.nodes[index]
        var name = plan.names[index]
        if row.isStray, let iteration = node.iteration { name = "@\(iteration) \(name)" }
        let children = timeline.tree.children(of: index, shown: shownCount)
        if let first = children.first, timeline.tree.nodes[first].isItem {
            name += " ×\(CountText.grouped(children.count))"
        }
        return name
    }

    /// The columns that the names of all rows take.
    var nameWidth: Int {
        filter.isEmpty ? rowNameWidth : plan?.nameWidth ?? 4
    }
}
