/// A parsed expression with its source text.
///
/// The grammar is in ``ExpressionParser``. It is total: every expression ends, reads nothing but its scope and changes
/// nothing.
package struct Expression: Hashable, Sendable {
    /// The text, without the braces of a hole and the space around it.
    package let source: String
    /// Where `source` starts, in characters of the text that was given to `parse`.
    package let offset: Int
    /// Every operand path, in order, with its offset in the text that was given to `parse`.
    package let references: [Reference]
    /// Whether it calls `always()`, `succeeded()` or `failed()`.
    package let callsStatusFunction: Bool
    /// Whether it ends in `| raw`: the place it lands in must not escape it.
    package let isRaw: Bool
    let syntax: ExpressionSyntax

    /// The expression that `source` spells. `allowsStatusFunctions` says whether `always()`, `succeeded()` and `failed()`
    /// may be called, as in `when`.
    ///
    /// - Throws: what is wrong, with its offset in `source`; also for `| raw`, which only a hole may end in.
    package static func parse(
        _ source: String, allowsStatusFunctions: Bool = false
    ) throws(ExpressionError) -> Expression {
        let text = SourceText(source)
        return try Expression(
            text, range: 0..<text.scalars.count, allowsStatusFunctions: allowsStatusFunctions, allowsRaw: false)
    }

    /// The expression that a scalar such as that of `when` spells: bare, or as one hole with nothing around it but
    /// space.
    ///
    /// - Throws: as ``parse(_:allowsStatusFunctions:)``, with offsets in `text`; also for text beside a hole.
    package static func parseScalar(
        _ text: String, allowsStatusFunctions: Bool = false
    ) throws(ExpressionError) -> Expression {
        let source = SourceText(text)
        let everything = 0..<source.scalars.count
        var range = everything
        if let hole = try HoleScanner(source).nextHole(from: 0) {
            let around = [0..<hole.outer.lowerBound, hole.outer.upperBound..<everything.upperBound]
            if hole.outer.lowerBound == source.firstNonSpace(in: everything) {
                guard around.allSatisfy({ source.firstNonSpace(in: $0) == nil }) else {
                    throw ExpressionError(
                        "a condition is one expression, without text around it",
                        hint: "put the whole condition inside one `${{ }}`",
                        offset: source.character(at: source.firstNonSpace(in: around[1]) ?? 0))
                }
                range = hole.inner
            }
        }
        return try Expression(source, range: range, allowsStatusFunctions: allowsStatusFunctions, allowsRaw: false)
    }

    /// The expression in the scalars `range` of `text`.
    init(
        _ text: SourceText, range: Range<Int>, allowsStatusFunctions: Bool, allowsRaw: Bool
    ) throws(ExpressionError) {
        let start = text.firstNonSpace(in: range) ?? range.lowerBound
        var end = range.upperBound
        while end > start, SourceText.isSpace(text.scalars[end - 1]) { end -= 1 }
        var parser = try ExpressionParser(text, range: start..<end, allowsStatusFunctions: allowsStatusFunctions)
        let (syntax, rawOffset) = try parser.whole()
        if let rawOffset, !allowsRaw {
            throw ExpressionError(
                "`raw` switches escaping off, which this step does not allow", hint: "add `allow: [raw]` to the step",
                offset: rawOffset)
        }
        source = text.text(start..<end)
        offset = parser.origin
        references = parser.references
        callsStatusFunction = parser.callsStatusFunction
        isRaw = rawOffset != nil
        self.syntax = syntax
    }

    /// The value, if it is the same in every run: `false`, `1 > 2`, `false and inputs.x`. Nil where it depends on the
    /// run, and where it is an error in every run.
    package var constantValue: Value? {
        try? ExpressionEvaluator(scope: nil, source: source).value(of: syntax)
    }

    /// The value in `scope`.
    ///
    /// - Throws: what has no value: a name that nobody declared, a member that is missing without `default`, an
    ///   operator or filter that does not take the type, a text beyond 16 MiB.
    package func evaluate(in scope: Scope) throws(EvaluationError) -> Value {
        try ExpressionEvaluator(scope: scope, source: source).value(of: syntax)
    }
}
