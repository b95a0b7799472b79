/// SQL text whose holes became bound parameters, so that no value is ever read as SQL.
package struct SQLTemplate: Sendable {
    /// The text with a `?` for every hole. It still has the holes that end in `| raw`.
    package var text: RewrittenTemplate
    /// One hole for each `?`, in order.
    package var parameters: [RewrittenTemplate]

    /// The statement that `template` spells.
    ///
    /// - Throws: a hole inside quotes or a comment of SQL, where a parameter has no meaning, with its offset.
    package init(_ template: Template) throws(ExpressionError) {
        var pieces: [(text: String, origin: Int?)] = []
        parameters = []
        var lexer = SQLLexer()
        for part in template.parts {
            switch part {
            case .text(let text):
                lexer.read(text)
                pieces.append((text, nil))
            case .hole(let expression) where expression.isRaw:
                pieces += [("{{ ", nil), (expression.source, expression.offset), (" }}", nil)]
            case .hole(let expression):
                guard lexer.state == .code else { throw lexer.error(at: expression) }
                pieces.append(("?", nil))
                parameters.append(
                    try RewrittenTemplate([("{{ ", nil), (expression.source, expression.offset), (" }}", nil)])
                )
            }
        }
        text = try RewrittenTemplate(pieces)
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
    private var previous: Unicode.Scalar = " "

    /// Reads the next piece of the statement. A doubled quote ends a literal and starts it again, which comes to the
    /// same.
    mutating func read(_ text: String) {
        for scalar in text.unicodeScalars {
            switch state {
            case .code:
                switch (previous, scalar) {
                case (_, "'"), (_, "\""), (_, "`"): state = .quoted(scalar)
                case (_, "["): state = .quoted("]")
                case ("-", "-"): state = .lineComment
                case ("/", "*"): state = .blockComment
                default: break
                }
            case .quoted(let end):
                if scalar == end { state = .code }
            case .lineComment:
                if scalar == "\n" { state = .code }
            case .blockComment:
                if previous == "*", scalar == "/" { state = .code }
            }
            previous = scalar
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
