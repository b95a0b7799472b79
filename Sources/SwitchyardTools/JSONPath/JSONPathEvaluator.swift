import OrderedCollections
import SwitchyardCore

/// Selects the parts of a value that a ``JSONPath`` names.
struct JSONPathEvaluator {
    let root: Value
    private let limit: Int
    private let isCancelled: () -> Bool
    private var remaining: Int

    init(root: Value, limit: Int, isCancelled: @escaping () -> Bool) {
        self.root = root
        self.limit = limit
        self.isCancelled = isCancelled
        remaining = limit
    }

    mutating func select(_ query: JSONPath.Query, from current: Value) throws(JSONPath.Interruption) -> [Value] {
        var values = [query.isAbsolute ? root : current]
        for segment in query.segments {
            var next: [Value] = []
            for value in values {
                if segment.isDescendant {
                    try descend(value, segment, &next)
                } else {
                    try apply(segment, to: value, &next)
                }
            }
            values = next
        }
        return values
    }

    private mutating func descend(
        _ value: Value, _ segment: JSONPath.Segment, _ result: inout [Value]
    ) throws(JSONPath.Interruption) {
        try apply(segment, to: value, &result)
        switch value {
        case .array(let elements): for element in elements { try descend(element, segment, &result) }
        case .object(let members): for member in members.values { try descend(member, segment, &result) }
        case .null, .bool, .int, .double, .string: break
        }
    }

    private mutating func apply(
        _ segment: JSONPath.Segment, to value: Value, _ result: inout [Value]
    ) throws(JSONPath.Interruption) {
        for selector in segment.selectors { try apply(selector, to: value, &result) }
    }

    private mutating func apply(
        _ selector: JSONPath.Selector, to value: Value, _ result: inout [Value]
    ) throws(JSONPath.Interruption) {
        try spend(1)
        switch (selector, value) {
        case (.name(let name), .object(let members)):
            if let member = members[name] { result.append(member) }
        case (.index(let index), .array(let elements)):
            let index = index < 0 ? index + elements.count : index
            if elements.indices.contains(index) { result.append(elements[index]) }
        case (.wildcard, .array(let elements)):
            try spend(elements.count)
            result += elements
        case (.wildcard, .object(let members)):
            try spend(members.count)
            result += members.values
        case (.slice(let start, let end, let step), .array(let elements)):
            let indices = Self.indices(start, end, step, elements.count)
            try spend(indices.count)
            result += indices.map { elements[$0] }
        case (.filter(let test), .array(let elements)):
            for element in elements where try holds(test, element) { result.append(element) }
        case (.filter(let test), .object(let members)):
            for member in members.values where try holds(test, member) { result.append(member) }
        case (.name, _), (.index, _), (.wildcard, _), (.slice, _), (.filter, _): break
        }
    }

    /// What a slice of an array of `count` selects (RFC 9535, section 2.3.4.2.2).
    private static func indices(_ start: Int?, _ end: Int?, _ step: Int, _ count: Int) -> [Int] {
        guard step != 0 else { return [] }
        func normal(_ index: Int) -> Int { index >= 0 ? index : count + index }
        if step > 0 {
            let lower = min(max(normal(start ?? 0), 0), count)
            let upper = min(max(normal(end ?? count), 0), count)
            return Array(stride(from: lower, to: upper, by: step))
        }
        let upper = min(max(start.map(normal) ?? count - 1, -1), count - 1)
        let lower = min(max(end.map(normal) ?? -1, -1), count - 1)
        return Array(stride(from: upper, to: lower, by: step))
    }

    private mutating func holds(_ test: JSONPath.Test, _ current: Value) throws(JSONPath.Interruption) -> Bool {
        try spend(1)
        switch test {
        case .or(let left, let right):
            if try holds(left, current) { return true }
            return try holds(right, current)
        case .and(let left, let right):
            guard try holds(left, current) else { return false }
            return try holds(right, current)
        case .not(let inner): return try !holds(inner, current)
        case .exists(let query): return try !select(query, from: current).isEmpty
        case .compare(let left, let comparison, let right):
            return Self.compare(try value(of: left, current), comparison, try value(of: right, current))
        }
    }

    private mutating func value(of operand: JSONPath.Operand, _ current: Value) throws(JSONPath.Interruption) -> Value?
    {
        switch operand {
        case .literal(let value): value
        case .query(let query): try select(query, from: current).first
        }
    }

    /// Nothing equals nothing; numbers and strings have an order, everything else has none.
    private static func compare(_ left: Value?, _ comparison: JSONPath.Comparison, _ right: Value?) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: isLess(left, right)
        case .greater: isLess(right, left)
        case .lessOrEqual: isLess(left, right) || left == right
        case .greaterOrEqual: isLess(right, left) || left == right
        }
    }

    private static func isLess(_ left: Value?, _ right: Value?) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.string(let left), .string(let right)):
            // By scalar, as the RFC says; Swift's own order is that of characters.
            return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        default:
            guard let left = left?.doubleValue, let right = right?.doubleValue else { return false }
            return left < right
        }
    }

    private mutating func spend(_ count: Int) throws(JSONPath.Interruption) {
        remaining -= count
        if remaining < 0 { throw .limit(limit) }
        if isCancelled() { throw .cancelled }
    }
}
