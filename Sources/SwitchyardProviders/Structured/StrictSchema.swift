import OrderedCollections
import SwitchyardCore

/// OpenAI's strict schemas: a subset of JSON Schema that its models cannot leave.
enum StrictSchema {
    private static let words: Set<String> = [
        "$defs", "$ref", "additionalProperties", "anyOf", "const", "definitions", "description", "enum",
        "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maximum", "minItems", "minimum",
        "multipleOf", "pattern", "properties", "required", "title", "type",
    ]

    /// Whether `schema` can be sent as strict as it stands: of an object, no words that are not in the subset, no
    /// further properties, every property required.
    static func holds(for schema: Value) -> Bool {
        schema["type"] == "object" && schema["anyOf"].isNull && isStrict(schema, depth: 0)
    }

    private static func isStrict(_ schema: Value, depth: Int) -> Bool {
        // OpenAI's own limit is 10 levels of objects.
        guard case .object(let members) = schema, depth < 20, members.keys.allSatisfy(words.contains) else {
            return false
        }
        if schema["type"] == "object" || members["properties"] != nil {
            let names = (members["properties"]?.objectValue ?? [:]).keys
            let required = Set((members["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            guard schema["additionalProperties"] == false, required == Set(names) else { return false }
        }
        if let items = members["items"], !isStrict(items, depth: depth + 1) { return false }
        let inner =
            ["properties", "$defs", "definitions"].flatMap { members[$0]?.objectValue?.values.elements ?? [] }
            + (members["anyOf"]?.arrayValue ?? [])
        return inner.allSatisfy { isStrict($0, depth: depth + 1) }
    }
}
