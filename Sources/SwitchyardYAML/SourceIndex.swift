import SwitchyardCore

/// A text as libYAML counts it, with the way from there to the lines and characters a person counts.
///
/// libYAML's marks are lines and Unicode scalars, and it also ends lines at U+0085, U+2028 and U+2029. Editors, and
/// YAML 1.2, do not.
struct SourceIndex: Sendable {
    let file: String
    let scalars: [Unicode.Scalar]
    /// Where each of libYAML's lines starts.
    private let markLines: [Int]
    /// Where each line starts, with whether every scalar of it is a character of its own.
    private let lines: [(start: Int, isSimple: Bool)]

    /// Beyond this, columns are counted in scalars, so that a file of one long line is not read once a diagnostic.
    private static let longLine = 4_000

    init(_ text: String, file: String) {
        self.file = file
        scalars = Array(text.unicodeScalars)
        var markLines = [0]
        var lines = [(start: 0, isSimple: true)]
        for (index, scalar) in scalars.enumerated() {
            let isCarriageReturn = scalar == "\r" && !(index + 1 < scalars.count && scalars[index + 1] == "\n")
            switch scalar {
            case "\n":
                markLines.append(index + 1)
                lines.append((index + 1, true))
            case _ where isCarriageReturn, "\u{85}", "\u{2028}", "\u{2029}":
                markLines.append(index + 1)
            default: break
            }
            if !scalar.isASCII { lines[lines.count - 1].isSimple = false }
        }
        self.markLines = markLines
        self.lines = lines
    }

    /// The scalar at libYAML's `line` and `column`, both from 1; the end for places behind it.
    func offset(line: Int, column: Int) -> Int {
        guard line >= 1, line <= markLines.count else { return scalars.count }
        return min(markLines[line - 1] + max(0, column - 1), scalars.count)
    }

    /// The place of the scalar at `offset`, which may be the end.
    func location(_ offset: Int) -> SourceLocation {
        let offset = min(max(0, offset), scalars.count)
        var (low, high) = (0, lines.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lines[middle].start <= offset { low = middle } else { high = middle }
        }
        let start = lines[low].start
        var column = offset - start
        if !lines[low].isSimple, column <= Self.longLine { column = string(start..<offset).count }
        return SourceLocation(file: file, line: low + 1, column: column + 1)
    }

    /// The line of text that the scalar at `offset` stands in, without its end, and where it starts.
    func line(at offset: Int) -> (text: String, start: Int) {
        let number = location(offset).line - 1
        var end = number + 1 < lines.count ? lines[number + 1].start - 1 : scalars.count
        if end > lines[number].start, scalars[end - 1] == "\r" { end -= 1 }
        return (string(lines[number].start..<max(end, lines[number].start)), lines[number].start)
    }

    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }
}
