import OrderedCollections

/// Syntax tree and types of the scope to the type of the value, and to every problem on the way.
///
/// What does not depend on the run is evaluated, and so known exactly. After a problem the part may be anything, so that
/// one slip is reported once.
struct TypeChecker {
    let environment: TypeEnvironment
    /// The expression's source, for messages.
    let source: String
    private(set) var problems: [TypeProblem] = []
    /// How many parts around this one may be left out.
    private var conditions = 0

    init(_ environment: TypeEnvironment, source: String) {
        self.environment = environment
        self.source = source
    }

    mutating func type(of syntax: ExpressionSyntax) -> ExpressionType {
        if syntax.isConstant { return constant(syntax) }
        switch syntax.kind {
        case .literal(let value): return ExpressionType(of: value)
        case .list(let elements): return .array(of: .union(of: types(of: elements)))
        case .object(let members):
            let types = types(of: members.map(\.value))
            guard types.count <= ExpressionType.maximumNames else { return .anyObject }
            return .record(.init(uniqueKeysWithValues: zip(members.map(\.key), types)))
        case .reference, .access: return path(of: syntax, isDefaulted: false)
        case .filtered(let base, let calls): return filtered(base, calls)
        case .status: return .boolean
        case .negated(let operand): return negated(operand, at: syntax.offset)
        case .not(let operand):
            _ = type(of: operand)
            return .boolean
        case .and(let operands): return .union(of: decided(operands))
        case .or(let operands):
            // A `null` before the last operand gives way to what follows it.
            let types = decided(operands)
            return .union(of: types.dropLast().map(\.withoutNull) + types.suffix(1))
        case .comparison(let operation, let left, let right, let offset):
            return comparison(operation, left, right, at: offset)
        case .concatenation(let operands):
            _ = types(of: operands)
            return .string()
        case .arithmetic(let first, let terms): return arithmetic(first, terms)
        case .conditional(let ifTrue, let condition, let ifFalse):
            _ = type(of: condition)
            return conditionally { $0.type(of: ifTrue).union($0.type(of: ifFalse)) }
        }
    }

    private mutating func types(of parts: [ExpressionSyntax]) -> [ExpressionType] {
        var types: [ExpressionType] = []
        for part in parts { types.append(type(of: part)) }
        return types
    }

    private mutating func decided(_ operands: [ExpressionSyntax]) -> [ExpressionType] {
        var types = [type(of: operands[0])]
        for operand in operands.dropFirst() { types.append(conditionally { $0.type(of: operand) }) }
        return types
    }

    /// What `body` finds in a part that is not always evaluated.
    mutating func conditionally<Result>(_ body: (inout TypeChecker) -> Result) -> Result {
        conditions += 1
        defer { conditions -= 1 }
        return body(&self)
    }

    // MARK: Constants

    private mutating func constant(_ syntax: ExpressionSyntax) -> ExpressionType {
        if case .literal(let value) = syntax.kind { return ExpressionType(of: value) }
        do throws(EvaluationError) {
            return ExpressionType(of: try ExpressionEvaluator(scope: nil, source: source).value(of: syntax))
        } catch {
            report(.fails, error.message, at: error.offset)
            return .any
        }
    }

    /// The value of `syntax` if it is the same in every run.
    func constantValue(of syntax: ExpressionSyntax) -> Value? {
        guard syntax.isConstant else { return nil }
        return try? ExpressionEvaluator(scope: nil, source: source).value(of: syntax)
    }

    // MARK: Problems

    /// - Parameter offset: in the expression.
    mutating func report(
        _ verdict: TypeProblem.Verdict, _ message: String, hint: String? = nil, at offset: Int,
        isUndeclaredName: Bool = false
    ) {
        let isConditional = verdict == .fails && conditions > 0
        problems.append(
            TypeProblem(
                isConditional ? .failsIfReached : verdict, message, hint: hint, offset: offset,
                isUndeclaredName: isUndeclaredName))
    }

    /// What a message calls the value of `syntax`.
    static func name(of syntax: ExpressionSyntax, or otherwise: String) -> String {
        switch syntax.kind {
        case .reference(let root, let path): "`\(Reference(root: root, path: path.map(\.element)).text)`"
        case .literal(.string(let text)) where text.utf8.count <= 40: "`\(SourceText.quoted(text))`"
        case .literal(let value) where !value.rendered.isEmpty && value.stringValue == nil: "`\(value.rendered)`"
        case .literal, .list, .object, .access, .filtered, .status, .negated, .not, .and, .or, .comparison,
            .concatenation, .arithmetic, .conditional:
            otherwise
        }
    }
}

extension ExpressionSyntax {
    /// The nodes directly below it, in order.
    var children: [ExpressionSyntax] {
        switch kind {
        case .literal, .reference, .status: []
        case .list(let elements), .and(let elements), .or(let elements), .concatenation(let elements): elements
        case .object(let members): members.map(\.value)
        case .access(let operand, _), .negated(let operand), .not(let operand): [operand]
        case .filtered(let base, let calls): [base] + calls.flatMap(\.arguments)
        case .comparison(_, let left, let right, _): [left, right]
        case .arithmetic(let first, let terms): [first] + terms.map(\.operand)
        case .conditional(let ifTrue, let condition, let ifFalse): [ifTrue, condition, ifFalse]
        }
    }

    /// Whether it reads nothing of the run.
    var isConstant: Bool {
        switch kind {
        case .reference: false
        case .status(let function): function == .always
        case .literal, .list, .object, .access, .filtered, .negated, .not, .and, .or, .comparison, .concatenation,
            .arithmetic, .conditional:
            children.allSatisfy(\.isConstant)
        }
    }
}
