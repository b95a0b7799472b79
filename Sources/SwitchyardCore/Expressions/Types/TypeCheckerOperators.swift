/// What operators do with types.
extension TypeChecker {
    // MARK: Arithmetic

    mutating func arithmetic(_ first: ExpressionSyntax, _ terms: [ArithmeticTerm]) -> ExpressionType {
        var left = Side(first, type(of: first), or: "the left side")
        for term in terms {
            let right = Side(term.operand, type(of: term.operand), or: "the right side")
            left = Side(result(term.operation, left, right, constantValue(of: term.operand), at: term.offset))
        }
        return left.type
    }

    private mutating func result(
        _ operation: ArithmeticOperator, _ left: Side, _ right: Side, _ divisor: Value?, at offset: Int
    ) -> ExpressionType {
        if operation == .divide || operation == .remainder, divisor?.doubleValue == 0 {
            report(.fails, "division by zero", at: offset)
            return .any
        }
        let results = Self.pairs(left.type, right.type).compactMap { Self.result(operation, $0, $1) }
        if !results.isEmpty { return .union(of: results) }
        let takes = operation == .add ? "adds numbers or joins arrays" : "takes numbers"
        report(
            .fails, "`\(operation.rawValue)` \(takes), but \(left) and \(right)",
            hint: Self.hint(operation, left, right), at: offset)
        return .any
    }

    /// What comes of values of two alternatives; nil where that is an error.
    private static func result(
        _ operation: ArithmeticOperator, _ left: ExpressionType, _ right: ExpressionType
    ) -> ExpressionType? {
        switch (left, right) {
        case (.integer, .integer): return operation == .divide ? .number : .integer
        case (.integer, .number), (.number, .integer), (.number, .number): return .number
        case (.array(let ours), .array(let theirs)): return operation == .add ? .array(of: ours.union(theirs)) : nil
        case (.any, .integer), (.any, .number), (.integer, .any), (.number, .any): return .number
        case (.any, .array), (.array, .any): return operation == .add ? .anyArray : nil
        case (.any, .any): return operation == .add ? .union([.number, .anyArray]) : .number
        case (.any, _), (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _),
            (.union, _):
            return nil
        }
    }

    private static func hint(_ operation: ArithmeticOperator, _ left: Side, _ right: Side) -> String? {
        let sides = [left, right]
        if let literal = sides.compactMap(\.unquoted).first { return "write `\(literal)` without quotes" }
        guard let text = sides.first(where: \.isOnlyText) else {
            guard let missing = sides.first(where: { $0.type == .null }) else { return nil }
            return missing.path.map { "say what stands in for null: `(\($0) | default(0))`" }
        }
        let read = text.path.map { "read the text as a number: `(\($0) | from_json)`" }
        guard operation == .add else { return read }
        return "join text with `~`" + (read.map { ", or \($0)" } ?? "")
    }

    mutating func negated(_ operand: ExpressionSyntax, at offset: Int) -> ExpressionType {
        let side = Side(operand, type(of: operand), or: "the operand")
        let numbers = side.type.alternatives.filter { $0.sharesKind(with: .number) }
        if numbers.isEmpty, !side.type.isEmpty {
            report(.fails, "`-` takes a number, but \(side)", hint: Self.hint(.subtract, side, side), at: offset)
            return .any
        }
        return .union(of: numbers.map { $0 == .any ? .number : $0 })
    }

    // MARK: Comparisons

    mutating func comparison(
        _ operation: ComparisonOperator, _ left: ExpressionSyntax, _ right: ExpressionSyntax, at offset: Int
    ) -> ExpressionType {
        let leftSide = Side(left, type(of: left), or: "the left side")
        let rightSide = Side(right, type(of: right), or: "the right side")
        switch operation {
        case .equal, .notEqual: equality(operation, leftSide, rightSide, at: offset)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: order(operation, leftSide, rightSide, at: offset)
        case .isIn, .isNotIn: search(operation, leftSide, rightSide, at: offset)
        }
        return .boolean
    }

    private mutating func equality(_ operation: ComparisonOperator, _ left: Side, _ right: Side, at offset: Int) {
        guard !left.type.isEmpty, !right.type.isEmpty, !left.type.mayEqual(right.type) else { return }
        for (side, other) in [(left, right), (right, left)] {
            if let text = other.literalText, side.isText { return reportUnknown(text, other, for: side) }
            if other.type == .null {
                return report(.neverMatters, "\(side), never null", at: offset)
            }
        }
        let answer = operation == .equal ? "never true" : "always true"
        report(
            .neverMatters, "`\(operation.rawValue)` is \(answer): \(left) and \(right)",
            hint: Self.equalityHint(left, right), at: offset)
    }

    private static func equalityHint(_ left: Side, _ right: Side) -> String? {
        for (side, other) in [(left, right), (right, left)] {
            if let literal = side.unquoted, !other.isText { return "write `\(literal)` without quotes" }
            if side.isText, other.type.sharesKind(with: .number) || other.type.sharesKind(with: .boolean) {
                return side.path.map { "read the text as a value: `(\($0) | from_json)`" }
            }
        }
        return nil
    }

    /// A text that `side`, which is one of a few, never is.
    private mutating func reportUnknown(_ text: String, _ literal: Side, for side: Side) {
        let texts = side.texts ?? []
        var near = NearestName.suggestion(for: text, among: texts)
        if near == nil, texts.contains("succeeded") { near = StepShape.status(for: text) }
        report(
            .neverMatters, "\(side.name) is never \(literal.name)",
            hint: near.map { "did you mean `\(SourceText.quoted($0))`?" }
                ?? "it is one of \(ExpressionType.names(texts))",
            at: literal.offset)
    }

    private mutating func order(_ operation: ComparisonOperator, _ left: Side, _ right: Side, at offset: Int) {
        let hasOrder = Self.pairs(left.type, right.type).contains { a, b in
            switch (a, b) {
            case (.string, .string), (.any, .string), (.string, .any), (.any, .any): true
            case (.any, _), (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _),
                (.object, _), (.union, _):
                a.sharesKind(with: .number) && b.sharesKind(with: .number)
            }
        }
        guard !hasOrder else { return }
        report(
            .fails, "`\(operation.rawValue)` compares two numbers or two strings, but \(left) and \(right)",
            hint: Self.hint(.subtract, left, right), at: offset)
    }

    private mutating func search(_ operation: ComparisonOperator, _ left: Side, _ right: Side, at offset: Int) {
        if left.type.isEmpty || right.type.isEmpty { return }
        let containers = right.type.alternatives.filter {
            $0.sharesKind(with: .union([.string(), .anyArray, .anyObject]))
        }
        guard !containers.isEmpty else {
            return report(
                .fails, "`\(operation.rawValue)` searches an array, an object or a string, but \(right)",
                hint: right.type == .null
                    ? right.path.map { "say what stands in for null: `(\($0) | default([]))`" } : nil,
                at: offset)
        }
        guard left.isText || containers.contains(where: { $0 == .any || $0.sharesKind(with: .anyArray) }) else {
            return report(
                .fails, "`\(operation.rawValue)` finds a string in \(right.type.withoutNull.phrase), but \(left)",
                at: offset)
        }
        for element in right.elements where left.isText {
            let side = Side(element, ExpressionType(of: constantValue(of: element) ?? .null), or: "the element")
            guard let text = side.literalText, !left.type.mayEqual(side.type) else { continue }
            reportUnknown(text, side, for: left)
        }
    }

    /// Every pair of alternatives; one of `any` where there is none, because then nothing is known.
    private static func pairs(
        _ left: ExpressionType, _ right: ExpressionType
    ) -> [(ExpressionType, ExpressionType)] {
        if left.isEmpty || right.isEmpty { return [(.any, .any)] }
        return left.alternatives.flatMap { left in right.alternatives.map { (left, $0) } }
    }
}

/// An operand with what is known about it, as messages say it: `` `inputs.n` is an integer ``.
struct Side: CustomStringConvertible {
    var type: ExpressionType
    /// What messages call it.
    var name: String
    private var syntax: ExpressionSyntax?

    init(_ syntax: ExpressionSyntax, _ type: ExpressionType, or name: String) {
        self.type = type
        self.name = TypeChecker.name(of: syntax, or: name)
        self.syntax = syntax
    }

    /// What stands to the left of an operator in a chain.
    init(_ type: ExpressionType) {
        self.type = type
        name = "the left side"
    }

    var description: String { type == .any ? "\(name) may be anything" : "\(name) is \(type.phrase)" }

    /// In the expression.
    var offset: Int { syntax?.offset ?? 0 }

    /// Whether it may be a string.
    var isText: Bool { type.sharesKind(with: .string()) }

    /// Whether it is nothing else, except perhaps `null`.
    var isOnlyText: Bool {
        if case .string = type.withoutNull { true } else { false }
    }

    /// The texts it may be, if they are few.
    var texts: [String]? {
        type.alternatives.lazy.compactMap { if case .string(let texts) = $0 { texts } else { nil } }.first
    }

    /// The reference that it is, as it is written.
    var path: String? {
        guard case .reference(let root, let path)? = syntax?.kind else { return nil }
        return Reference(root: root, path: path.map(\.element)).text
    }

    var literalText: String? {
        guard case .literal(.string(let text))? = syntax?.kind else { return nil }
        return text
    }

    /// The number or boolean that stands in the quotes of a literal.
    var unquoted: String? {
        guard let literalText, let value = try? JSON.parse(literalText) else { return nil }
        return value.doubleValue != nil || value.boolValue != nil ? literalText : nil
    }

    /// The elements of a list that is written out.
    var elements: [ExpressionSyntax] {
        if case .list(let elements)? = syntax?.kind { elements } else { [] }
    }
}

extension StepShape {
    /// What other systems call a status, by the name it has here.
    private static let otherNames = [
        "success": "succeeded", "successful": "succeeded", "passed": "succeeded", "completed": "succeeded",
        "ok": "succeeded", "done": "succeeded", "failure": "failed", "error": "failed", "errored": "failed",
        "canceled": "cancelled", "aborted": "cancelled", "ignored": "skipped", "queued": "pending",
        "started": "running", "in_progress": "running",
    ]

    /// The status that `word` most likely means, or nil.
    static func status(for word: String) -> String? {
        NearestName.suggestion(for: word, among: otherNames.keys.sorted()).flatMap { otherNames[$0] }
    }
}
