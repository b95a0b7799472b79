import TerminalUI

/// Columns of text, each as wide as its widest cell. Cells are cleaned.
struct TextTable {
    private var rows: [[CleanText]] = []
    private let rightAligned: Set<Int>

    /// - Parameter rightAligned: the columns, from 0, whose text ends at the right.
    init(_ titles: [String], rightAligned: Set<Int> = []) {
        self.rightAligned = rightAligned
        append(titles)
    }

    mutating func append(_ cells: [String]) {
        rows.append(cells.map { CleanText(cleaning: $0, limit: 200) })
    }

    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.width)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let pad = String(repeating: " ", count: widths[column] - cell.width)
                line += rightAligned.contains(column) ? pad + cell.string : cell.string + pad
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
