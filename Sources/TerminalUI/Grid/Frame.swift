/// A screenful of cells, as a value.
///
/// Everything written outside it, or outside the current clip, is dropped. A wide glyph takes two cells; overwriting
/// one half blanks the other, and a wide glyph that would straddle the clip's edge is left out as a blank.
package struct Frame: Hashable, Sendable {
    /// How many columns and rows it has.
    package let size: Size

    /// The cells, row after row.
    package internal(set) var cells: ContiguousArray<Cell>

    /// Where the terminal's cursor is shown; hidden when nil or outside.
    package var cursor: Position?

    /// The part that can be written to at present; see `withClip`.
    package private(set) var clip: Rect

    /// A place on the screen.
    package struct Position: Hashable, Sendable {
        package let column: Int
        package let row: Int

        /// A place, counted from zero at the upper left.
        package init(column: Int, row: Int) {
            self.column = column
            self.row = row
        }
    }

    /// A blank frame.
    package init(size: Size) {
        self.size = size
        cells = ContiguousArray(repeating: .blank, count: size.columns * size.rows)
        clip = Rect(size)
    }

    /// The rectangle that holds every cell.
    package var bounds: Rect { Rect(size) }

    /// The cell at a place, nil outside.
    package subscript(column column: Int, row row: Int) -> Cell? {
        bounds.contains(column: column, row: row) ? cells[row * size.columns + column] : nil
    }

    /// The cells of one row; the row must exist.
    package func row(_ row: Int) -> ContiguousArray<Cell>.SubSequence {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Whether one row is the same in both; both frames must have the row and equal widths.
    package func hasSameRow(_ row: Int, as other: Frame) -> Bool {
        let range = row * size.columns..<(row + 1) * size.columns
        return range.allSatisfy { cells[$0] == other.cells[$0] }
    }

    /// Runs the body with writing limited to the rectangle, within what was allowed before.
    package mutating func withClip<Result>(_ rect: Rect, _ body: (inout Frame) -> Result) -> Result {
        let outer = clip
        clip = outer.intersection(rect)
        defer { clip = outer }
        return body(&self)
    }

    /// Puts one glyph at a place.
    package mutating func put(_ glyph: Glyph, column: Int, row: Int, style: Style = .plain) {
        put(glyph, width: glyph.width, column: column, row: row, style: style)
    }

    /// Fills a rectangle with one narrow glyph, by default with blanks.
    package mutating func fill(_ rect: Rect, _ style: Style = .plain, glyph: Glyph = .blank) {
        let area = rect.intersection(clip)
        for row in area.row..<max(area.row, area.endRow) {
            for column in area.column..<max(area.column, area.endColumn) {
                put(glyph, width: 1, column: column, row: row, style: style)
            }
        }
    }

    /// Changes the styles in a rectangle and leaves the glyphs, as for a selected row.
    package mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        let area = rect.intersection(clip)
        for row in area.row..<max(area.row, area.endRow) {
            for column in area.column..<max(area.column, area.endColumn) {
                change(&cells[row * size.columns + column].style)
            }
        }
    }

    /// Puts a glyph whose width the caller has already looked up.
    mutating func put(_ glyph: Glyph, width: Int, column: Int, row: Int, style: Style) {
        guard row >= clip.row, row < clip.endRow else { return }
        let firstInside = column >= clip.column && column < clip.endColumn
        guard width == 2 else {
            if firstInside { store(Cell(glyph: glyph, style: style, span: 1), at: row * size.columns + column) }
            return
        }
        let secondInside = column + 1 >= clip.column && column + 1 < clip.endColumn
        let index = row * size.columns + column
        switch (firstInside, secondInside) {
        case (true, true):
            store(Cell(glyph: glyph, style: style, span: 1), at: index)
            store(Cell(glyph: .blank, style: style, span: 1), at: index + 1)
            cells[index] = Cell(glyph: glyph, style: style, span: 2)
            cells[index + 1] = Cell(glyph: .blank, style: style, span: 0)
        case (true, false): store(Cell(glyph: .blank, style: style, span: 1), at: index)
        case (false, true): store(Cell(glyph: .blank, style: style, span: 1), at: index + 1)
        case (false, false): return
        }
    }

    /// Replaces a cell and blanks what is left of a wide glyph it was half of.
    private mutating func store(_ cell: Cell, at index: Int) {
        switch cells[index].span {
        case 2: cells[index + 1] = Cell(glyph: .blank, style: cells[index + 1].style, span: 1)
        case 0: cells[index - 1] = Cell(glyph: .blank, style: cells[index - 1].style, span: 1)
        default: break
        }
        cells[index] = cell
    }
}
