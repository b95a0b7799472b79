package import TerminalUI

extension Frame {
    /// Draws the part of a drawing that begins at a place of it, into a rectangle; cells past the drawing stay as
    /// they are.
    package mutating func draw(_ drawing: BoxDrawing, from origin: Frame.Position, in rect: Rect, theme: Theme) {
        let part = Rect(column: origin.column, row: origin.row, width: rect.width, height: rect.height)
            .intersection(Rect(drawing.size))
        let grid = drawing.grid(in: part)
        withClip(rect) { frame in
            for (index, cell) in grid.cells.enumerated() where cell.span > 0 {
                frame.put(
                    cell.glyph, column: rect.column + part.column - origin.column + index % part.width,
                    row: rect.row + part.row - origin.row + index / part.width, style: theme[cell.role])
            }
        }
    }
}
