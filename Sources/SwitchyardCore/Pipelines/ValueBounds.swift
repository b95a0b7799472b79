/// The least and the most of a value: of a number by value, of a string by characters, of an array by elements.
package struct ValueBounds: Hashable, Sendable {
    package var minimum: Double?
    package var maximum: Double?

    package init(minimum: Double? = nil, maximum: Double? = nil) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// What `value` would have to be, such as `at least 2 elements`; nil if it is within the bounds, or has no size.
    package func objection(to value: Value) -> String? {
        guard let (measure, unit) = Self.measure(value) else { return nil }
        if let minimum, measure < minimum { return "at least \(Self.text(minimum, unit))" }
        if let maximum, measure > maximum { return "at most \(Self.text(maximum, unit))" }
        return nil
    }

    /// The bounds in words, for values of `kind`: `at least 1 character`, `at most 5 characters`.
    package func phrases(for kind: InputDefinition.Kind) -> [String] {
        let unit: String
        switch kind {
        case .integer, .number: unit = ""
        case .string: unit = "character"
        case .array: unit = "element"
        case .boolean, .object, .file, .secret: return []
        }
        let least = minimum.map { "at least \(Self.text($0, unit))" }
        let most = maximum.map { "at most \(Self.text($0, unit))" }
        return [least, most].compactMap { $0 }
    }

    private static func measure(_ value: Value) -> (Double, unit: String)? {
        switch value {
        case .int, .double: value.doubleValue.map { ($0, "") }
        case .string(let text): (Double(text.count), "character")
        case .array(let elements): (Double(elements.count), "element")
        case .null, .bool, .object: nil
        }
    }

    private static func text(_ bound: Double, _ unit: String) -> String {
        // Without `.0`.
        let number = Int(exactly: bound).map(String.init) ?? Value.double(bound).rendered
        return unit.isEmpty ? number : "\(number) \(unit)\(bound == 1 ? "" : "s")"
    }
}
