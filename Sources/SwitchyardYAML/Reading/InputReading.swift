import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    mutating func inputs(_ field: Field) -> OrderedDictionary<String, InputDefinition> {
        var inputs: OrderedDictionary<String, InputDefinition> = [:]
        for entry in map(field) ?? [] {
            let isName = entry.name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-")
            }
            if !isName || entry.name.isEmpty {
                report(entry.key, "the name of an input is made of letters, digits, `_` and `-`")
            }
            inputs[entry.name] = input(entry)
        }
        return inputs
    }

    private mutating func input(_ entry: YAMLEntry) -> InputDefinition {
        let label = "inputs.\(entry.name)"
        var definition = InputDefinition(kind: .string, location: document.location(entry.key))
        guard entry.value.map != nil else {
            // The short form: `host: string`.
            if let type = KeyTable.input["type"]?.type, entry.value.scalar?.isEmpty == false {
                let field = Field(label: label, type: type, key: entry.key, node: entry.value)
                definition.kind = kind(field) ?? .string
            } else {
                wrongType(
                    entry.value, label, "a type or a map of keys", hint: "for example `\(entry.name): string`")
            }
            definition.isRequired = true
            return definition
        }
        let fields = fields(of: entry.value, .input, prefix: label + ".")
        if let type = fields["type"] { definition.kind = kind(type) ?? .string }
        definition.description = fields["description"].flatMap { text($0) }
        readBounds(fields, into: &definition)
        definition.isRequired =
            fields["required"].flatMap { boolean($0) } ?? (fields["default"] == nil || definition.kind == .secret)
        if let field = fields["default"] { readDefault(field, into: &definition, isTyped: fields["type"] != nil) }
        return definition
    }

    private mutating func kind(_ field: Field) -> InputDefinition.Kind? {
        choice(field).flatMap(InputDefinition.Kind.init)
    }

    private mutating func readBounds(_ fields: Fields, into definition: inout InputDefinition) {
        let kind = definition.kind
        if kind == .secret {
            for name in ["pattern", "enum", "min", "max"] {
                guard let field = fields[name] else { continue }
                report(field.key, "`\(name)` is not for secrets, of which nothing stands in a file")
            }
            return
        }
        if let field = fields["pattern"], let pattern = text(field) {
            if kind != .string, kind != .file {
                report(field.key, "`pattern` is for text, and the input is \(kind.phrase)")
            } else {
                do throws(InputPattern.Problem) {
                    _ = try InputPattern(pattern)
                    definition.pattern = pattern
                } catch {
                    diagnostics.append(
                        Diagnostic(
                            at: document.location(field.node, character: error.offset),
                            "`\(field.label)` is no regular expression: \(error.message)"))
                }
            }
        }
        for name in ["min", "max"] {
            guard let field = fields[name] else { continue }
            guard [.integer, .number, .string, .array].contains(kind) else {
                report(field.key, "`\(name)` is for numbers, text and arrays, and the input is \(kind.phrase)")
                continue
            }
            guard let bound = number(field) else { continue }
            if name == "min" { definition.minimum = bound } else { definition.maximum = bound }
        }
        if let minimum = definition.minimum, let maximum = definition.maximum, minimum > maximum,
            let field = fields["max"]
        {
            report(field.node, "`\(field.label)` is less than `min`, so that no value fits")
        }
        guard let field = fields["enum"] else { return }
        guard let nodes = field.node.list else { return wrongType(field) }
        if nodes.isEmpty { return report(field.node, "`\(field.label)` is empty, so that no value fits") }
        var probe = definition
        probe.allowed = nil
        for (index, node) in nodes.enumerated() {
            if let objection = InputResolver.objection(to: node.value, as: probe) {
                report(node, "`\(field.label)[\(index)]` \(objection), not \(described(node))")
            }
        }
        definition.allowed = nodes.map(\.value)
    }

    private mutating func readDefault(_ field: Field, into definition: inout InputDefinition, isTyped: Bool) {
        let value = field.node.value
        if value.isNull {
            report(
                field.node, "`\(field.label)` is empty",
                hint: "for an input that may be left out, write `required: false`")
            return
        }
        if definition.kind == .secret {
            let text = value.stringValue ?? ""
            let isPlace = ["env:", "file:"].contains { text.hasPrefix($0) && text.count > $0.count }
            guard isPlace else {
                return report(
                    field.node, "`\(field.label)` of a secret is the place it is read from, never its value",
                    hint: "write `env:NAME` or `file:PATH`")
            }
        }
        // Without a type there is nothing to hold it against.
        if isTyped, let objection = InputResolver.objection(to: value, as: definition) {
            report(field.node, "`\(field.label)` \(objection), not \(described(field.node))")
        }
        definition.defaultValue = value
    }

    /// A value in a message: itself if it is short.
    private func described(_ node: YAMLNode) -> String {
        guard let scalar = node.scalar, !scalar.isEmpty else { return node.described }
        let text = JSON.text(of: scalar.value)
        return text.count <= 40 ? text : node.described
    }
}
