/// A node of an expression's syntax tree, with the place it was written at.
///
/// Chains (`a or b or c`, `a + b - c`, `x | f | g`) are one node with many operands, so the tree is only as deep as
/// the parentheses of its text, which the parser bounds: nothing that walks it can run out of stack.
struct ExpressionSyntax: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case literal(Value)
        case list([ExpressionSyntax])
        case object([ObjectMember])
        /// The root and the path that directly follows it.
        case reference(Reference.Root, [PathStep])
        /// A path behind anything that is not a root: `(x | from_json).name`.
        case access(ExpressionSyntax, [PathStep])
        case filtered(ExpressionSyntax, [FilterCall])
        case status(StatusFunction)
        case negated(ExpressionSyntax)
        case not(ExpressionSyntax)
        case and([ExpressionSyntax])
        case or([ExpressionSyntax])
        case comparison(ComparisonOperator, ExpressionSyntax, ExpressionSyntax, operatorOffset: Int)
        case concatenation([ExpressionSyntax])
        case arithmetic(ExpressionSyntax, [ArithmeticTerm])
        case conditional(ifTrue: ExpressionSyntax, condition: ExpressionSyntax, ifFalse: ExpressionSyntax)
    }

    var kind: Kind
    /// In characters from the start of the expression.
    var offset: Int
}

struct ObjectMember: Hashable, Sendable {
    var key: String
    var value: ExpressionSyntax
}

/// One `.name` or `[0]`.
struct PathStep: Hashable, Sendable {
    var element: Reference.PathElement
    var offset: Int
}

struct FilterCall: Hashable, Sendable {
    var name: String
    var arguments: [ExpressionSyntax]
    var offset: Int
}

struct ArithmeticTerm: Hashable, Sendable {
    var operation: ArithmeticOperator
    var operand: ExpressionSyntax
    /// Of the operator.
    var offset: Int
}

enum ArithmeticOperator: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

enum ComparisonOperator: String, Hashable, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not in"
}

/// A function about how the needs of the step ended.
enum StatusFunction: String, Hashable, Sendable, CaseIterable {
    /// True.
    case always
    /// Whether every need succeeded.
    case succeeded
    /// Whether a need failed.
    case failed
}
