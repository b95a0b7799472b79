/// An editable line.
package struct TextField: Hashable, Sendable {
    /// What was typed, not cleaned.
    package private(set) var text: String

    /// How many characters stand before the cursor.
    package private(set) var cursor: Int

    /// A field holding text, the cursor at its end.
    package init(_ text: String = "") {
        self.text = text
        cursor = text.count
    }

    /// Edits, if the key is one of editing; false leaves the key to someone else.
    package mutating func handle(_ key: KeyPress) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .backspace, .ctrl("h"): remove(from: max(0, cursor - 1), to: cursor)
        case .delete, .ctrl("d"): remove(from: cursor, to: min(text.count, cursor + 1))
        case .ctrl("u"): remove(from: 0, to: cursor)
        case .ctrl("k"): remove(from: cursor, to: text.count)
        case .ctrl("w"): remove(from: startOfWord, to: cursor)
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .home: cursor = 0
        case .end, .ctrl("e"): cursor = text.count
        case .ctrl, .alt, .enter, .escape, .tab, .backtab, .insert, .up, .down, .pageUp, .pageDown, .function:
            return false
        }
        return true
    }

    /// Inserts text at the cursor; line ends become blanks, as the field has one line.
    package mutating func insert(_ inserted: String) {
        let before = text.prefix(cursor)
        let after = text.suffix(text.count - cursor)
        let head = before + String(inserted.map { $0.isNewline ? " " : $0 })
        text = head + String(after)
        // What was typed may join the character before it, as an accent does.
        cursor = min(text.count, head.count)
    }

    /// Replaces the text and puts the cursor at its end.
    package mutating func replace(with text: String) {
        self = TextField(text)
    }

    /// Draws the field into the rectangle's first row, scrolled so that the cursor is seen, and places the cursor.
    package func draw(in frame: inout Frame, rect: Rect, style: Style = .plain) {
        guard !rect.isEmpty else { return }
        let before = CleanText(cleaning: String(text.prefix(cursor)))
        let visible = before.suffix(columns: rect.width - 1)
        let line = rect.line(0)
        frame.fill(line, style)
        let used = frame.write(visible, column: rect.column, row: rect.row, style: style, maxWidth: rect.width)
        let after = CleanText(cleaning: String(text.suffix(text.count - cursor)), limit: rect.width + 1)
        frame.write(
            after, column: rect.column + used, row: rect.row, style: style, maxWidth: rect.width - used,
            overflow: .clip)
        frame.cursor = Frame.Position(column: rect.column + used, row: rect.row)
    }

    private var startOfWord: Int {
        let before = Array(text.prefix(cursor))
        let lastLetter = before.lastIndex { !$0.isWhitespace } ?? -1
        guard lastLetter >= 0 else { return 0 }
        return (before[...lastLetter].lastIndex { $0.isWhitespace } ?? -1) + 1
    }

    private mutating func remove(from start: Int, to end: Int) {
        guard start < end else { return }
        let first = text.index(text.startIndex, offsetBy: start)
        let last = text.index(first, offsetBy: end - start)
        text.removeSubrange(first..<last)
        cursor = min(start, text.count)
    }
}
