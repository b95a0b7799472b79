import OrderedCollections

/// Syntax tree and scope to value.
struct ExpressionEvaluator {
    /// Nil evaluates what needs no scope; a reference is an error then.
    let scope: Scope?
    /// The expression's source, for messages.
    let source: String
    private let budget: EvaluationBudget

    init(scope: Scope?, source: String, budget: EvaluationBudget = EvaluationBudget()) {
        self.scope = scope
        self.source = source
        self.budget = budget
    }

    func value(of syntax: ExpressionSyntax) throws(EvaluationError) -> Value {
        switch syntax.kind {
        case .literal(let value): return value
        case .list(let elements):
            var values: [Value] = []
            for element in elements { values.append(try value(of: element)) }
            try at(syntax.offset) { () throws(ValueError) in try budget.spend(elements: elements.count) }
            return .array(values)
        case .object(let members):
            var object = OrderedDictionary<String, Value>()
            for member in members { object[member.key] = try value(of: member.value) }
            try at(syntax.offset) { () throws(ValueError) in try budget.spend(elements: 2 * members.count) }
            return .object(object)
        case .reference, .access: return try located(lookup(syntax))
        case .filtered(let base, let calls): return try filtered(base, calls)
        case .status(let function): return .bool(try status(function, at: syntax.offset))
        case .negated(let operand):
            let operand = try value(of: operand)
            return try at(syntax.offset) { () throws(ValueError) in try ValueOperators.negated(operand) }
        case .not(let operand): return .bool(try !value(of: operand).isTruthy)
        case .and(let operands): return try decided(operands) { !$0.isTruthy }
        case .or(let operands): return try decided(operands) { $0.isTruthy }
        case .comparison(let operation, let left, let right, let offset):
            let left = try value(of: left)
            let right = try value(of: right)
            return .bool(
                try at(offset) { () throws(ValueError) in
                    // Of two values only as much is read as both have, and of a container and what is searched for
                    // in it, the container.
                    try budget.spend(on: right)
                    return try ValueOperators.comparison(operation, left, right)
                })
        case .concatenation(let operands):
            var text = ""
            for operand in operands {
                let value = try value(of: operand)
                try at(operand.offset) { () throws(ValueError) in
                    let part = try value.boundedRendering()
                    try budget.spend(part.utf8.count)
                    text += part
                    try ExpressionLimits.check(textBytes: text.utf8.count)
                }
            }
            return .string(text)
        case .arithmetic(let first, let terms):
            var result = try value(of: first)
            for term in terms {
                let operand = try value(of: term.operand)
                result = try at(term.offset) { [result] () throws(ValueError) in
                    let sum = try ValueOperators.arithmetic(term.operation, result, operand)
                    if case .array(let elements) = sum { try budget.spend(elements: elements.count) }
                    return sum
                }
            }
            return result
        case .conditional(let ifTrue, let condition, let ifFalse):
            return try value(of: try value(of: condition).isTruthy ? ifTrue : ifFalse)
        }
    }

    /// `and` and `or` give the operand that decides, and do not look at those behind it.
    private func decided(
        _ operands: [ExpressionSyntax], by isDeciding: (Value) -> Bool
    ) throws(EvaluationError) -> Value {
        var last = Value.null
        for operand in operands {
            last = try value(of: operand)
            if isDeciding(last) { break }
        }
        return last
    }

    private func at<Result>(
        _ offset: Int, _ body: () throws(ValueError) -> Result
    ) throws(EvaluationError) -> Result {
        do throws(ValueError) {
            return try body()
        } catch {
            throw EvaluationError(error.message, expression: source, offset: offset)
        }
    }

    private func status(_ function: StatusFunction, at offset: Int) throws(EvaluationError) -> Bool {
        if function == .always { return true }
        guard let scope else { throw notConstant(offset) }
        return function == .failed ? scope.needs.anyFailed : scope.needs.allSucceeded
    }

    private func notConstant(_ offset: Int) -> EvaluationError {
        EvaluationError("the value is known only in a run", expression: source, offset: offset)
    }

    // MARK: Filters

    private func filtered(_ base: ExpressionSyntax, _ calls: [FilterCall]) throws(EvaluationError) -> Value {
        var result: Value
        switch try lookup(base) {
        case .found(let value): result = value
        case .missing(let error):
            // `default` speaks for what is missing only where it stands next to it: behind another filter it would hide
            // a slip in the path.
            guard calls.first?.name == "default" else { throw error }
            result = .null
        }
        for call in calls {
            // What stands in for a value need not exist where the value does.
            if call.name == "default", !result.isNull { continue }
            var arguments: [Value] = []
            for argument in call.arguments { arguments.append(try value(of: argument)) }
            guard let filter = FilterTable.filter(named: call.name) else {
                preconditionFailure("the parser let the unknown filter \(call.name) pass")
            }
            result = try at(call.offset) { [result] () throws(ValueError) in
                try budget.spend(on: result)
                let filtered = try filter.apply(result, arguments)
                try budget.spend(on: filtered)
                return filtered
            }
        }
        return result
    }

    // MARK: Paths

    private enum Lookup {
        case found(Value)
        /// The path is sound and leads nowhere.
        case missing(EvaluationError)
    }

    private func located(_ lookup: Lookup) throws(EvaluationError) -> Value {
        switch lookup {
        case .found(let value): return value
        case .missing(let error): throw error
        }
    }

    /// The value of `syntax`; apart from an error, what a reference does not find.
    private func lookup(_ syntax: ExpressionSyntax) throws(EvaluationError) -> Lookup {
        switch syntax.kind {
        case .reference(let root, let path):
            guard let scope else { throw notConstant(syntax.offset) }
            let base: ScopeLookup.Base
            do throws(ScopeLookup.Failure) {
                base = try ScopeLookup(scope: scope).base(of: root, path: path.map(\.element))
            } catch {
                let offset = path.indices.contains(error.index) ? path[error.index].offset : syntax.offset
                throw EvaluationError(error.message, expression: source, offset: offset)
            }
            return try follow(Array(path.dropFirst(base.length)), from: base.value, named: base.name)
        case .access(let operand, let path):
            return try follow(path, from: try value(of: operand), named: "(…)")
        case .literal, .list, .object, .filtered, .status, .negated, .not, .and, .or, .comparison, .concatenation,
            .arithmetic, .conditional:
            return .found(try value(of: syntax))
        }
    }

    private func follow(_ path: [PathStep], from value: Value, named name: String) throws(EvaluationError) -> Lookup {
        do throws(PathLookup.Failure) {
            return .found(try PathLookup.value(at: path.map(\.element), of: value, named: name))
        } catch {
            let failure = EvaluationError(error.message, expression: source, offset: path[error.index].offset)
            guard error.isMissing else { throw failure }
            return .missing(failure)
        }
    }
}
