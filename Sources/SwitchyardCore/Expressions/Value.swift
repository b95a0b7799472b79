package import OrderedCollections

/// A JSON-shaped value: what inputs, outputs and expressions are made of.
///
/// Integers and floating-point numbers are kept apart so that `5` is printed as `5`; they are equal when
/// they are the same number. Objects keep the order in which their author wrote them, and compare without it.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([Value])
    case object(OrderedDictionary<String, Value>)
}

extension Value {
    /// The name of the value's type as error messages say it: `null`, `boolean`, `integer`, `number`, `string`,
    /// `array` or `object`.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// Whether the value counts as true in `when`, `and`, `or` and `not`.
    ///
    /// `null`, `false`, 0, the empty string, the empty array and the empty object are false.
    package var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let bool): bool
        case .int(let int): int != 0
        case .double(let double): double != 0
        case .string(let string): !string.isEmpty
        case .array(let array): !array.isEmpty
        case .object(let object): !object.isEmpty
        }
    }

    /// Whether arrays and objects stand in each other at most `levels` deep.
    package func nests(atMost levels: Int) -> Bool {
        switch self {
        case .null, .bool, .int, .double, .string: true
        case .array(let array): levels > 0 && array.allSatisfy { $0.nests(atMost: levels - 1) }
        case .object(let object): levels > 0 && object.values.allSatisfy { $0.nests(atMost: levels - 1) }
        }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    package var stringValue: String? {
        if case .string(let string) = self { string } else { nil }
    }

    package var intValue: Int? {
        switch self {
        case .int(let int): int
        case .double(let double): Int(exactly: double)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    package var doubleValue: Double? {
        switch self {
        case .int(let int): Double(int)
        case .double(let double): double
        case .null, .bool, .string, .array, .object: nil
        }
    }

    package var boolValue: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    package var arrayValue: [Value]? {
        if case .array(let array) = self { array } else { nil }
    }

    package var objectValue: OrderedDictionary<String, Value>? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The member `key` of an object; `null` for a missing member and for any value that is not an object.
    package subscript(key: String) -> Value {
        if case .object(let object) = self { object[key] ?? .null } else { .null }
    }

    /// The value as text, as a hole renders it: strings as they are, `null` as nothing, everything else as JSON.
    package var rendered: String {
        switch self {
        case .null: ""
        case .string(let string): string
        case .bool, .int, .double, .array, .object: JSON.text(of: self)
        }
    }
}

extension Value: Hashable {
    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Int(exactly: b) == a
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a.count == b.count && a.allSatisfy { b[$0.key] == $0.value }
        case (.null, _), (.bool, _), (.int, _), (.double, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let bool): hasher.combine(bool)
        case .int(let int): hasher.combine(int)
        case .double(let double):
            // Equal numbers must hash alike whichever case holds them.
            if let int = Int(exactly: double) { hasher.combine(int) } else { hasher.combine(double) }
        case .string(let string): hasher.combine(string)
        case .array(let array): hasher.combine(array)
        case .object(let object):
            // Without the order of members, as equality; with their values, or rows of one table would all collide.
            var members = 0
            for (key, value) in object {
                var member = Hasher()
                member.combine(key)
                member.combine(value)
                members ^= member.finalize()
            }
            hasher.combine(members)
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }
    package init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(OrderedDictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

extension Value {
    /// `string`, or `null` where there is none.
    package init(_ string: String?) { self = string.map(Value.string) ?? .null }

    /// `int`, or `null` where there is none.
    package init(_ int: Int?) { self = int.map(Value.int) ?? .null }

    /// `strings` as an array.
    package init(_ strings: [String]) { self = .array(strings.map(Value.string)) }
}
