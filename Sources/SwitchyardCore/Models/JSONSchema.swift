import OrderedCollections

/// Checks values against JSON Schemas: the answers of models, the arguments of their calls.
///
/// Of 2020-12 it knows the types, `enum`, `const`, all bounds of numbers, texts, arrays and objects, `pattern` as far as
/// ``InputPattern`` reads it, `properties`, `required`, `additionalProperties`, `items`, `prefixItems`, `anyOf`,
/// `oneOf`, `allOf`, `not` and references into the same schema. What it does not know, it lets pass; nothing is ever
/// fetched.
package enum JSONSchema {
    /// What is wrong with a value.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Where, as `$.items[2].name`.
        package var path: String
        /// The end of a sentence that starts with the place: `must be a string`.
        package var message: String

        package init(_ path: String, _ message: String) {
            self.path = path
            self.message = message
        }

        package var description: String { "\(path) \(message)" }
    }

    /// What is wrong with `value`; empty if it fits.
    package static func problems(of value: Value, against schema: Value) -> [Problem] {
        var check = SchemaCheck(root: schema)
        return check.problems(value, schema, at: "$", depth: 0)
    }
}

private struct SchemaCheck {
    let root: Value
    /// How many schemas may still be looked at: references let a small schema ask for any amount of work.
    private var work = 200_000
    /// How deep schemas may stand in each other; references may go in circles.
    private static let maximumDepth = 200

    init(root: Value) {
        self.root = root
    }

    mutating func problems(_ value: Value, _ schema: Value, at path: String, depth: Int) -> [JSONSchema.Problem] {
        if schema == false { return [.init(path, "is not allowed")] }
        guard case .object(let words) = schema, depth < Self.maximumDepth, work > 0 else { return [] }
        work -= 1
        var problems: [JSONSchema.Problem] = []
        if let type = words["type"] {
            let types = type.arrayValue ?? [type]
            guard types.contains(where: { Self.isOf(value, $0.stringValue ?? "") }) else {
                let names = types.map { Self.article($0.rendered) }.joined(separator: " or ")
                return [.init(path, "must be \(names), not \(Self.article(value.typeName))")]
            }
        }
        if let allowed = words["enum"]?.arrayValue, !allowed.contains(value) {
            problems.append(.init(path, "must be one of \(allowed.map { JSON.text(of: $0) }.joined(separator: ", "))"))
        }
        if let constant = words["const"], value != constant {
            problems.append(.init(path, "must be \(JSON.text(of: constant))"))
        }
        problems += Self.bounds(value, words).map { .init(path, $0) }
        if case .object(let members) = value { problems += self.members(members, words, at: path, depth: depth) }
        if case .array(let elements) = value { problems += self.elements(elements, words, at: path, depth: depth) }
        return problems + combinations(value, words, at: path, depth: depth)
    }

    private mutating func members(
        _ members: OrderedDictionary<String, Value>, _ words: OrderedDictionary<String, Value>, at path: String,
        depth: Int
    ) -> [JSONSchema.Problem] {
        var problems: [JSONSchema.Problem] = []
        for name in (words["required"]?.arrayValue ?? []).compactMap(\.stringValue) where members[name] == nil {
            problems.append(.init(path, "must have `\(name)`"))
        }
        let known = words["properties"]?.objectValue ?? [:]
        for (name, member) in members {
            let place = "\(path).\(name)"
            if let schema = known[name] {
                problems += self.problems(member, schema, at: place, depth: depth + 1)
            } else if let others = words["additionalProperties"], words["patternProperties"] == nil {
                if others == false {
                    problems.append(.init(path, "must not have `\(name)`"))
                } else {
                    problems += self.problems(member, others, at: place, depth: depth + 1)
                }
            }
        }
        return problems
    }

    private mutating func elements(
        _ elements: [Value], _ words: OrderedDictionary<String, Value>, at path: String, depth: Int
    ) -> [JSONSchema.Problem] {
        let first = words["prefixItems"]?.arrayValue ?? []
        var problems: [JSONSchema.Problem] = []
        for (index, element) in elements.enumerated() {
            guard let schema = index < first.count ? first[index] : words["items"] else { continue }
            problems += self.problems(element, schema, at: "\(path)[\(index)]", depth: depth + 1)
        }
        if words["uniqueItems"] == true, Set(elements).count < elements.count {
            problems.append(.init(path, "must not have an element twice"))
        }
        return problems
    }

    private mutating func combinations(
        _ value: Value, _ words: OrderedDictionary<String, Value>, at path: String, depth: Int
    ) -> [JSONSchema.Problem] {
        var problems: [JSONSchema.Problem] = []
        for schema in words["allOf"]?.arrayValue ?? [] {
            problems += self.problems(value, schema, at: path, depth: depth + 1)
        }
        for word in ["anyOf", "oneOf"] {
            guard let schemas = words[word]?.arrayValue, !schemas.isEmpty else { continue }
            var results: [[JSONSchema.Problem]] = []
            for schema in schemas { results.append(self.problems(value, schema, at: path, depth: depth + 1)) }
            let fitting = results.count { $0.isEmpty }
            if fitting == 0 {
                // The alternative that was missed by least is the one that was meant.
                problems += results.min { $0.count < $1.count } ?? []
            } else if word == "oneOf", fitting > 1 {
                problems.append(.init(path, "fits \(fitting) of the alternatives, and must fit one"))
            }
        }
        if let schema = words["not"], self.problems(value, schema, at: path, depth: depth + 1).isEmpty, work > 0 {
            problems.append(.init(path, "is one of the values that are not allowed"))
        }
        if let reference = words["$ref"]?.stringValue, let schema = target(of: reference) {
            problems += self.problems(value, schema, at: path, depth: depth + 1)
        }
        return problems
    }

    /// The schema that `#/$defs/name` names; nil if there is none, or it is elsewhere.
    private func target(of reference: String) -> Value? {
        guard reference.hasPrefix("#") else { return nil }
        var schema = root
        for step in reference.dropFirst().split(separator: "/") {
            let name = String(step).replacing("~1", with: "/").replacing("~0", with: "~")
            if let elements = schema.arrayValue {
                guard let index = Int(name), elements.indices.contains(index) else { return nil }
                schema = elements[index]
            } else {
                guard let member = schema.objectValue?[name] else { return nil }
                schema = member
            }
        }
        return schema
    }

    // MARK: Bounds

    private static func bounds(_ value: Value, _ words: OrderedDictionary<String, Value>) -> [String] {
        var problems: [String] = []
        func bound(_ word: String) -> Double? { words[word]?.doubleValue }
        func shown(_ word: String) -> String { words[word]?.rendered ?? "" }
        if let number = value.doubleValue {
            if let least = bound("minimum"), number < least { problems.append("must be at least \(shown("minimum"))") }
            if let most = bound("maximum"), number > most { problems.append("must be at most \(shown("maximum"))") }
            if let least = bound("exclusiveMinimum"), number <= least {
                problems.append("must be more than \(shown("exclusiveMinimum"))")
            }
            if let most = bound("exclusiveMaximum"), number >= most {
                problems.append("must be less than \(shown("exclusiveMaximum"))")
            }
            if let step = bound("multipleOf"), step > 0, number.isFinite,
                abs((number / step).rounded() * step - number) > step * 1e-9
            {
                problems.append("must be a multiple of \(shown("multipleOf"))")
            }
        }
        func count(_ count: Int, _ least: String, _ most: String, _ what: String) {
            if let bound = bound(least), Double(count) < bound {
                problems.append("must have at least \(shown(least)) \(what), not \(count)")
            }
            if let bound = bound(most), Double(count) > bound {
                problems.append("must have at most \(shown(most)) \(what), not \(count)")
            }
        }
        if let text = value.stringValue {
            count(text.unicodeScalars.count, "minLength", "maxLength", "characters")
            if let pattern = words["pattern"]?.stringValue, !matches(text, pattern) {
                problems.append("must match the pattern \(pattern)")
            }
        }
        if let elements = value.arrayValue { count(elements.count, "minItems", "maxItems", "elements") }
        if let members = value.objectValue { count(members.count, "minProperties", "maxProperties", "members") }
        return problems
    }

    /// Whether `pattern` is found in `text`; true for a pattern that is not understood.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard text.count <= InputPattern.maximumTextLength,
            let found = try? InputPattern("[\\s\\S]*(?:\(pattern))[\\s\\S]*")
        else { return true }
        return found.matches(text)
    }

    private static func isOf(_ value: Value, _ type: String) -> Bool {
        switch type {
        case "string": value.stringValue != nil
        case "boolean": value.boolValue != nil
        case "integer": value.intValue != nil
        case "number": value.doubleValue != nil
        case "array": value.arrayValue != nil
        case "object": value.objectValue != nil
        case "null": value.isNull
        // A type that does not exist says nothing.
        default: true
        }
    }

    private static func article(_ type: String) -> String {
        switch type {
        case "null": "null"
        case "array", "integer", "object": "an \(type)"
        default: "a \(type)"
        }
    }
}
