/// Finds the holes of a text.
struct HoleScanner {
    struct Hole: Hashable {
        /// From `$` or `{` to behind the last `}`.
        var outer: Range<Int>
        /// Between the braces.
        var inner: Range<Int>
    }

    private let text: SourceText

    init(_ text: SourceText) {
        self.text = text
    }

    /// The first hole that starts at the scalar `start` or behind it.
    ///
    /// - Throws: if a hole has no end. A `}}` inside quotes or inside braces of the expression does not end it.
    func nextHole(from start: Int) throws(ExpressionError) -> Hole? {
        var index = start
        while index < text.scalars.count {
            if let hole = try hole(at: index) { return hole }
            index += 1
        }
        return nil
    }

    /// The hole that starts at the scalar `start`.
    func hole(at start: Int) throws(ExpressionError) -> Hole? {
        let lead: Int
        if text.has("${{", at: start) {
            lead = 3
        } else if text.has("{{", at: start) {
            lead = 2
        } else {
            return nil
        }
        var index = start + lead
        var quote: Unicode.Scalar?
        var braces = 0
        while index < text.scalars.count {
            let scalar = text.scalars[index]
            if let open = quote {
                if scalar == "\\" { index += 1 } else if scalar == open { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "{" {
                braces += 1
            } else if scalar == "}", braces > 0 {
                braces -= 1
            } else if text.has("}}", at: index) {
                return Hole(outer: start..<(index + 2), inner: (start + lead)..<index)
            }
            index += 1
        }
        let brace = lead == 3 ? "${{" : "{{"
        throw ExpressionError(
            "the hole `\(brace)` has no closing `}}`",
            hint: quote == nil ? "a literal `{{` is written `{{ '{{' }}`" : "a quote inside it is not closed",
            offset: text.character(at: start))
    }
}
