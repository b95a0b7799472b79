/// What becomes of text that is wider than its place.
package enum Overflow: Hashable, Sendable {
    /// It just ends.
    case clip
    /// Its last visible column is `…`.
    case ellipsis
}

extension Frame {
    /// Writes text rightwards from a place and returns the columns used.
    ///
    /// At most `maxWidth` columns are used, by default all up to the clip's right edge. Text may begin left of the
    /// clip; the part outside is dropped but counts as used.
    @discardableResult
    package mutating func write(
        _ text: CleanText,
        column: Int,
        row: Int,
        style: Style = .plain,
        maxWidth: Int? = nil,
        overflow: Overflow = .ellipsis
    ) -> Int {
        let room = max(0, min(maxWidth ?? .max, clip.endColumn - column))
        guard text.width > room else {
            draw(text, column: column, row: row, style: style)
            return text.width
        }
        guard room > 0 else { return 0 }
        switch overflow {
        case .clip:
            let visible = text.prefix(columns: room)
            draw(visible, column: column, row: row, style: style)
            return visible.width
        case .ellipsis:
            let visible = text.prefix(columns: room - 1)
            draw(visible, column: column, row: row, style: style)
            put(CleanText.ellipsisGlyph, width: 1, column: column + visible.width, row: row, style: style)
            return visible.width + 1
        }
    }

    /// Writes styled text rightwards from a place and returns the columns used; clipping is as for plain text.
    @discardableResult
    package mutating func write(
        _ text: StyledText,
        column: Int,
        row: Int,
        maxWidth: Int? = nil,
        overflow: Overflow = .ellipsis
    ) -> Int {
        let room = max(0, min(maxWidth ?? .max, clip.endColumn - column))
        let visible = text.width > room ? text.truncated(to: room, overflow: overflow) : text
        var next = column
        for run in visible.runs {
            draw(run.text, column: next, row: row, style: run.style)
            next += run.text.width
        }
        return next - column
    }

    /// Writes styled text so that it ends at the rectangle's right edge in its first row; returns its first column.
    @discardableResult
    package mutating func writeTrailing(_ text: StyledText, in rect: Rect, overflow: Overflow = .ellipsis) -> Int {
        let visible = text.truncated(to: rect.width, overflow: overflow)
        let column = rect.endColumn - visible.width
        write(visible, column: column, row: rect.row, maxWidth: visible.width)
        return column
    }

    private mutating func draw(_ text: CleanText, column: Int, row: Int, style: Style) {
        guard row >= clip.row, row < clip.endRow else { return }
        var next = column
        text.forEachGlyph { glyph, width in
            put(glyph, width: width, column: next, row: row, style: style)
            next += width
        }
    }
}
