/// What is wrong with the text of an expression or a template, and where.
package struct ExpressionError: Error, Hashable, Sendable {
    /// One sentence, without a full stop.
    package var message: String
    /// What to write instead, where that is known.
    package var hint: String?
    /// Characters from the start of the text that was given to `parse`.
    package var offset: Int

    package init(_ message: String, hint: String? = nil, offset: Int) {
        self.message = message
        self.hint = hint
        self.offset = offset
    }
}

/// Why an expression has no value in its scope.
package struct EvaluationError: Error, Hashable, Sendable {
    /// One sentence, without a full stop.
    package var message: String
    /// The source of the expression.
    package var expression: String
    /// Characters from the start of `expression`.
    package var offset: Int

    package init(_ message: String, expression: String, offset: Int) {
        self.message = message
        self.expression = expression
        self.offset = offset
    }
}

extension EvaluationError {
    /// The same error of an expression that stands at `place`: `url`, `rows[0].name`.
    func placed(at place: String) -> EvaluationError {
        EvaluationError("`\(place)`: \(message)", expression: expression, offset: offset)
    }
}
