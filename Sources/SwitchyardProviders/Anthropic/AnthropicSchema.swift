import OrderedCollections
import SwitchyardCore

/// JSON Schema as Anthropic's structured output takes it: every object closed, no bounds of numbers and lengths. What
/// is left out is checked on the answer.
enum AnthropicSchema {
    private static let dropped: Set<String> = [
        "exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maxProperties", "maximum", "minLength",
        "minProperties", "minimum", "multipleOf", "uniqueItems",
    ]

    static func adapted(_ schema: Value) -> Value { adapted(schema, depth: 0) }

    private static func adapted(_ schema: Value, depth: Int) -> Value {
        guard case .object(let members) = schema, depth < 100 else { return schema }
        var result = OrderedDictionary<String, Value>()
        for (name, value) in members where !dropped.contains(name) {
            switch name {
            case "properties", "$defs", "definitions":
                result[name] = .object((value.objectValue ?? [:]).mapValues { adapted($0, depth: depth + 1) })
            case "items": result[name] = adapted(value, depth: depth + 1)
            // Exactly one of them cannot be asked for, one of them can.
            case "anyOf", "allOf", "oneOf":
                result[name == "oneOf" ? "anyOf" : name] = .array(
                    (value.arrayValue ?? []).map { adapted($0, depth: depth + 1) })
            case "minItems": if let count = value.intValue, count <= 1 { result[name] = value }
            default: result[name] = value
            }
        }
        if schema["type"] == "object" || members["properties"] != nil { result["additionalProperties"] = false }
        return .object(result)
    }
}
