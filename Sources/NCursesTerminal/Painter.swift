import CNCurses
import TerminalUI

/// Brings frames to curses: only rows that differ from the last frame, and nothing if none does.
@MainActor
struct Painter {
    private let capabilities: TerminalCapabilities
    private var pairs: ColorPairs
    private var last: Frame?
    // What the last frame was before reduction: comparing is cheaper than reducing.
    private var lastSource: Frame?

    init(capabilities: TerminalCapabilities) {
        self.capabilities = capabilities
        pairs = ColorPairs(limit: Int(cn_pairs())) { cn_define_pair($0, $1, $2) != 0 }
    }

    /// Shows a frame.
    mutating func paint(_ frame: Frame, on screen: Size) {
        guard frame != lastSource else { return }
        lastSource = frame
        let reduced = frame.reduced(to: capabilities)
        let previous = last.flatMap { $0.size == reduced.size ? $0 : nil }
        last = reduced
        var hasChanged = previous?.cursor != reduced.cursor
        for row in 0..<min(reduced.size.rows, screen.rows) {
            if let previous, reduced.hasSameRow(row, as: previous) { continue }
            put(reduced.row(row), row: row, columns: screen.columns)
            hasChanged = true
        }
        guard hasChanged || previous == nil else { return }
        placeCursor(reduced)
        cn_update()
    }

    /// Shows the last frame again, whatever the screen shows now.
    mutating func repaint() {
        cn_repaint()
        cn_update()
    }

    /// Takes the screen's content to be unknown.
    mutating func forget() {
        last = nil
        lastSource = nil
    }

    private mutating func put(_ cells: ContiguousArray<Cell>.SubSequence, row: Int, columns: Int) {
        for (column, cell) in cells.enumerated() where cell.span != 0 && column + Int(cell.span) <= columns {
            var scalars: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)
            var count: Int32 = 0
            withUnsafeMutableBytes(of: &scalars) { bytes in
                let values = bytes.assumingMemoryBound(to: UInt32.self)
                cell.glyph.forEachScalar { scalar in
                    values[Int(count)] = scalar.value
                    count += 1
                }
                cn_put(
                    Int32(row), Int32(column), values.baseAddress, count, Int32(cell.style.attributes.rawValue),
                    pairs.pair(for: cell.style))
            }
        }
    }

    private func placeCursor(_ frame: Frame) {
        if let cursor = frame.cursor, frame.bounds.contains(column: cursor.column, row: cursor.row) {
            cn_cursor(Int32(cursor.row), Int32(cursor.column))
        } else {
            cn_cursor(0, -1)
        }
    }
}
