/// A rectangle of cells; the origin may lie outside the screen, the extent is never negative.
package struct Rect: Hashable, Sendable {
    package var column: Int
    package var row: Int
    package let width: Int
    package let height: Int

    /// A rectangle; negative extents count as zero.
    package init(column: Int, row: Int, width: Int, height: Int) {
        self.column = column
        self.row = row
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The whole of a screen of the given size.
    package init(_ size: Size) {
        self.init(column: 0, row: 0, width: size.columns, height: size.rows)
    }

    /// The column just past the right edge.
    package var endColumn: Int { column + width }

    /// The row just past the bottom edge.
    package var endRow: Int { row + height }

    /// Whether it holds no cell.
    package var isEmpty: Bool { width == 0 || height == 0 }

    /// The extent without the position.
    package var size: Size { Size(columns: width, rows: height) }

    /// Whether the cell lies inside.
    package func contains(column: Int, row: Int) -> Bool {
        column >= self.column && column < endColumn && row >= self.row && row < endRow
    }

    /// The part common to both; empty, at the place nearest to this one, when there is none.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Rect(
            column: left,
            row: top,
            width: min(endColumn, other.endColumn) - left,
            height: min(endRow, other.endRow) - top
        )
    }

    /// What is left after taking the same number of cells from every side; by default a border's one.
    package func inset(by cells: Int = 1) -> Rect {
        inset(left: cells, top: cells, right: cells, bottom: cells)
    }

    /// What is left after taking cells from the sides.
    package func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(column: column + left, row: row + top, width: width - left - right, height: height - top - bottom)
    }

    /// The first `rows` rows and the rest; the first part gets no more than there is.
    package func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
        let taken = min(max(0, rows), height)
        return (
            Rect(column: column, row: row, width: width, height: taken),
            Rect(column: column, row: row + taken, width: width, height: height - taken)
        )
    }

    /// The last `rows` rows and what stands above them.
    package func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
        let taken = min(max(0, rows), height)
        let (rest, bottom) = splitTop(height - taken)
        return (rest, bottom)
    }

    /// The first `columns` columns and the rest.
    package func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
        let taken = min(max(0, columns), width)
        return (
            Rect(column: column, row: row, width: taken, height: height),
            Rect(column: column + taken, row: row, width: width - taken, height: height)
        )
    }

    /// The last `columns` columns and what stands left of them.
    package func splitRight(_ columns: Int) -> (rest: Rect, right: Rect) {
        let taken = min(max(0, columns), width)
        let (rest, right) = splitLeft(width - taken)
        return (rest, right)
    }

    /// One row of it, counted from its top; empty when there is no such row.
    package func line(_ index: Int) -> Rect {
        Rect(column: column, row: row + index, width: width, height: index >= 0 && index < height ? 1 : 0)
    }
}
