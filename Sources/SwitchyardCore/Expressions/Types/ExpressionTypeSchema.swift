import OrderedCollections

extension ExpressionType {
    /// What a JSON Schema says about the values it allows, as far as types go: `type`, `properties`,
    /// `additionalProperties`, `items`, `enum`, `const`, `anyOf` and `oneOf`. What else it says is not read, so that the
    /// type admits too much rather than too little.
    ///
    /// - Parameter takesNamesAsAll: whether an object has no members but those of `properties` where the schema says
    ///   nothing about others, which it then allows.
    package init(schema: Value, takesNamesAsAll: Bool = false) {
        self.init(schema: schema, takesNamesAsAll, depth: 0)
    }

    private init(schema: Value, _ takesNamesAsAll: Bool, depth: Int) {
        guard let object = schema.objectValue, depth < 32 else {
            self = .any
            return
        }
        func type(_ schema: Value) -> ExpressionType {
            ExpressionType(schema: schema, takesNamesAsAll, depth: depth + 1)
        }
        func named(_ name: String) -> ExpressionType {
            name == "object" ? Self.object(object, takesNamesAsAll, type) : Self.named(name, object, type)
        }
        if let constant = object["const"] {
            self = ExpressionType(of: constant)
        } else if let values = object["enum"]?.arrayValue {
            self = .union(of: values.map { ExpressionType(of: $0) })
        } else if let choices = (object["anyOf"] ?? object["oneOf"])?.arrayValue {
            self = .union(of: choices.map(type))
        } else if let name = object["type"]?.stringValue {
            self = named(name)
        } else if let names = object["type"]?.arrayValue {
            self = .union(of: names.map { named($0.stringValue ?? "") })
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
        default: .any
        }
    }

    private static func object(
        _ schema: OrderedDictionary<String, Value>, _ takesNamesAsAll: Bool, _ type: (Value) -> ExpressionType
    ) -> ExpressionType {
        let names = schema["properties"]?.objectValue
        let isSilent = schema["additionalProperties"] == nil && names?.isEmpty == false
        let isClosed = schema["additionalProperties"] == false || takesNamesAsAll && isSilent
        return .object(
            Members((names ?? [:]).mapValues(type), isOpen: !isClosed || schema["patternProperties"] != nil))
    }
}
