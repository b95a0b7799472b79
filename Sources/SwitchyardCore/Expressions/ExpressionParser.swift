/// Text to syntax tree, by recursive descent. From loosest to tightest:
///
/// 1. `a if condition else b`
/// 2. `or`
/// 3. `and`
/// 4. `not`
/// 5. `== != < <= > >= in`, `not in`; they do not chain
/// 6. `~`
/// 7. `+ -`
/// 8. `* / %`
/// 9. unary `-`; directly before a number it belongs to the number
/// 10. `| filter`
/// 11. `.name`, `[0]`, `['name']`
///
/// So `a + b | length` is `a + (b | length)`, and `'n=' ~ 1 + 2` is `'n=3'`.
struct ExpressionParser {
    /// How deep parentheses, lists and arguments may nest.
    static let maximumDepth = 64
    /// The longest text, in scalars.
    static let maximumLength = 65_536

    let text: SourceText
    let allowsStatusFunctions: Bool
    /// The character offset that the tree's offsets count from.
    let origin: Int
    private var lexer: ExpressionLexer
    private(set) var token: ExpressionToken
    private var depth = 0
    var references: [Reference] = []
    var callsStatusFunction = false
    private var rawOffset: Int?
    /// Whether the last operand ended in a filter.
    private var isAfterFilter = false

    init(_ text: SourceText, range: Range<Int>, allowsStatusFunctions: Bool) throws(ExpressionError) {
        self.text = text
        self.allowsStatusFunctions = allowsStatusFunctions
        origin = text.character(at: range.lowerBound)
        guard range.count <= Self.maximumLength else {
            throw ExpressionError("the expression is longer than 64 KiB", offset: origin)
        }
        lexer = ExpressionLexer(text, range: range)
        token = try lexer.next()
    }

    /// The whole text as one expression, and the place of the `raw` it ends in, which is no part of the tree.
    mutating func whole() throws(ExpressionError) -> (ExpressionSyntax, rawOffset: Int?) {
        if token.kind == .end { throw error("an expression is expected") }
        let syntax = try expression()
        guard token.kind == .end else { throw unexpectedAfterOperand() }
        guard let rawOffset else { return (syntax, nil) }
        guard case .filtered(let base, var calls) = syntax.kind, calls.last?.name == FilterTable.raw,
            calls.count(where: { $0.name == FilterTable.raw }) == 1, calls.last?.offset == rawOffset - origin
        else {
            throw ExpressionError(
                "`raw` must be the last filter of the whole hole", hint: "write `(…) | raw`", offset: rawOffset)
        }
        calls.removeLast()
        let kind = calls.isEmpty ? base.kind : .filtered(base, calls)
        return (ExpressionSyntax(kind: kind, offset: syntax.offset), rawOffset)
    }

    // MARK: Tokens

    /// The character offset of the current token in the text given to `parse`.
    var offset: Int { text.character(at: token.range.lowerBound) }

    /// The same, in the expression.
    var place: Int { offset - origin }

    mutating func advance() throws(ExpressionError) {
        token = try lexer.next()
    }

    func error(_ message: String, hint: String? = nil) -> ExpressionError {
        ExpressionError(message, hint: hint, offset: offset)
    }

    func isAt(_ symbol: ExpressionToken.Symbol) -> Bool { token.kind == .symbol(symbol) }

    func isAt(word: String) -> Bool { token.kind == .name(word) }

    mutating func take(_ symbol: ExpressionToken.Symbol) throws(ExpressionError) -> Bool {
        guard isAt(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func take(word: String) throws(ExpressionError) -> Bool {
        guard isAt(word: word) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: ExpressionToken.Symbol, _ purpose: String) throws(ExpressionError) {
        guard try take(symbol) else {
            throw error("`\(symbol.rawValue)` is expected \(purpose), not \(token.description)")
        }
    }

    private func unexpectedAfterOperand() -> ExpressionError {
        switch token.kind {
        case .symbol(.dot) where isAfterFilter:
            error("a filter has no members", hint: "write `(value | filter).member`")
        case .symbol(.closeParenthesis): error("`)` closes nothing")
        case .symbol(.closeBracket): error("`]` closes nothing")
        case .symbol(.closeBrace): error("`}` closes nothing")
        case .name("else"): error("`else` without `if`", hint: "write `a if condition else b`")
        case .name, .value, .symbol, .end: error("an operator is expected, not \(token.description)")
        }
    }

    private mutating func nested<Result>(
        _ body: (inout ExpressionParser) throws(ExpressionError) -> Result
    ) throws(ExpressionError) -> Result {
        guard depth < Self.maximumDepth else {
            throw error("nested deeper than \(Self.maximumDepth) levels")
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    // MARK: Operators

    mutating func expression() throws(ExpressionError) -> ExpressionSyntax {
        try nested { parser throws(ExpressionError) in try parser.conditional() }
    }

    private mutating func conditional() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        let ifTrue = try or()
        guard try take(word: "if") else { return ifTrue }
        let condition = try or()
        guard try take(word: "else") else {
            throw error("`else` is expected after the condition of `if`", hint: "write `a if condition else b`")
        }
        let ifFalse = try expression()
        return ExpressionSyntax(
            kind: .conditional(ifTrue: ifTrue, condition: condition, ifFalse: ifFalse), offset: start)
    }

    private mutating func or() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        var operands = [try and()]
        while try take(word: "or") { operands.append(try and()) }
        return operands.count == 1 ? operands[0] : ExpressionSyntax(kind: .or(operands), offset: start)
    }

    private mutating func and() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        var operands = [try not()]
        while try take(word: "and") { operands.append(try not()) }
        return operands.count == 1 ? operands[0] : ExpressionSyntax(kind: .and(operands), offset: start)
    }

    private mutating func not() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        guard try take(word: "not") else { return try comparison() }
        let operand = try nested { parser throws(ExpressionError) in try parser.not() }
        return ExpressionSyntax(kind: .not(operand), offset: start)
    }

    private mutating func comparison() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        let left = try concatenation()
        let operatorOffset = place
        guard let operation = try takeComparison() else { return left }
        let right = try concatenation()
        let chained = offset
        if try takeComparison() != nil {
            throw ExpressionError(
                "comparisons do not chain", hint: "write `a < b and b < c`, or use parentheses", offset: chained)
        }
        return ExpressionSyntax(
            kind: .comparison(operation, left, right, operatorOffset: operatorOffset), offset: start)
    }

    private mutating func takeComparison() throws(ExpressionError) -> ComparisonOperator? {
        let operation: ComparisonOperator
        switch token.kind {
        case .symbol(.equal): operation = .equal
        case .symbol(.notEqual): operation = .notEqual
        case .symbol(.less): operation = .less
        case .symbol(.lessOrEqual): operation = .lessOrEqual
        case .symbol(.greater): operation = .greater
        case .symbol(.greaterOrEqual): operation = .greaterOrEqual
        case .name("in"): operation = .isIn
        case .name("not"):
            // Between two operands `not` can only begin `not in`.
            try advance()
            guard isAt(word: "in") else { throw error("`in` is expected after `not`, not \(token.description)") }
            operation = .isNotIn
        case .name, .value, .symbol, .end: return nil
        }
        try advance()
        return operation
    }

    private mutating func concatenation() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        var operands = [try sum()]
        while try take(.tilde) { operands.append(try sum()) }
        return operands.count == 1 ? operands[0] : ExpressionSyntax(kind: .concatenation(operands), offset: start)
    }

    private mutating func sum() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        let first = try product()
        var terms: [ArithmeticTerm] = []
        while isAt(.plus) || isAt(.minus) {
            let operation: ArithmeticOperator = isAt(.plus) ? .add : .subtract
            let place = place
            try advance()
            terms.append(ArithmeticTerm(operation: operation, operand: try product(), offset: place))
        }
        return terms.isEmpty ? first : ExpressionSyntax(kind: .arithmetic(first, terms), offset: start)
    }

    private mutating func product() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        let first = try unary()
        var terms: [ArithmeticTerm] = []
        while isAt(.times) || isAt(.divide) || isAt(.remainder) {
            let operation: ArithmeticOperator = isAt(.times) ? .multiply : isAt(.divide) ? .divide : .remainder
            let place = place
            try advance()
            terms.append(ArithmeticTerm(operation: operation, operand: try unary(), offset: place))
        }
        return terms.isEmpty ? first : ExpressionSyntax(kind: .arithmetic(first, terms), offset: start)
    }

    private mutating func unary() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        guard try take(.minus) else { return try filtered(try operand(), start: start) }
        switch token.kind {
        case .value(.int(let int)):
            try advance()
            return try filtered(ExpressionSyntax(kind: .literal(.int(0 &- int)), offset: start), start: start)
        case .value(.double(let double)):
            try advance()
            return try filtered(ExpressionSyntax(kind: .literal(.double(-double)), offset: start), start: start)
        case .value, .name, .symbol, .end:
            let operand = try nested { parser throws(ExpressionError) in try parser.unary() }
            return ExpressionSyntax(kind: .negated(operand), offset: start)
        }
    }

    private mutating func filtered(
        _ base: ExpressionSyntax, start: Int
    ) throws(ExpressionError) -> ExpressionSyntax {
        var calls: [FilterCall] = []
        while try take(.pipe) { calls.append(try filterCall()) }
        isAfterFilter = !calls.isEmpty
        return calls.isEmpty ? base : ExpressionSyntax(kind: .filtered(base, calls), offset: start)
    }

    private mutating func filterCall() throws(ExpressionError) -> FilterCall {
        guard case .name(let name) = token.kind else {
            throw error("the name of a filter is expected after `|`, not \(token.description)")
        }
        let nameOffset = offset
        let start = place
        if name == FilterTable.raw { rawOffset = rawOffset ?? nameOffset }
        guard let filter = FilterTable.filter(named: name) else {
            let suggestion = NearestName.suggestion(for: name, among: FilterTable.filters.map(\.name))
            throw error(
                "unknown filter `\(name)`",
                hint: suggestion.map { "did you mean `\($0)`?" }
                    ?? "filters are \(FilterTable.filters.map(\.name).joined(separator: ", "))")
        }
        try advance()
        let arguments = try take(.openParenthesis) ? try list(until: .closeParenthesis, "after the arguments") : []
        guard filter.argumentCount.contains(arguments.count) else {
            throw ExpressionError(
                "`\(name)` takes \(filter.argumentCountText), not \(arguments.count)",
                hint: "write `\(filter.usage)`", offset: nameOffset)
        }
        return FilterCall(name: name, arguments: arguments, offset: start)
    }

    mutating func list(
        until end: ExpressionToken.Symbol, _ purpose: String
    ) throws(ExpressionError) -> [ExpressionSyntax] {
        var elements: [ExpressionSyntax] = []
        while !isAt(end) {
            elements.append(try expression())
            guard try take(.comma) else { break }
        }
        try expect(end, purpose)
        return elements
    }
}
