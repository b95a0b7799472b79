import SwitchyardCore

extension PipelineReading {
    private static let types = ["object", "array", "string", "number", "integer", "boolean", "null"]

    /// Words of JSON Schema, one of which a schema must have: a map without any is something else.
    private static let keywords: Set<String> = [
        "type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf", "allOf", "not", "$ref", "$defs",
        "prefixItems", "additionalProperties", "patternProperties", "propertyNames", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format",
        "minItems", "maxItems", "uniqueItems", "contains", "minProperties", "maxProperties", "description", "title",
        "default", "examples", "if", "then", "else", "dependentRequired", "dependentSchemas", "$schema", "$id",
        "$anchor", "$comment", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
        "contentSchema", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties", "$dynamicRef",
        "$dynamicAnchor", "$vocabulary",
    ]

    /// A JSON Schema, as far as it can be told without its draft.
    mutating func schema(_ field: Field) -> Value? {
        guard field.node.map != nil else {
            wrongType(field)
            return nil
        }
        checkSchema(field.node, label: field.label)
        return field.node.value
    }

    private mutating func checkSchema(_ node: YAMLNode, label: String) {
        guard let entries = node.map else {
            if node.scalar?.value.boolValue == nil { wrongType(node, label, "a JSON Schema") }
            return
        }
        if !entries.isEmpty, !entries.contains(where: { Self.keywords.contains($0.name) }) {
            report(
                node, "`\(label)` is no JSON Schema: it has no `type`, no `properties`, nor any other of its words",
                hint: "for example `{type: object, properties: {\(entries[0].name): {type: string}}}`")
            return
        }
        if let type = node["type"] { checkType(type, label: label + ".type") }
        for name in ["properties", "patternProperties", "$defs"] {
            guard let map = node[name] else { continue }
            guard let members = map.map else {
                wrongType(map, "\(label).\(name)", "a map of schemas")
                continue
            }
            for member in members { checkSchema(member.value, label: "\(label).\(name).\(member.name)") }
        }
        for name in ["items", "additionalProperties", "not", "contains"] {
            if let schema = node[name] { checkSchema(schema, label: "\(label).\(name)") }
        }
        for name in ["anyOf", "oneOf", "allOf", "prefixItems"] {
            guard let list = node[name] else { continue }
            guard let schemas = list.list else {
                wrongType(list, "\(label).\(name)", "a list of schemas")
                continue
            }
            for (index, schema) in schemas.enumerated() { checkSchema(schema, label: "\(label).\(name)[\(index)]") }
        }
        if let names = node["required"], names.list?.allSatisfy({ $0.scalar?.value.stringValue != nil }) != true {
            wrongType(names, "\(label).required", "a list of names")
        }
        if let values = node["enum"] {
            if values.list == nil { wrongType(values, "\(label).enum", "a list of values") }
            if values.list?.isEmpty == true { report(values, "`\(label).enum` is empty, so that no value fits") }
        }
    }

    private mutating func checkType(_ node: YAMLNode, label: String) {
        for type in node.list ?? [node] {
            guard let name = type.scalar?.value.stringValue, Self.types.contains(name) else {
                let text = type.scalar?.text ?? ""
                report(
                    type, "`\(label)` is none of the types of JSON Schema",
                    hint: NearestName.suggestion(for: text, among: Self.types).map { "did you mean `\($0)`?" }
                        ?? "there are \(Self.types.map { "`\($0)`" }.joined(separator: ", "))")
                continue
            }
        }
    }
}
