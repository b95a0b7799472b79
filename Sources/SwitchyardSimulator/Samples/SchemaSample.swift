import OrderedCollections
import SwitchyardCore

/// A value that satisfies a JSON Schema, the same for the same schema and subject.
///
/// Known are types, `enum`, `const`, `$ref` within the schema, `allOf`, `anyOf` and `oneOf` (their first branch),
/// properties, items, bounds, lengths, patterns and the usual formats, and the capital type names of Gemini's subset.
/// Not followed are `not`, `if`, `patternProperties`, `propertyNames` and `unevaluated…`: a schema that lives by
/// them may get a value that does not fit.
struct SchemaSample {
    private let root: Value
    private let subject: String
    private let budget = Budget()
    /// Deeper than this only what must be there is.
    private static let maximumDepth = 6
    /// Behind so many references too: a schema that names itself is as wide as it is deep.
    private static let usualReferences = 2
    /// Behind so many nothing is.
    private static let maximumReferences = 24

    /// How many values may still be made: a schema without any finite value must come to an end as well.
    private final class Budget {
        var left = 20_000
        var isLow: Bool { left < 15_000 }
    }

    /// - Parameter subject: what texts are about.
    init(_ schema: Value, subject: String) {
        root = schema
        self.subject = subject
    }

    var value: Value { value(of: root, Place(name: "answer")) }

    /// Where in the value a schema stands.
    private struct Place {
        var name: String
        var depth = 0
        var references = 0
        /// Tells the elements of a list apart.
        var index = 0

        func member(_ name: String) -> Place { Place(name: name, depth: depth + 1, references: references) }

        func element(_ index: Int) -> Place {
            Place(name: name, depth: depth + 1, references: references, index: index)
        }
    }

    private func value(of given: Value, _ place: Place) -> Value {
        budget.left -= 1
        guard budget.left > 0 else { return .null }
        var place = place
        let schema = resolved(given, &place)
        if !schema["const"].isNull || schema.objectValue?.keys.contains("const") == true { return schema["const"] }
        if let values = schema["enum"].arrayValue, !values.isEmpty {
            let solid = values.filter { !$0.isNull }
            return solid.isEmpty ? .null : solid[place.index % solid.count]
        }
        switch Self.type(of: schema) {
        case "object": return object(schema, place)
        case "array": return array(schema, place)
        case "integer": return NumberSample(schema, isInteger: true).value(place.index)
        case "number": return NumberSample(schema, isInteger: false).value(place.index)
        case "boolean": return .bool(place.index % 2 == 0)
        case "null": return .null
        default: return .string(text(schema, place))
        }
    }

    // MARK: Structure

    /// Whether only what must be there is made.
    private func isDeep(_ place: Place) -> Bool {
        place.depth >= Self.maximumDepth || place.references > Self.usualReferences || budget.isLow
    }

    /// The schema with its reference followed and its parts joined.
    private func resolved(_ given: Value, _ place: inout Place) -> Value {
        var schema = given
        while let reference = schema["$ref"].stringValue {
            place.references += 1
            guard place.references <= Self.maximumReferences, let target = target(of: reference) else {
                return ["type": "null"]
            }
            var rest = schema.objectValue ?? [:]
            rest["$ref"] = nil
            schema = Self.joined(target, .object(rest))
        }
        for part in schema["allOf"].arrayValue ?? [] { schema = Self.joined(schema, resolved(part, &place)) }
        for name in ["anyOf", "oneOf"] {
            let branches = schema[name].arrayValue ?? []
            // Deep inside, a branch that is nothing ends the tree.
            let branch =
                branches.first { (Self.type(of: $0) == "null") == isDeep(place) } ?? branches.first
            if let branch { schema = Self.joined(schema, resolved(branch, &place)) }
        }
        return schema
    }

    private func target(of reference: String) -> Value? {
        guard reference.hasPrefix("#") else { return nil }
        var value = root
        for part in reference.dropFirst().split(separator: "/") {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            if let index = Int(name), let elements = value.arrayValue, elements.indices.contains(index) {
                value = elements[index]
            } else {
                value = value[name]
            }
        }
        return value.isNull ? nil : value
    }

    /// Both schemas at once: members of maps and lists of names joined, the narrower of two bounds.
    private static func joined(_ first: Value, _ second: Value) -> Value {
        guard case .object(var result) = first, case .object(let more) = second else {
            return second.objectValue == nil ? first : second
        }
        for (name, value) in more {
            guard let old = result[name] else {
                result[name] = value
                continue
            }
            switch name {
            case "properties", "$defs":
                result[name] = .object(
                    (old.objectValue ?? [:]).merging(value.objectValue ?? [:]) { joined($0, $1) })
            case "required":
                result[name] = .array(Array(OrderedSet((old.arrayValue ?? []) + (value.arrayValue ?? []))))
            case "minimum", "exclusiveMinimum", "minLength", "minItems":
                result[name] = (old.doubleValue ?? 0) > (value.doubleValue ?? 0) ? old : value
            case "maximum", "exclusiveMaximum", "maxLength", "maxItems":
                result[name] = (old.doubleValue ?? 0) < (value.doubleValue ?? 0) ? old : value
            default: result[name] = value
            }
        }
        return .object(result)
    }

    /// The type, in small letters; the first that is not null of several; guessed where none is said.
    private static func type(of schema: Value) -> String? {
        if let type = schema["type"].stringValue { return type.lowercased() }
        if let types = schema["type"].arrayValue {
            let names = types.compactMap { $0.stringValue?.lowercased() }
            return names.first { $0 != "null" } ?? names.first
        }
        let members = schema.objectValue ?? [:]
        let signs = [
            ("object", ["properties", "required", "additionalProperties", "minProperties"]),
            ("array", ["items", "prefixItems", "minItems", "contains"]),
            ("number", ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]),
        ]
        return signs.first { $0.1.contains { members[$0] != nil } }?.0
    }

    private func object(_ schema: Value, _ place: Place) -> Value {
        let properties = schema["properties"].objectValue ?? [:]
        let required = (schema["required"].arrayValue ?? []).compactMap(\.stringValue)
        let most = schema["maxProperties"].intValue ?? .max
        var optional = most - required.count
        var members = OrderedDictionary<String, Value>()
        for (name, property) in properties {
            if !required.contains(name) {
                guard !isDeep(place), optional > 0, property != .bool(false) else { continue }
                optional -= 1
            }
            members[name] = value(of: property, place.member(name))
        }
        let additional = schema["additionalProperties"]
        for name in required where members[name] == nil { members[name] = value(of: additional, place.member(name)) }
        let least = schema["minProperties"].intValue ?? 0
        var number = 1
        while members.count < least, number <= least * 2 {
            let name = "property_\(number)"
            if members[name] == nil { members[name] = value(of: additional, place.member(name)) }
            number += 1
        }
        return .object(members)
    }

    private func array(_ schema: Value, _ place: Place) -> Value {
        let prefix = schema["prefixItems"].arrayValue ?? []
        let least = schema["minItems"].intValue ?? 0
        let most = schema["maxItems"].intValue ?? .max
        let items = schema["items"]
        let isClosed = items == .bool(false)
        var usual = isDeep(place) ? 0 : isClosed ? prefix.count : max(2, prefix.count)
        if !schema["contains"].isNull { usual = max(usual, 1) }
        var elements: [Value] = []
        for index in 0..<max(min(usual, most), min(least, 10_000)) {
            let inner = index < prefix.count ? prefix[index] : items
            let isContained = index == 0 && prefix.isEmpty && !schema["contains"].isNull
            let element = value(
                of: isContained ? Self.joined(inner, schema["contains"]) : inner, place.element(index))
            let isDouble = schema["uniqueItems"].boolValue == true && elements.contains(element)
            if isDouble, elements.count >= least { break }
            elements.append(element)
        }
        return .array(elements)
    }

    // MARK: Texts

    private func text(_ schema: Value, _ place: Place) -> String {
        let least = schema["minLength"].intValue ?? 0
        let most = schema["maxLength"].intValue ?? .max
        if let pattern = schema["pattern"].stringValue,
            let sample = PatternSample.text(of: pattern, lengths: least...max(least, most))
        {
            return sample
        }
        if let format = schema["format"].stringValue, let sample = Self.sample(of: format, place.index) {
            return sample
        }
        let name = place.name.replacing("_", with: " ")
        var text = "[simulated] \(name)" + (place.index > 0 ? " \(place.index + 1)" : "") + " of: \(subject)"
        if text.count > most { text = String("\(place.index + 1) \(name)".prefix(most)) }
        if text.count < least { text += String(repeating: ".", count: min(least, 1 << 20) - text.count) }
        return text
    }

    private static func sample(of format: String, _ index: Int) -> String? {
        let digit = index % 10
        return switch format {
        case "date-time": "2026-01-0\(digit % 9 + 1)T12:00:00Z"
        case "date": "2026-01-0\(digit % 9 + 1)"
        case "time": "12:00:0\(digit)Z"
        case "duration": "PT\(digit + 1)M"
        case "email", "idn-email": "simulated\(digit)@example.com"
        case "hostname", "idn-hostname": "host\(digit).example.com"
        case "ipv4": "192.0.2.\(digit + 1)"
        case "ipv6": "2001:db8::\(digit + 1)"
        case "uri", "url", "iri": "https://example.com/simulated/\(digit)"
        case "uri-reference", "iri-reference": "/simulated/\(digit)"
        case "uuid": "00000000-0000-4000-8000-00000000000\(digit)"
        case "json-pointer": "/simulated/\(digit)"
        case "regex": "simulated"
        default: nil
        }
    }
}
