import OrderedCollections
import SwitchyardCore

/// The part of JSON Schema (draft 2020-12) that the schema of pipelines uses. A word that it does not know is an
/// objection, so that the schema cannot outgrow it.
struct SchemaValidator {
    let root: Value
    /// The properties that values have had so far: `#/$defs/step/properties/run`.
    private(set) var visited: Set<String> = []

    init(_ root: Value) {
        self.root = root
    }

    private static let annotations: Set<String> = ["$schema", "$defs", "title", "description"]

    /// What is wrong with `value`, by its path.
    mutating func objections(to value: Value) -> [String] {
        check(value, root, at: "", schemaPath: "#")
    }

    private mutating func check(_ value: Value, _ schema: Value, at path: String, schemaPath: String) -> [String] {
        guard let schema = schema.objectValue else {
            return schema.boolValue == true ? [] : ["\(path): nothing may stand here"]
        }
        var result: [String] = []
        for (word, rule) in schema where !Self.annotations.contains(word) {
            result += check(value, word, rule, schema, at: path, schemaPath: schemaPath)
        }
        return result
    }

    private mutating func check(
        _ value: Value, _ word: String, _ rule: Value, _ schema: OrderedDictionary<String, Value>, at path: String,
        schemaPath: String
    ) -> [String] {
        switch word {
        case "$ref":
            let name = String((rule.stringValue ?? "").dropFirst("#/$defs/".count))
            return check(value, root["$defs"][name], at: path, schemaPath: "#/$defs/\(name)")
        case "type":
            let types = rule.arrayValue ?? [rule]
            return types.contains { Self.isOf(value, $0.stringValue ?? "") } ? [] : ["\(path): no \(rule.rendered)"]
        case "enum": return rule.arrayValue?.contains(value) == true ? [] : ["\(path): none of \(rule.rendered)"]
        case "const": return value == rule ? [] : ["\(path): not \(rule.rendered)"]
        case "pattern":
            guard let text = value.stringValue, let regex = try? Regex(rule.stringValue ?? "") else { return [] }
            return text.firstMatch(of: regex) == nil ? ["\(path): no match of \(rule.rendered)"] : []
        case "minimum", "maximum", "exclusiveMinimum":
            guard let number = value.doubleValue, let bound = rule.doubleValue else { return [] }
            let isWithin = word == "minimum" ? number >= bound : word == "maximum" ? number <= bound : number > bound
            return isWithin ? [] : ["\(path): \(word) \(bound)"]
        case "items":
            return (value.arrayValue ?? []).enumerated().flatMap { index, element in
                check(element, rule, at: "\(path)[\(index)]", schemaPath: schemaPath + "/items")
            }
        case "properties", "additionalProperties":
            return members(of: value, word, rule, schema, at: path, schemaPath: schemaPath)
        case "required":
            guard let object = value.objectValue else { return [] }
            return (rule.arrayValue ?? []).compactMap { name in
                object[name.stringValue ?? ""] == nil ? "\(path): \(name.rendered) is missing" : nil
            }
        case "dependentRequired":
            guard let object = value.objectValue else { return [] }
            return (rule.objectValue ?? [:]).flatMap { name, needed in
                object[name] == nil
                    ? []
                    : (needed.arrayValue ?? []).filter { object[$0.stringValue ?? ""] == nil }
                        .map { "\(path): \(name) needs \($0.rendered)" }
            }
        case "dependentSchemas":
            guard let object = value.objectValue else { return [] }
            return (rule.objectValue ?? [:]).flatMap { name, inner in
                object[name] == nil ? [] : check(value, inner, at: path, schemaPath: schemaPath)
            }
        case "anyOf":
            let results = (rule.arrayValue ?? []).map { check(value, $0, at: path, schemaPath: schemaPath) }
            return results.contains([]) ? [] : results.min { $0.count < $1.count } ?? []
        case "oneOf":
            let count = (rule.arrayValue ?? []).count { check(value, $0, at: path, schemaPath: schemaPath).isEmpty }
            return count == 1 ? [] : ["\(path): \(count) of the alternatives"]
        default: return ["\(schemaPath): the word `\(word)` is unknown here"]
        }
    }

    private mutating func members(
        of value: Value, _ word: String, _ rule: Value, _ schema: OrderedDictionary<String, Value>, at path: String,
        schemaPath: String
    ) -> [String] {
        let known = schema["properties"]?.objectValue ?? [:]
        var result: [String] = []
        for (name, member) in value.objectValue ?? [:] {
            if word == "properties", let rule = rule.objectValue?[name] {
                visited.insert("\(schemaPath)/properties/\(name)")
                result += check(member, rule, at: "\(path).\(name)", schemaPath: "\(schemaPath)/properties/\(name)")
            } else if word == "additionalProperties", known[name] == nil {
                result += check(member, rule, at: "\(path).\(name)", schemaPath: schemaPath + "/*")
            }
        }
        return result
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
        default: false
        }
    }
}
