import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    /// The step that `node` spells, with placeholders for what cannot be read; nil if it has no id to be known by.
    mutating func step(_ node: YAMLNode, path: String) -> Step? {
        guard !node.isBroken else { return nil }
        guard node.map != nil else {
            report(
                node, "a step is a map of keys, not \(node.described)", hint: "for example `- {id: first, run: echo}`")
            return nil
        }
        let fields = fields(of: node, .step)
        let id = id(fields, of: node)
        if let field = fields["id"] { places.record(path + ".id", at: document.location(field.node)) }
        let allowsRaw = self.allowsRaw(fields)
        let policies = policies(fields, allowsRaw: allowsRaw).inheriting(defaults)
        var step = Step(
            id: id ?? "", location: document.location(node),
            kind: kind(fields, of: node, shell: policies.shell ?? "bash", allowsRaw: allowsRaw, path: path))
        step.name = fields["name"].flatMap { text($0) }
        _ = fields["description"].flatMap { text($0) }
        step.needs = fields["needs"].flatMap { words($0) } ?? []
        step.when = fields["when"].flatMap { condition($0, path: path + ".when") }
        apply(policies, to: &step, path: path)
        return id == nil ? nil : step
    }

    private mutating func id(_ fields: Fields, of node: YAMLNode) -> String? {
        if let field = fields["id"] { return identifier(field) }
        if !fields.hasSlip(of: ["id"]) { missing("id", in: node, hint: "give the step a name: `id: first`") }
        return nil
    }

    private mutating func apply(_ policies: Policies, to step: inout Step, path: String) {
        step.retry = policies.retry ?? .none
        step.timeout = policies.timeout ?? .none
        step.onFailure = policies.onFailure ?? .fail
        step.executionMode = policies.executionMode ?? .concurrent
        step.effect = policies.effect
        step.env = policies.env.mapValues(\.template)
        for (name, variable) in policies.env { record(variable.node, at: "\(path).env.\(name)") }
        if let directory = policies.workingDirectory {
            step.workingDirectory = directory.template
            record(directory.node, at: path + ".working_directory")
        }
    }

    private mutating func allowsRaw(_ fields: Fields) -> Bool {
        guard let field = fields["allow"], let words = words(field) else { return false }
        for word in words where word.value != "raw" {
            diagnostics.append(
                Diagnostic(at: word.location, "`allow` has no permission `\(word.value)`: there is `raw`"))
        }
        return words.contains { $0.value == "raw" }
    }

    /// `when`: an expression, bare or in a hole, or a boolean.
    private mutating func condition(_ field: Field, path: String) -> Expression? {
        record(field.node, at: path)
        guard let scalar = field.node.scalar, !scalar.value.isNull else {
            wrongType(field)
            return nil
        }
        return parsing(field.node) { text throws(ExpressionError) in
            try Expression.parseScalar(text, allowsStatusFunctions: true)
        }
    }

    // MARK: Kinds

    /// Stands for a kind that could not be read.
    private static let placeholder = StepKind.argv([])

    private mutating func kind(
        _ fields: Fields, of node: YAMLNode, shell: String, allowsRaw: Bool, path: String
    ) -> StepKind {
        let present = (node.map ?? []).filter { KeyTable.kinds.contains($0.name) }
        checkCompanions(fields)
        guard !present.isEmpty else {
            if !fields.hasSlip(of: KeyTable.kinds) {
                let names = KeyTable.kinds.filter { KeyTable.step[$0]?.isRunnable == true }.map { "`\($0)`" }
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
            case "run":
                return run(field, shell: shell, allowsRaw: allowsRaw, path: path)
            case "argv": return argv(field, allowsRaw: allowsRaw, path: path)
            default: return tool(field, with: fields["with"], allowsRaw: allowsRaw, path: path)
            }
        }
        return kinds.first ?? Self.placeholder
    }

    private func name(_ fields: Fields) -> String {
        fields["id"]?.node.scalar.map { " `\($0.text)`" } ?? ""
    }

    private mutating func checkCompanions(_ fields: Fields) {
        if let shell = fields["shell"], fields["run"] == nil, !fields.hasSlip(of: ["run"]) {
            report(shell.key, "`shell` belongs to `run`, which this step does not have")
        }
        if let with = fields["with"], fields["tool"] == nil, !fields.hasSlip(of: ["tool"]) {
            report(with.key, "`with` belongs to `tool`, which this step does not have")
        }
    }

    private mutating func run(
        _ field: Field, shell: String, allowsRaw: Bool, path: String
    ) -> StepKind? {
        record(field.node, at: path + ".run")
        guard let script = text(field) else { return nil }
        if script.allSatisfy(\.isWhitespace) { report(field.node, "`run` is empty") }
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
        if nodes.isEmpty { report(field.node, "`argv` is empty", hint: "its first element is the program") }
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
        guard let name = text(field) else { return nil }
        var arguments: OrderedDictionary<String, ValueTemplate> = [:]
        if let with, let entries = map(with) {
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
