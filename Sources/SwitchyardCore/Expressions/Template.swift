/// Text with holes, `${{ e }}` or `{{ e }}`: one scalar of a pipeline file.
///
/// A literal `{{` is written `{{ '{{' }}`. A value that fills a hole is never read as a template again.
package struct Template: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case hole(Expression)
    }

    /// Texts are not empty, and no two of them are neighbours.
    package let parts: [Part]

    /// The template that `text` spells. `allowsRaw` says whether a hole may end in `| raw`.
    ///
    /// - Throws: what is wrong with the first bad hole, with its offset in `text`.
    package static func parse(_ text: String, allowsRaw: Bool = false) throws(ExpressionError) -> Template {
        let source = SourceText(text)
        let scanner = HoleScanner(source)
        var parts: [Part] = []
        var start = 0
        while let hole = try scanner.nextHole(from: start) {
            if hole.outer.lowerBound > start { parts.append(.text(source.text(start..<hole.outer.lowerBound))) }
            parts.append(.hole(try Expression(hole: hole, of: source, allowsRaw: allowsRaw)))
            start = hole.outer.upperBound
        }
        if start < source.scalars.count { parts.append(.text(source.text(start..<source.scalars.count))) }
        return Template(parts: parts)
    }

    private init(parts: [Part]) {
        self.parts = parts
    }

    /// `literal` as it is, braces and all.
    package init(literal: String) {
        parts = literal.isEmpty ? [] : [.text(literal)]
    }

    /// The text, if there are no holes.
    package var literalText: String? {
        switch parts.first {
        case nil: ""
        case .text(let text)? where parts.count == 1: text
        case .text, .hole: nil
        }
    }

    /// The expressions of the holes, in order.
    package var expressions: [Expression] {
        parts.compactMap { if case .hole(let expression) = $0 { expression } else { nil } }
    }

    /// Every operand path of every hole, in order, with its offset in the text that was given to `parse`.
    package var references: [Reference] { expressions.flatMap(\.references) }

    /// The value: of its own type if the template is one hole with nothing around it, not even space; else text.
    ///
    /// - Throws: what has no value, and a text beyond 16 MiB.
    package func evaluate(in scope: Scope) throws(EvaluationError) -> Value {
        if parts.count == 1, case .hole(let expression) = parts[0] { return try expression.evaluate(in: scope) }
        return .string(try text(in: scope))
    }

    /// The text, with every hole rendered.
    ///
    /// - Throws: as ``evaluate(in:)``.
    package func text(in scope: Scope) throws(EvaluationError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .hole(let expression): result += try expression.text(in: scope, after: result.utf8.count)
            }
        }
        return result
    }
}

extension Expression {
    /// The expression of a hole.
    init(hole: HoleScanner.Hole, of text: SourceText, allowsRaw: Bool) throws(ExpressionError) {
        if text.firstNonSpace(in: hole.inner) == nil {
            throw ExpressionError(
                "the hole is empty", hint: "a literal `{{` is written `{{ '{{' }}`",
                offset: text.character(at: hole.outer.lowerBound))
        }
        do throws(ExpressionError) {
            try self.init(text, range: hole.inner, allowsStatusFunctions: false, allowsRaw: allowsRaw)
        } catch {
            var error = error
            if text.scalars[hole.inner.lowerBound] == ".", error.hint == nil {
                error.hint = "if the braces are meant for another program, write `{{ '{{' }}` for `{{`"
            }
            throw error
        }
    }

    /// The value rendered, to stand behind `length` bytes of other text.
    func text(in scope: Scope, after length: Int) throws(EvaluationError) -> String {
        let value = try evaluate(in: scope)
        do throws(ValueError) {
            let text = try value.boundedRendering()
            try ExpressionLimits.check(textBytes: length + text.utf8.count)
            return text
        } catch {
            throw EvaluationError(error.message, expression: source, offset: 0)
        }
    }
}
