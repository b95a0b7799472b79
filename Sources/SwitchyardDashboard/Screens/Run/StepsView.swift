import OrderedCollections
import SwitchyardCore
import TerminalUI

/// The list of steps: lanes, name, what it uses, state, and a bar in time.
enum StepsView {
    /// Where the columns stand, counted from the pane's left edge.
    struct Columns: Hashable {
        let graph = 1
        let lanes: Int
        let name: Int
        let nameWidth: Int
        /// 0 where there is no room.
        var uses = 0
        var usesWidth = 0
        let state: Int
        let stateWidth: Int
        /// 0 where there is no room.
        var bar = 0
        var barWidth = 0

        init(_ run: RunState, width: Int) {
            let plan = run.plan
            // Lanes of rows that the filter parts would join nothing.
            let wanted = run.filter.isEmpty ? plan?.laneCount ?? 1 : 1
            lanes = max(1, min(wanted, max(3, width / 8), LaneLayout.maximumLanes))
            name = graph + max(5, LaneLayout.width(lanes: lanes)) + 2
            let longest = max(4, plan?.nameWidth ?? 4)
            let wide = width >= 56
            stateWidth = wide ? 18 : 9
            let left = max(0, width - name - stateWidth - 2)
            nameWidth = max(1, min(longest, 32, left))
            var next = name + nameWidth + 2
            if width >= 50, let plan, width - next - stateWidth >= 8 {
                uses = next
                usesWidth = max(4, min(plan.usesWidth, 14, width - next - stateWidth - 3))
                next += usesWidth + 2
            }
            state = next
            next += stateWidth + 2
            if width - next >= 12 {
                bar = next
                barWidth = width - next - 1
            }
        }
    }

    /// The column names, drawn over a row or a rule.
    static func drawNames(_ run: RunState, in rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let columns = Columns(run, width: rect.width)
        let style = pen.style(.dim)
        frame.withClip(rect) { frame in
            func put(_ text: CleanText, _ column: Int) {
                frame.write(
                    StyledText(" ") + StyledText(text, style) + StyledText(" "), column: rect.column + column - 1,
                    row: rect.row)
            }
            put("graph", columns.graph)
            put("step", columns.name)
            if columns.usesWidth > 0 { put("uses", columns.uses) }
            put("state", columns.state)
            guard columns.barWidth > 0 else { return }
            let axis = TimeAxis(run, now: pen.now, width: columns.barWidth)
            for mark in axis.marks {
                frame.write(
                    StyledText(" ") + StyledText(cleaning: mark.text, style) + StyledText(" "),
                    column: rect.column + columns.bar + mark.column - 1, row: rect.row)
            }
        }
    }

    static func draw(_ run: RunState, _ snapshot: RunSnapshot, in rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        guard let plan = run.plan else {
            frame.write(
                StyledText("waiting for the plan", pen.style(.dim)), column: rect.column + 1, row: rect.row,
                maxWidth: rect.width - 1)
            return
        }
        if run.rows.isEmpty {
            frame.write(
                StyledText(cleaning: "no step contains \(run.filter)", pen.style(.dim)), column: rect.column + 1,
                row: rect.row, maxWidth: rect.width - 1)
            return
        }
        let columns = Columns(run, width: rect.width)
        let axis = TimeAxis(run, now: pen.now, width: columns.barWidth)
        // The plan of a replay at its very start is already known, its steps' states are not.
        let steps = snapshot.steps.isEmpty ? run.timeline.head.steps : snapshot.steps
        let first = max(0, min(run.steps.offset, run.rows.count - rect.height))
        frame.withClip(rect) { frame in
            for line in 0..<min(rect.height, run.rows.count - first) {
                let place = rect.line(line)
                switch run.rows[first + line] {
                case .finallyRule:
                    frame.drawRule(
                        place, title: StyledText("finally", pen.style(.dim)), style: pen.style(.border),
                        glyph: pen.isUnicode ? "╌" : "-")
                case .step(let index, let lane):
                    let row = Row(
                        step: steps.values[index], lane: lane, isKnown: !snapshot.steps.isEmpty,
                        isSelected: first + line == run.steps.selection)
                    draw(row, run, plan, columns, axis, place, pen, &frame)
                }
            }
        }
    }

    private struct Row {
        let step: StepSnapshot
        let lane: Int
        let isKnown: Bool
        let isSelected: Bool

        var state: StepState { isKnown ? step.state : .pending }
    }

    private static func draw(
        _ row: Row, _ run: RunState, _ plan: RunPlan, _ columns: Columns, _ axis: TimeAxis, _ place: Rect, _ pen: Pen,
        _ frame: inout Frame
    ) {
        let look = row.state.look
        if run.filter.isEmpty {
            let lanes = row.step.path.isFinally ? plan.finallyLanes : plan.mainLanes
            let glyphs = lanes.glyphs(row: row.lane, lanes: columns.lanes, node: look.glyph)
            let node = min(lanes.rows[row.lane].node, columns.lanes - 1) * 2
            for (column, glyph) in glyphs.enumerated() where glyph != .blank {
                frame.put(
                    glyph, column: place.column + columns.graph + column, row: place.row,
                    style: pen.style(column == node ? look.role : .dim))
            }
        } else {
            frame.put(look.glyph, column: place.column + columns.graph, row: place.row, style: pen.style(look.role))
        }
        let isDim = row.state == .skipped || row.state == .cancelled
        frame.write(
            StyledText(cleaning: row.step.path.shortName, pen.style(isDim ? .dim : .text), limit: 64),
            column: place.column + columns.name, row: place.row, maxWidth: columns.nameWidth)
        if columns.usesWidth > 0 {
            frame.write(
                StyledText(cleaning: row.step.planned.uses, pen.style(.dim), limit: 32),
                column: place.column + columns.uses, row: place.row, maxWidth: columns.usesWidth)
        }
        drawState(row, columns, place, pen, &frame)
        if row.isSelected {
            frame.put(
                pen.selectionMark, column: place.column + columns.name - 1, row: place.row, style: pen.style(.accent))
            if run.focus == .steps {
                let end = min(place.width, columns.state + columns.stateWidth)
                let start = columns.name
                frame.highlight(place.inset(left: start, right: place.width - end), pen)
            }
        }
        if columns.barWidth > 0, row.isKnown {
            let bar = Rect(column: place.column + columns.bar, row: place.row, width: columns.barWidth, height: 1)
            TimeBar.draw(row.step, axis, bar, pen, &frame)
        }
    }

    /// The state's word at the left and its time at the right of the column; the more telling of the two if narrow.
    private static func drawState(
        _ row: Row, _ columns: Columns, _ place: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        let look = row.state.look
        let (word, time) = words(row, pen)
        let style = pen.style(look.role)
        let rect = Rect(
            column: place.column + columns.state, row: place.row, width: columns.stateWidth, height: 1)
        guard columns.stateWidth >= 18 else {
            let text = row.state == .failed || time.isEmpty ? word : time
            frame.write(StyledText(cleaning: text, style), column: rect.column, row: rect.row, maxWidth: rect.width)
            return
        }
        frame.write(StyledText(cleaning: word, style), column: rect.column, row: rect.row, maxWidth: 10)
        frame.writeTrailing(
            StyledText(cleaning: time, pen.style(row.state == .running ? .running : .text)), in: rect.inset(left: 8))
    }

    private static func words(_ row: Row, _ pen: Pen) -> (word: String, time: String) {
        let step = row.step
        switch row.state {
        case .pending, .ready, .skipped: return (row.state.look.word, "")
        case .running:
            let attempt = step.attempts.last
            let since = attempt.map { max(.zero, pen.now.since($0.startedAt)) } ?? .zero
            let number = attempt?.number ?? 1
            return (number > 1 ? "try \(number)" : "running", DurationText.elapsed(since))
        case .waiting(.retry(let until)):
            let left = until.since(pen.now)
            return ("retry \(step.attempts.count + 1)", left > .zero ? "in \(DurationText.elapsed(left))" : "due")
        case .succeeded, .failed, .cancelled, .outcomeUnknown:
            return (
                row.state.look.word,
                step.startedAt == nil ? "" : DurationText.elapsed(step.elapsed(at: pen.now))
            )
        }
    }
}
