import OrderedCollections

extension ExpressionType {
    /// What a JSON Schema says about the values it allows, as far as types go: `type`, `properties`,
    /// `additionalProperties`, `items`, `enum`, `const`, `anyOf` and `oneOf`. What else it says is not read, so that the
    /// type admits too much rather than too little.
    package init(schema: Value) {
        self.init(schema: schema, depth: 0)
    }

    private init(schema: Value, depth: Int) {
        guard let object = schema.objectValue, depth < 32 else {
            self = .any
            return
        }
        func type(_ schema: Value) -> ExpressionType { ExpressionType(schema: schema, depth: depth + 1) }
        if let constant = object["const"] {
            self = ExpressionType(of: constant)
        } else if let values = object["enum"]?.arrayValue {
            self = .union(of: values.map { ExpressionType(of: $0) })
        } else if let choices = (object["anyOf"] ?? object["oneOf"])?.arrayValue {
            self = .union(of: choices.map(type))
        } else if let name = object["type"]?.stringValue {
            self = Self.named(name, object, type)
        } else if let names = object["type"]?.arrayValue {
            self = .union(of: names.map { Self.named($0.stringValue ?? "", object, type) })
        } else {
            self = .any
        }
    }

    private static func named(
        _ name: String, _ schema: OrderedDictionary<String, Value>, _ type: (Value) -> ExpressionType
    ) -> ExpressionType {
        switch name {
        case "null": .null
        case "boolean": .boolean
        case "integer": .integer
        case "number": .number
        case "string": .string()
        case "array": .array(of: type(schema["prefixItems"] == nil ? schema["items"] ?? .null : .null))
        case "object":
            .object(
                Members(
                    (schema["properties"]?.objectValue ?? [:]).mapValues(type),
                    isOpen: schema["additionalProperties"] != false || schema["patternProperties"] != nil))
        default: .any
        }
    }
}
