import OrderedCollections
import SwitchyardCore

/// The tools of a step as its model calls them: providers take no points in names.
struct ModelToolNames {
    private let tools: OrderedDictionary<String, any Tool>

    /// - Parameter names: as the registry has them; one that it has not is left out.
    init(_ names: [String], in catalog: any ToolCatalog) {
        var tools: OrderedDictionary<String, any Tool> = [:]
        for name in names {
            guard let tool = catalog.tool(named: name) else { continue }
            tools[Self.spelled(name)] = tool
        }
        self.tools = tools
    }

    var all: [String] { Array(tools.keys) }

    func tool(called name: String) -> (any Tool)? { tools[name] }

    var definitions: [ToolDefinition] {
        tools.map { name, tool in
            ToolDefinition(name: name, description: tool.summary, parameters: tool.parameterSchema)
        }
    }

    /// `file_read` for `file.read`.
    private static func spelled(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar in
                let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isPlain || scalar == "_" || scalar == "-" ? Character(scalar) : "_"
            }.prefix(64))
    }
}

extension Tool {
    /// The JSON Schema of its arguments.
    fileprivate var parameterSchema: Value {
        var properties: OrderedDictionary<String, Value> = [:]
        for parameter in parameters {
            var schema: OrderedDictionary<String, Value> = ["description": .string(parameter.summary)]
            if parameter.kind != .any { schema["type"] = .string(parameter.kind.rawValue) }
            if let allowed = parameter.allowed { schema["enum"] = .array(allowed) }
            properties[parameter.name] = .object(schema)
        }
        return [
            "type": "object", "properties": .object(properties),
            "required": Value(parameters.filter(\.isRequired).map(\.name)), "additionalProperties": false,
        ]
    }
}
