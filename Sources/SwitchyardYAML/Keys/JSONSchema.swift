import OrderedCollections
package import SwitchyardCore

extension KeyTable {
    /// The JSON Schema (draft 2020-12) of a file of `level`, for editors: what they complete, explain and underline.
    ///
    /// It says what can be said of a key alone, and which keys go together. References, cycles and what is inherited
    /// are the reader's.
    package static func jsonSchema(of level: KeyLevel = .pipeline) -> Value {
        var levels: OrderedSet<KeyLevel> = []
        var open = [level]
        while let next = open.popLast() {
            let inner = Set(of(next).keys.flatMap(\.type.levels)).subtracting(levels)
            open += inner
            levels.formUnion(inner)
        }
        var schema: OrderedDictionary<String, Value> = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": .string(level == .pipeline ? "Switchyard pipeline, version 1" : "Switchyard: \(of(level).level)"),
        ]
        schema.merge(of(level).objectSchema) { $1 }
        let definitions = levels.sorted { $0.rawValue < $1.rawValue }.map {
            ($0.rawValue, Value.object(of($0).objectSchema))
        }
        schema["$defs"] = .object(OrderedDictionary(uniqueKeysWithValues: definitions))
        return .object(schema)
    }

    /// The schema of a map with these keys.
    private var objectSchema: OrderedDictionary<String, Value> {
        var schema: OrderedDictionary<String, Value> = ["type": "object"]
        var properties: OrderedDictionary<String, Value> = [:]
        var (single, several): (OrderedDictionary<String, Value>, OrderedDictionary<String, Value>) = ([:], [:])
        for key in keys {
            var property: OrderedDictionary<String, Value> = ["description": .string(key.summary)]
            property.merge(key.type.schema) { $1 }
            properties[key.name] = .object(property)
            if key.companions.count == 1 {
                single[key.name] = .array(key.companions.map(Value.string))
            } else if !key.companions.isEmpty {
                several[key.name] = ["anyOf": .array(key.companions.map { ["required": [.string($0)]] })]
            }
        }
        schema["properties"] = .object(properties)
        schema["additionalProperties"] = false
        let required = keys.filter(\.isRequired).map { Value.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if !alternatives.isEmpty { schema["oneOf"] = .array(alternatives.map { ["required": [.string($0)]] }) }
        if !single.isEmpty { schema["dependentRequired"] = .object(single) }
        if !several.isEmpty { schema["dependentSchemas"] = .object(several) }
        return schema
    }
}

extension KeyType {
    /// The levels whose maps may stand here or below.
    fileprivate var levels: [KeyLevel] {
        switch self {
        case .table(let level): [level]
        case .either(let types): types.flatMap(\.levels)
        case .list(let type, _), .map(let type, _): type.levels
        case .text, .word, .identifier, .boolean, .integer, .number, .dollars, .duration, .expression, .choice,
            .version, .anything, .schema, .words:
            []
        }
    }

    /// A number with a unit, several after each other, as `1m30s`.
    private static let durationPattern = #"^(([0-9]+(\.[0-9]+)?|\.[0-9]+)(ms|s|m|h|d))+$"#

    fileprivate var schema: OrderedDictionary<String, Value> {
        switch self {
        case .text: ["type": "string"]
        case .word: ["type": ["string", "number", "boolean"]]
        // `id: 7` is an id as well.
        case .identifier: ["type": ["string", "integer"], "pattern": "^[a-z0-9][a-z0-9_-]*$"]
        case .boolean: ["type": "boolean"]
        case .integer(let minimum): ["type": "integer", "minimum": .int(minimum)]
        case .number(let minimum, let maximum): Self.numberSchema(minimum, maximum)
        case .dollars: ["type": "number", "exclusiveMinimum": 0]
        case .duration: ["type": "string", "pattern": .string(Self.durationPattern)]
        case .expression: ["type": ["string", "boolean", "number"]]
        case .choice(let words): ["enum": .array(words.map(Value.string))]
        case .version: ["const": 1]
        case .anything: [:]
        case .schema: ["type": "object"]
        case .list(let type, _): ["type": "array", "items": .object(type.schema)]
        case .words:
            ["type": ["array", "string", "number", "boolean"], "items": .object(KeyType.word.schema)]
        case .map(let type, _): ["type": "object", "additionalProperties": .object(type.schema)]
        case .table(let level): ["$ref": .string("#/$defs/\(level.rawValue)")]
        case .either(let types): ["anyOf": .array(types.map { .object($0.schema) })]
        }
    }

    private static func numberSchema(_ minimum: Double?, _ maximum: Double?) -> OrderedDictionary<String, Value> {
        var schema: OrderedDictionary<String, Value> = ["type": "number"]
        if let minimum { schema["minimum"] = number(minimum) }
        if let maximum { schema["maximum"] = number(maximum) }
        return schema
    }

    private static func number(_ number: Double) -> Value { Int(exactly: number).map(Value.int) ?? .double(number) }
}
