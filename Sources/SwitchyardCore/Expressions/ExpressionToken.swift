/// A word of an expression, with the scalars it covers.
struct ExpressionToken: Hashable {
    enum Kind: Hashable {
        case name(String)
        case value(Value)
        case symbol(Symbol)
        case end
    }

    /// Punctuation. Words such as `and` are names, which the parser knows by their place.
    enum Symbol: String, Hashable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case remainder = "%"
        case tilde = "~"
        case pipe = "|"
        case dot = "."
        case comma = ","
        case colon = ":"
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"
    }

    var kind: Kind
    /// Scalar indices into the text.
    var range: Range<Int>
}

extension ExpressionToken {
    /// What a message calls the token.
    var description: String {
        switch kind {
        case .name(let name): "`\(name)`"
        case .value(.string): "the string"
        // Numbers have no sign yet.
        case .value(let value): "`\(value.rendered.drop { $0 == "-" })`"
        case .symbol(let symbol): "`\(symbol.rawValue)`"
        case .end: "the end"
        }
    }
}
