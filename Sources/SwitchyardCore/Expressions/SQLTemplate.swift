/// SQL text whose holes became bound parameters, so that no value is ever read as SQL.
package struct SQLTemplate: Sendable {
    /// The text with a `?` for every hole. It still has the holes that end in `| raw`.
    package var text: RewrittenTemplate
    /// One hole for each `?`, in order.
    package var parameters: [RewrittenTemplate]

    /// The statement that `template` spells. `{{ '{{' }}` and `{{ '}}' }}` stand for the braces.
    ///
    /// - Throws: a hole inside quotes or a comment of SQL, where a parameter has no meaning, with its offset; also one
    ///   beside parameters that the text has itself, which would count them anew.
    package init(_ template: Template) throws(ExpressionError) {
        var pieces: [(text: String, origin: Int?)] = []
        parameters = []
        var lexer = SQLLexer()
        for part in template.parts {
            switch part {
            case .text(let text):
                // `?1` is a parameter with a number of its own.
                if pieces.last?.text == "?", text.utf8.first.map(Self.isDigit) ?? false { pieces.append((" ", nil)) }
                lexer.read(text)
                pieces.append((text, nil))
            case .hole(let expression) where expression.isRaw || expression.isLiteralBraces:
                pieces += [("${{ ", nil), (expression.source, expression.offset), (" }}", nil)]
            case .hole(let expression):
                guard lexer.state == .code else { throw lexer.error(at: expression) }
                pieces.append(("?", nil))
                parameters.append(
                    try RewrittenTemplate([("${{ ", nil), (expression.source, expression.offset), (" }}", nil)])
                )
            }
        }
        if lexer.hasParameter, let first = template.expressions.first(where: { !$0.isRaw && !$0.isLiteralBraces }) {
            throw ExpressionError(
                "the statement has parameters of its own (`?`, `:name`) beside holes, which are parameters as well",
                hint: "write holes for all of them", offset: first.offset)
        }
        text = try RewrittenTemplate(pieces)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Expression {
    /// Whether it is `'{{'` or `'}}'`, which stand for braces that the author wrote.
    var isLiteralBraces: Bool {
        guard case .string(let text)? = constantValue else { return false }
        return text == "{{" || text == "}}"
    }
}

/// Follows SQL text far enough to know whether it stands inside quotes or a comment.
struct SQLLexer {
    enum State: Hashable {
        case code
        /// Inside `'…'`, `"…"`, `` `…` `` or `[…]`, by the scalar that ends it.
        case quoted(Unicode.Scalar)
        case lineComment
        case blockComment
    }

    private(set) var state = State.code
    /// Whether a `?`, `:name`, `@name` or `$name` stands outside of quotes and comments.
    private(set) var hasParameter = false
    private var previous: Unicode.Scalar?

    /// Reads the next piece of the statement. A doubled quote ends a literal and starts it again, which comes to the
    /// same.
    mutating func read(_ text: String) {
        for scalar in text.unicodeScalars {
            let state = self.state
            switch state {
            case .code: readCode(scalar)
            case .quoted(let end):
                if scalar == end { self.state = .code }
            case .lineComment:
                if scalar == "\n" { self.state = .code }
            case .blockComment:
                if previous == "*", scalar == "/" { self.state = .code }
            }
            // What opens or closes is no part of the next sign: `/*/` opens only, and `/**/*` closes.
            previous = self.state == state ? scalar : nil
        }
    }

    private mutating func readCode(_ scalar: Unicode.Scalar) {
        switch (previous, scalar) {
        case (_, "'"), (_, "\""), (_, "`"): state = .quoted(scalar)
        case (_, "["): state = .quoted("]")
        case ("-", "-"): state = .lineComment
        case ("/", "*"): state = .blockComment
        case (_, "?"): hasParameter = true
        case (":", _), ("@", _), ("$", _): if SourceText.startsName(scalar) { hasParameter = true }
        default: break
        }
    }

    func error(at expression: Expression) -> ExpressionError {
        switch state {
        case .quoted("'"):
            ExpressionError(
                "a hole inside an SQL string literal would not be a parameter",
                hint: "drop the quotes, `= {{ \(expression.source) }}`, or join: `'a' || {{ \(expression.source) }}`",
                offset: expression.offset)
        case .quoted:
            ExpressionError(
                "a hole cannot be the name of a table or column: only values can be parameters",
                hint: "write the name into the SQL, or use `| raw` with `allow: [raw]`", offset: expression.offset)
        case .lineComment, .blockComment, .code:
            ExpressionError("a hole inside an SQL comment has no effect", offset: expression.offset)
        }
    }
}
