import OrderedCollections

/// What the operators do with values.
enum ValueOperators {
    /// Numbers stay integers where both operands are and the result is exact; otherwise they become floating point.
    ///
    /// `+` also joins two arrays. `/` of integers is an integer if nothing is left over: `6 / 3` is 2, `7 / 2` is 3.5.
    /// `%` takes the sign of the dividend: `-7 % 3` is -1.
    static func arithmetic(
        _ operation: ArithmeticOperator, _ left: Value, _ right: Value
    ) throws(ValueError) -> Value {
        if case .int(let a) = left, case .int(let b) = right { return try integers(operation, a, b) }
        if let a = left.doubleValue, let b = right.doubleValue { return try doubles(operation, a, b) }
        if operation == .add, case .array(let a) = left, case .array(let b) = right {
            try ExpressionLimits.check(elements: a.count + b.count)
            return .array(a + b)
        }
        let symbol = operation.rawValue
        if operation == .add, left.stringValue != nil || right.stringValue != nil {
            throw ValueError(
                "`+` adds numbers, not \(left.typeWithArticle) and \(right.typeWithArticle); join text with `~`")
        }
        throw ValueError("`\(symbol)` takes numbers, not \(left.typeWithArticle) and \(right.typeWithArticle)")
    }

    private static func integers(_ operation: ArithmeticOperator, _ a: Int, _ b: Int) throws(ValueError) -> Value {
        let (result, overflow): (Int, Bool)
        switch operation {
        case .add: (result, overflow) = a.addingReportingOverflow(b)
        case .subtract: (result, overflow) = a.subtractingReportingOverflow(b)
        case .multiply: (result, overflow) = a.multipliedReportingOverflow(by: b)
        case .divide:
            guard b != 0 else { throw ValueError("division by zero") }
            let (quotient, isTooLarge) = a.dividedReportingOverflow(by: b)
            if !isTooLarge, a.remainderReportingOverflow(dividingBy: b).partialValue != 0 {
                return .double(Double(a) / Double(b))
            }
            (result, overflow) = (quotient, isTooLarge)
        case .remainder:
            guard b != 0 else { throw ValueError("division by zero") }
            // The remainder of the least integer by -1 is 0, though the processor reports an overflow.
            (result, overflow) = b == -1 ? (0, false) : (a % b, false)
        }
        guard !overflow else { throw ValueError("the result of `\(operation.rawValue)` does not fit 64 bits") }
        return .int(result)
    }

    private static func doubles(
        _ operation: ArithmeticOperator, _ a: Double, _ b: Double
    ) throws(ValueError) -> Value {
        let result: Double
        switch operation {
        case .add: result = a + b
        case .subtract: result = a - b
        case .multiply: result = a * b
        case .divide:
            guard b != 0 else { throw ValueError("division by zero") }
            result = a / b
        case .remainder:
            guard b != 0 else { throw ValueError("division by zero") }
            result = a.truncatingRemainder(dividingBy: b)
        }
        guard result.isFinite else { throw ValueError("the result of `\(operation.rawValue)` is too large") }
        return .double(result)
    }

    static func negated(_ value: Value) throws(ValueError) -> Value {
        switch value {
        case .int: try arithmetic(.subtract, .int(0), value)
        case .double(let double): .double(-double)
        case .null, .bool, .string, .array, .object:
            throw ValueError("`-` takes a number, not \(value.typeWithArticle)")
        }
    }

    /// Values of unlike types are unequal; only numbers with numbers and text with text have an order.
    static func comparison(
        _ operation: ComparisonOperator, _ left: Value, _ right: Value
    ) throws(ValueError) -> Bool {
        switch operation {
        case .equal: left == right
        case .notEqual: left != right
        case .less: try order(operation, left, right) { $0 }
        case .greater: try order(operation, left, right) { !$0 && left != right }
        case .lessOrEqual: try order(operation, left, right) { $0 || left == right }
        case .greaterOrEqual: try order(operation, left, right) { !$0 }
        case .isIn: try contains(right, left, operation)
        case .isNotIn: try !contains(right, left, operation)
        }
    }

    private static func order(
        _ operation: ComparisonOperator, _ left: Value, _ right: Value, _ answer: (_ isLess: Bool) -> Bool
    ) throws(ValueError) -> Bool {
        guard let isLess = isLess(left, right) else {
            throw ValueError(
                "`\(operation.rawValue)` compares two numbers or two strings, not \(left.typeWithArticle) and "
                    + right.typeWithArticle)
        }
        return answer(isLess)
    }

    /// Nil for values that have no order.
    static func isLess(_ left: Value, _ right: Value) -> Bool? {
        if case .int(let a) = left, case .int(let b) = right { return a < b }
        if case .string(let a) = left, case .string(let b) = right { return a < b }
        guard let a = left.doubleValue, let b = right.doubleValue, !a.isNaN, !b.isNaN else { return nil }
        // A large integer loses digits on its way to floating point, and equality compares without that loss.
        if case .int(let int) = left { return isLess(int, b) }
        if case .int(let int) = right { return isLess(a, int) }
        return a < b
    }

    private static func isLess(_ a: Int, _ b: Double) -> Bool {
        guard let floor = Int(exactly: b.rounded(.down)) else { return b > 0 }
        return a < floor || (a == floor && b > b.rounded(.down))
    }

    private static func isLess(_ a: Double, _ b: Int) -> Bool {
        guard let floor = Int(exactly: a.rounded(.down)) else { return a < 0 }
        return floor < b
    }

    private static func contains(
        _ container: Value, _ value: Value, _ operation: ComparisonOperator
    ) throws(ValueError) -> Bool {
        switch (container, value) {
        case (.array(let array), _): return array.contains(value)
        case (.object(let object), .string(let key)): return object[key] != nil
        case (.string(let text), .string(let part)):
            return part.isEmpty || !ByteSearch(text).ranges(of: part, atMost: 1).isEmpty
        case (.object, _), (.string, _):
            throw ValueError(
                "`\(operation.rawValue)` finds a string in \(container.typeWithArticle), not \(value.typeWithArticle)")
        case (.null, _), (.bool, _), (.int, _), (.double, _):
            throw ValueError(
                "`\(operation.rawValue)` searches an array, an object or a string, not \(container.typeWithArticle)")
        }
    }
}
