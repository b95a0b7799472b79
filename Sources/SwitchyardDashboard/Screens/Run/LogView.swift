import SwitchyardCore
import TerminalUI

/// What the selected step printed.
enum LogView {
    static func draw(_ run: RunState, in rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let lines = run.log.lines
        guard !lines.isEmpty else {
            frame.write(
                StyledText(cleaning: emptyText(run), pen.style(.dim)), column: rect.column + 1, row: rect.row,
                maxWidth: rect.width - 1)
            return
        }
        let first = max(0, min(run.logList.offset, lines.count - rect.height))
        frame.withClip(rect) { frame in
            for (line, index) in (first..<min(lines.count, first + rect.height)).enumerated() {
                draw(lines[index], run, index, rect.line(line), pen, &frame)
            }
        }
    }

    private static func emptyText(_ run: RunState) -> String {
        switch run.log.source {
        case .none: noneText(run)
        case .loading: "reading the log"
        case .loaded: "nothing printed"
        }
    }

    private static func noneText(_ run: RunState) -> String {
        guard let index = run.selectedIndex else { return "no step is selected" }
        let holdsOthers = !run.timeline.tree.children(of: index, shown: run.shownCount).isEmpty
        return holdsOthers ? "what is inside of it has logs of its own" : "not started yet"
    }

    /// `│ text`, and `! text` for what went to standard error: told apart without colours too.
    private static func draw(
        _ line: LogLine, _ run: RunState, _ index: Int, _ place: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        let isError = line.stream == .stderr
        let margin: Glyph = isError ? "!" : "│"
        frame.put(margin, column: place.column + 1, row: place.row, style: pen.style(isError ? .retry : .dim))
        let room = place.width - 3
        let whole = CleanText(cleaning: line.text, limit: run.logColumn + max(0, room) + 2)
        let text = run.logColumn == 0 ? whole : whole.suffix(columns: max(0, whole.width - run.logColumn))
        frame.write(
            StyledText(text, pen.style(.text)), column: place.column + 3, row: place.row, maxWidth: room)
        if run.focus == .logs, index == run.logList.selection {
            frame.put(pen.selectionMark, column: place.column, row: place.row, style: pen.style(.accent))
        }
        markMatch(run.logSearch, in: text, place, room, pen, &frame)
    }

    /// Shows where the text that is searched for stands, the first time in each line.
    private static func markMatch(
        _ wanted: String, in text: CleanText, _ place: Rect, _ room: Int, _ pen: Pen, _ frame: inout Frame
    ) {
        guard !wanted.isEmpty else { return }
        let wanted = CleanText(cleaning: wanted).string.lowercased()
        let lowered = text.string.lowercased()
        guard let match = lowered.firstRange(of: wanted) else { return }
        let start = CleanText(cleaning: String(lowered[..<match.lowerBound])).width
        let width = CleanText(cleaning: String(lowered[match])).width
        let visible = max(0, min(width, room - start))
        frame.restyle(
            Rect(column: place.column + 3 + start, row: place.row, width: visible, height: 1)
        ) { $0 = $0.adding(.reverse) }
    }
}
