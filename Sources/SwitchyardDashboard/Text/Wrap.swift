import TerminalUI

/// Breaks text into lines, at blanks where there are any.
enum Wrap {
    /// The lines of a text, at least one and at most `limit`, the last of which may then be too wide.
    static func lines(_ text: CleanText, width: Int, limit: Int = 200) -> [CleanText] {
        guard width > 0 else { return [] }
        var lines: [CleanText] = []
        var rest = text
        while rest.width > width, lines.count < limit - 1 {
            let fitting = rest.prefix(columns: width)
            // A glyph wider than the line would never fit.
            guard fitting.width > 0 else { return lines }
            let line = breaking(fitting, before: rest)
            lines.append(line)
            rest = rest.suffix(columns: rest.width - line.width)
            // The blank that the line was broken at.
            if rest.string.first == " " { rest = rest.suffix(columns: rest.width - 1) }
        }
        lines.append(rest)
        return lines
    }

    /// The lines of a text that has one style.
    static func lines(_ text: StyledText, width: Int) -> [StyledText] {
        let style = text.runs.first?.style ?? .plain
        return lines(text.text, width: width).map { StyledText($0, style) }
    }

    private static func breaking(_ fitting: CleanText, before text: CleanText) -> CleanText {
        let after = text.string.unicodeScalars.dropFirst(fitting.string.unicodeScalars.count).first
        if after == " " { return fitting }
        guard let blank = fitting.string.lastIndex(of: " "), blank > fitting.string.startIndex else { return fitting }
        let head = CleanText(cleaning: String(fitting.string[..<blank]))
        // Breaking after a few columns would waste the line.
        return head.width * 3 >= fitting.width ? head : fitting
    }
}
