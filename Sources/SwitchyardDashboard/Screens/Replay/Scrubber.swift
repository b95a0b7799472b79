import SwitchyardCore
import TerminalUI

/// Where a replay stands in its run: `00:00 ━━━━✗━━━●───✗──── 02:31`.
enum Scrubber {
    static func draw(_ playback: Playback, _ timeline: RunTimeline, _ row: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !row.isEmpty else { return }
        let dim = pen.style(.dim)
        let now = StyledText(
            cleaning: DurationText.clock(playback.time.since(timeline.origin)), pen.style(.title))
        let length = StyledText(cleaning: DurationText.clock(timeline.length), dim)
        frame.write(now, column: row.column + 1, row: row.row)
        frame.writeTrailing(length, in: row.inset(right: 1))
        let line = row.inset(left: now.width + 2, right: length.width + 2)
        guard line.width >= 5 else { return }
        let total = max(1, timeline.length.wholeMicroseconds)
        func column(_ time: Timestamp) -> Int {
            let offset = min(max(0, time.since(timeline.origin).wholeMicroseconds), total)
            return line.column + Int(Double(offset) / Double(total) * Double(line.width - 1))
        }
        let cursor = column(playback.time)
        frame.fill(line, dim, glyph: pen.isUnicode ? "─" : "-")
        frame.fill(
            Rect(column: line.column, row: line.row, width: cursor - line.column, height: 1), pen.style(.accent),
            glyph: pen.isUnicode ? "━" : "=")
        for index in timeline.failures {
            frame.put("✗", column: column(timeline.events[index].time), row: line.row, style: pen.style(.failed))
        }
        frame.put("●", column: cursor, row: line.row, style: pen.style(.accent).adding(.bold))
    }
}
