import SwitchyardCore
import TerminalUI

/// The list of runs.
enum RunsView {
    static func draw(_ state: DashboardState, with pen: Pen, in frame: inout Frame) {
        let screen = frame.bounds
        guard RunLayout.form(of: screen.size) != .line else {
            frame.write(headline(state, pen), column: 0, row: 0)
            return
        }
        let (top, rest) = screen.splitTop(2)
        let (body, footer) = rest.splitBottom(2)
        frame.write(headline(state, pen), column: 1, row: top.row)
        let runs = state.runs
        if runs.shown.isEmpty {
            drawEmpty(runs, body, pen, &frame)
        } else {
            let columns = Columns(runs.shown[visible(runs, body)], width: body.width)
            drawNames(columns, top.line(1), pen, &frame)
            for (line, index) in visible(runs, body).enumerated() {
                draw(runs.shown[index], columns, body.line(line), isSelected: index == runs.list.selection, pen, &frame)
            }
        }
        frame.write(StatusBar.keys(of: .runs, width: footer.width, isOver: true, pen: pen), column: 0, row: footer.row)
        let message = StatusBar.toast(state, pen: pen) ?? StyledText()
        let place = runs.shown.isEmpty ? "" : "\(runs.list.selection + 1) of \(runs.shown.count)"
        StatusBar.draw(
            StyledText(state.isReadOnly ? "READ-ONLY" : "HOME", pen.style(.title)), message,
            trailing: StyledText(cleaning: place, pen.style(.dim)), row: footer.line(1), in: &frame)
    }

    private static func visible(_ runs: RunsState, _ body: Rect) -> Range<Int> {
        let first = min(runs.list.offset, max(0, runs.shown.count - 1))
        return first..<min(runs.shown.count, first + body.height)
    }

    private static func headline(_ state: DashboardState, _ pen: Pen) -> StyledText {
        let runs = state.runs
        var parts = [StyledText("Runs", pen.style(.title))]
        let moving = runs.all.filter { $0.status == .running || $0.status == .waiting }.count
        if !runs.all.isEmpty {
            parts.append(StyledText(cleaning: CountText.of(runs.all.count, "run"), pen.style(.dim)))
        }
        if moving > 0 { parts.append(StyledText(cleaning: "● \(moving) running", pen.style(.running))) }
        if !runs.filter.isEmpty {
            parts.append(
                StyledText(cleaning: "filter: \(runs.filter), \(runs.shown.count) shown", pen.style(.accent)))
        }
        return .joined(parts, gap: 3)
    }

    /// What to do when there is nothing to see.
    private static func drawEmpty(_ runs: RunsState, _ body: Rect, _ pen: Pen, _ frame: inout Frame) {
        let lines: [StyledText] =
            switch runs.loading {
            case .notYet: []
            case .failed(let message):
                [
                    StyledText(cleaning: "✗ the runs cannot be read: \(message)", pen.style(.error)),
                    StyledText("^R tries again", pen.style(.dim)),
                ]
            case .loaded where !runs.filter.isEmpty:
                [
                    StyledText(cleaning: "No run contains \(runs.filter).", pen.style(.text)),
                    StyledText("Esc shows them all", pen.style(.dim)),
                ]
            case .loaded:
                [
                    StyledText("No runs yet.", pen.style(.title)),
                    StyledText(),
                    StyledText("Start one with", pen.style(.text)),
                    StyledText("switchyard run FILE", pen.style(.accent)),
                ]
            }
        let first = max(0, (body.height - lines.count) / 3)
        for (index, line) in lines.enumerated() where first + index < body.height {
            let column = body.column + max(1, (body.width - line.width) / 2)
            frame.write(line, column: column, row: body.row + first + index, maxWidth: body.width - 1)
        }
    }

    /// Where columns stand; those that do not fit are left out from the right.
    private struct Columns {
        var number = 2
        var pipeline = 9
        let state: Int = 13
        var showsSteps = false
        var showsTime = false
        var showsAge = false
        var showsDate = false

        init(_ shown: ArraySlice<RunSummary>, width: Int) {
            number = max(3, shown.map { String($0.number).count + 1 }.max() ?? 0)
            let wanted = shown.map { CleanText(cleaning: $0.pipelineID, limit: 40).width }.max() ?? 0
            pipeline = max(8, min(wanted, max(8, width - number - state - 8), 40))
            var room = width - 1 - number - 2 - pipeline - 2 - state
            showsSteps = room >= 15
            if showsSteps { room -= 15 }
            showsTime = showsSteps && room >= 10
            if showsTime { room -= 10 }
            showsAge = showsTime && room >= 15
            if showsAge { room -= 15 }
            showsDate = showsAge && room >= 18
        }
    }

    private static func drawNames(_ columns: Columns, _ row: Rect, _ pen: Pen, _ frame: inout Frame) {
        var line = StyledText("run", pen.style(.dim)).padded(to: columns.number, .trailing)
        line.append("  ")
        line.append(StyledText("pipeline", pen.style(.dim)).padded(to: columns.pipeline + 2))
        line.append(StyledText("state", pen.style(.dim)).padded(to: columns.state))
        if columns.showsSteps { line.append(StyledText("steps", pen.style(.dim)).padded(to: 15, .trailing)) }
        if columns.showsTime { line.append(StyledText("time", pen.style(.dim)).padded(to: 10, .trailing)) }
        if columns.showsAge { line.append(StyledText("created", pen.style(.dim)).padded(to: 15, .trailing)) }
        if columns.showsDate { line.append(StyledText("UTC", pen.style(.dim)).padded(to: 18, .trailing)) }
        frame.write(line, column: row.column + 1, row: row.row)
    }

    private static func draw(
        _ run: RunSummary, _ columns: Columns, _ row: Rect, isSelected: Bool, _ pen: Pen, _ frame: inout Frame
    ) {
        guard !row.isEmpty else { return }
        let look = run.status.look
        let plain = pen.style(.text)
        var line = StyledText(cleaning: "#\(run.number)", pen.style(.dim)).padded(to: columns.number, .trailing)
        line.append("  ")
        line.append(StyledText(cleaning: run.pipelineID, plain, limit: 64).padded(to: columns.pipeline))
        line.append("  ")
        line.append(StyledText(cleaning: "\(look.glyph) \(look.word)", pen.style(look.role)).padded(to: columns.state))
        if columns.showsSteps {
            let failed =
                run.failedCount > 0 ? StyledText(cleaning: "✗\(run.failedCount) ", pen.style(.failed)) : StyledText()
            let done = StyledText(cleaning: "\(run.succeededCount)/\(run.stepCount)", plain)
            line.append((failed + done).padded(to: 15, .trailing))
        }
        if columns.showsTime {
            let end = run.endedAt ?? (run.status == .running || run.status == .paused ? pen.now : nil)
            let time = end.map { DurationText.elapsed(max(.zero, $0.since(run.createdAt))) } ?? "–"
            line.append(StyledText(cleaning: time, plain).padded(to: 10, .trailing))
        }
        if columns.showsAge {
            line.append(
                StyledText(cleaning: TimeText.ago(run.createdAt, now: pen.now), pen.style(.dim))
                    .padded(to: 15, .trailing))
        }
        if columns.showsDate {
            line.append(StyledText(cleaning: TimeText.date(run.createdAt), pen.style(.dim)).padded(to: 18, .trailing))
        }
        frame.write(line, column: row.column + 1, row: row.row)
        if isSelected {
            frame.put(pen.selectionMark, column: row.column, row: row.row, style: pen.style(.accent))
            frame.highlight(row.inset(left: 1), pen)
        }
    }
}

extension Frame {
    /// Shows a row as the selected one.
    ///
    /// Where selection is reverse video colours are dropped: as backgrounds they would be stripes.
    mutating func highlight(_ rect: Rect, _ pen: Pen) {
        let selection = pen.style(.selection)
        restyle(rect) { style in
            if selection.attributes.contains(.reverse) {
                style = selection
            } else {
                style = style.on(selection.background).adding(selection.attributes)
            }
        }
    }
}
