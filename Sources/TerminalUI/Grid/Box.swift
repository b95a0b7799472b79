/// The glyphs of a border.
package struct BorderSet: Hashable, Sendable {
    package let horizontal: Glyph
    package let vertical: Glyph
    package let topLeft: Glyph
    package let topRight: Glyph
    package let bottomLeft: Glyph
    package let bottomRight: Glyph

    /// Thin lines, for panes without the focus.
    package static let light = BorderSet(
        horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘")

    /// Heavy lines, for the pane with the focus.
    package static let heavy = BorderSet(
        horizontal: "━", vertical: "┃", topLeft: "┏", topRight: "┓", bottomLeft: "┗", bottomRight: "┛")

    /// `+--+`, for terminals without Unicode.
    package static let ascii = BorderSet(
        horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+")

    /// `+==+`, so that the focus shows without Unicode too.
    package static let asciiHeavy = BorderSet(
        horizontal: "=", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+")
}

extension Frame {
    /// Draws a border just inside the rectangle, with up to two texts in its upper edge: `┌─ title ─── trailing ─┐`.
    ///
    /// The title is shortened to fit; the trailing text is left out when it does not fit beside it. Below two columns
    /// or rows nothing is drawn.
    package mutating func drawBox(
        _ rect: Rect,
        title: StyledText? = nil,
        trailing: StyledText? = nil,
        style: Style = .plain,
        border: BorderSet = .light
    ) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let lastColumn = rect.endColumn - 1
        let lastRow = rect.endRow - 1
        drawRule(
            Rect(column: rect.column + 1, row: rect.row, width: rect.width - 2, height: 1),
            title: title, trailing: trailing, style: style, glyph: border.horizontal)
        fill(
            Rect(column: rect.column + 1, row: lastRow, width: rect.width - 2, height: 1), style,
            glyph: border.horizontal)
        for row in rect.row + 1..<lastRow {
            put(border.vertical, column: rect.column, row: row, style: style)
            put(border.vertical, column: lastColumn, row: row, style: style)
        }
        put(border.topLeft, column: rect.column, row: rect.row, style: style)
        put(border.topRight, column: lastColumn, row: rect.row, style: style)
        put(border.bottomLeft, column: rect.column, row: lastRow, style: style)
        put(border.bottomRight, column: lastColumn, row: lastRow, style: style)
    }

    /// Draws a line across the rectangle's first row with up to two texts in it: `─ title ───── trailing ─`.
    package mutating func drawRule(
        _ rect: Rect,
        title: StyledText? = nil,
        trailing: StyledText? = nil,
        style: Style = .plain,
        glyph: Glyph = "─"
    ) {
        guard !rect.isEmpty else { return }
        fill(rect.line(0), style, glyph: glyph)
        // A text needs the line's first column and a blank on either side of it.
        var room = rect.width - 4
        if let title, !title.isEmpty, room > 0 {
            let used = write(title.truncated(to: room).paddedByBlanks(style), column: rect.column + 1, row: rect.row)
            room -= used
        }
        if let trailing, !trailing.isEmpty, trailing.width <= room {
            writeTrailing(trailing.paddedByBlanks(style), in: rect.inset(right: 1))
        }
    }
}

extension StyledText {
    /// The text between two blanks.
    fileprivate func paddedByBlanks(_ style: Style) -> StyledText {
        StyledText(" ", style) + self + StyledText(" ", style)
    }
}
