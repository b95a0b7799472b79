import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    /// Stands for a kind that could not be read.
    static let placeholder = StepKind.argv([])

    /// What the step runs.
    mutating func kind(
        _ fields: Fields, of node: YAMLNode, shell: String, allowsRaw: Bool, path: String, prefix: String?
    ) -> StepKind {
        let present = (node.map ?? []).filter { KeyTable.kinds.contains($0.name) }
        guard !present.isEmpty else {
            if !fields.hasSlip(of: KeyTable.kinds) {
                let names = KeyTable.kinds.map { "`\($0)`" }
                report(node, "the step\(name(fields)) does nothing: it needs one of \(names.joined(separator: ", "))")
            }
            return Self.placeholder
        }
        if present.count > 1 {
            let names = present.map { "`\($0.name)`" }
            let list = "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
            report(
                present[1].key, "the step\(name(fields)) has \(list); a step holds exactly one kind",
                hint: "make two steps of it")
        }
        // Every kind is read, so that its own problems are reported at once as well.
        let kinds = present.compactMap { entry -> StepKind? in
            guard let field = fields[entry.name] else { return nil }
            switch entry.name {
            case "run": return run(field, shell: shell, allowsRaw: allowsRaw, path: path)
            case "argv": return argv(field, allowsRaw: allowsRaw, path: path)
            case "tool": return tool(field, with: fields["with"], allowsRaw: allowsRaw, path: path)
            case "prompt", "messages": return .prompt(prompt(field, fields, allowsRaw: allowsRaw, path: path))
            case "agent": return agent(field, allowsRaw: allowsRaw, path: path)
            case "decide": return decide(field, allowsRaw: allowsRaw, path: path)
            case "approval": return approval(field, allowsRaw: allowsRaw, path: path)
            case "wait": return wait(field, path: path)
            case "pipeline": return nested(field, allowsRaw: allowsRaw, path: path)
            default: return .group(steps(field, path: path + ".steps", prefix: prefix))
            }
        }
        if present.contains(where: { $0.name == "messages" }), let field = fields["messages"] {
            places.recordKey(path + ".prompt", at: document.location(field.key))
        }
        return kinds.first ?? Self.placeholder
    }

    private func name(_ fields: Fields) -> String {
        fields["id"]?.node.scalar.map { " `\($0.text)`" } ?? ""
    }

    private mutating func run(
        _ field: Field, shell: String, allowsRaw: Bool, path: String
    ) -> StepKind? {
        record(field.node, at: path + ".run")
        guard let script = text(field) else { return nil }
        if script.allSatisfy(\.isWhitespace) { report(field.node, "`\(field.label)` is empty") }
        return parsing(field.node, recovers: true) { text throws(ExpressionError) in
            try ShellTemplate.parse(text, shell: shell, allowsRaw: allowsRaw)
        }.map { .run($0, shell: shell) }
    }

    private mutating func argv(_ field: Field, allowsRaw: Bool, path: String) -> StepKind? {
        guard let nodes = field.node.list else {
            let words = field.node.scalar?.value.stringValue?.split(separator: " ").joined(separator: ", ")
            wrongType(field, hint: words.map { "write `argv: [\($0)]`, or use `run` for a shell" })
            return nil
        }
        if nodes.isEmpty { report(field.node, "`\(field.label)` is empty", hint: "its first element is the program") }
        var arguments: [Template] = []
        for (index, node) in nodes.enumerated() {
            record(node, at: "\(path).argv[\(index)]")
            // An argument is text whatever it looks like: `-n` and `10` are passed as they are written.
            guard let scalar = node.scalar, !scalar.value.isNull else {
                wrongType(
                    node, "\(field.label)[\(index)]", KeyType.text.phrase,
                    hint: node.scalar == nil ? nil : "quote it: \(YAMLTrap.quoted(node.scalar?.text ?? ""))")
                continue
            }
            arguments.append(template(node, allowsRaw: allowsRaw) ?? Template(literal: ""))
        }
        return .argv(arguments)
    }

    private mutating func tool(_ field: Field, with: Field?, allowsRaw: Bool, path: String) -> StepKind? {
        record(field.node, at: path + ".tool")
        guard let name = name(field) else { return nil }
        var arguments: OrderedDictionary<String, ValueTemplate> = [:]
        if let with, let entries = map(with) {
            record(with.node, at: path + ".with")
            let parameters = tools.tool(named: name)?.parameters ?? []
            for entry in entries {
                let path = "\(path).with.\(entry.name)"
                places.recordKey(path, at: document.location(entry.key))
                let sink = parameters.first { $0.name == entry.name }?.sink ?? .data
                arguments[entry.name] = argument(entry.value, sink: sink, allowsRaw: allowsRaw, path: path)
            }
            bindSQL(entries, parameters: parameters, arguments: &arguments, allowsRaw: allowsRaw, path: path + ".with")
        }
        return .tool(name: name, with: .object(arguments))
    }
}
