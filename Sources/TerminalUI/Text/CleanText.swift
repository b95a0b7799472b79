/// Text that is safe to show: the promise that no foreign byte reaches the terminal.
///
/// It is a sequence of printable scalars of known width, each followed by at most four marks. There is no way to make
/// one without cleaning: controls, bidirectional marks, zero-width characters and tags become visible forms
/// (`‹ESC›`, `‹U+202E›`), clusters on whose width terminals disagree become `▯`. Cleaning clean text changes nothing.
/// Literals and interpolations are cleaned like anything else.
package struct CleanText: Hashable, Sendable {
    /// Stands for a cluster that cannot be drawn reliably.
    static let replacement: Unicode.Scalar = "▯"

    /// Ends text that was cut off.
    static let ellipsisGlyph = Glyph(trusted: "…")

    /// The text of that one glyph.
    static let ellipsis = CleanText(trusted: "…", width: 1)

    /// No text.
    package static let empty = CleanText(trusted: "", width: 0)

    /// The cleaned text.
    package let string: String

    /// The columns it takes.
    package let width: Int

    /// How many control sequences, hidden characters and doubtful clusters were replaced.
    package let replacedCount: Int

    /// Whether the limit was reached before the text's end.
    package let isCut: Bool

    /// Cleans text, at most `limit` columns of it; what lies beyond is not even looked at.
    package init(cleaning text: String, limit: Int = .max) {
        if let plain = TextCleaner.printableASCII(text, limit: limit) {
            self.init(trusted: plain.text, width: plain.width, isCut: plain.isCut)
            return
        }
        var cleaner = TextCleaner(limit: limit)
        cleaner.clean(text)
        self.init(
            trusted: cleaner.output, width: cleaner.width, replacedCount: cleaner.replacedCount, isCut: cleaner.isCut)
    }

    init(trusted string: String, width: Int, replacedCount: Int = 0, isCut: Bool = false) {
        self.string = string
        self.width = width
        self.replacedCount = replacedCount
        self.isCut = isCut
    }

    /// Whether there is nothing to draw.
    package var isEmpty: Bool { width == 0 }

    /// Both texts, one after the other.
    package static func + (left: CleanText, right: CleanText) -> CleanText {
        CleanText(
            trusted: left.string + right.string,
            width: left.width + right.width,
            replacedCount: left.replacedCount + right.replacedCount,
            isCut: left.isCut || right.isCut)
    }

    /// The text repeated, for rules and bars; nothing for a negative count.
    package func repeated(_ count: Int) -> CleanText {
        CleanText(trusted: String(repeating: string, count: max(0, count)), width: width * max(0, count))
    }

    /// As many whole glyphs from the start as fit into the columns.
    package func prefix(columns: Int) -> CleanText {
        guard columns < width else { return self }
        var used = 0
        let scalars = string.unicodeScalars
        var end = scalars.startIndex
        while end < scalars.endIndex {
            let next = used + DisplayWidth.columns(of: scalars[end])
            if next > columns { break }
            used = next
            scalars.formIndex(after: &end)
        }
        return CleanText(trusted: String(scalars[..<end]), width: used)
    }

    /// What is left after dropping whole glyphs from the start until at most the columns remain.
    package func suffix(columns: Int) -> CleanText {
        guard columns < width else { return self }
        var left = width
        let scalars = string.unicodeScalars
        var start = scalars.startIndex
        while start < scalars.endIndex {
            let scalar = scalars[start]
            // A mark goes with the glyph it stands upon.
            if left <= columns, DisplayWidth.widthClass(of: scalar) != .mark { break }
            left -= DisplayWidth.columns(of: scalar)
            scalars.formIndex(after: &start)
        }
        return CleanText(trusted: String(scalars[start...]), width: left)
    }

    /// Calls the body with each glyph and its width, from left to right.
    package func forEachGlyph(_ body: (Glyph, Int) -> Void) {
        var pending: Glyph?
        var pendingWidth = 0
        for scalar in string.unicodeScalars {
            let columns = DisplayWidth.columns(of: scalar)
            if columns == 0 {
                pending?.add(mark: scalar)
            } else {
                if let pending { body(pending, pendingWidth) }
                pending = Glyph(trusted: scalar)
                pendingWidth = columns
            }
        }
        if let pending { body(pending, pendingWidth) }
    }
}

extension CleanText: ExpressibleByStringInterpolation {
    /// Cleans a literal, or what an interpolation made.
    package init(stringLiteral value: String) {
        self.init(cleaning: value)
    }
}

extension CleanText: CustomStringConvertible {
    package var description: String { string }
}
