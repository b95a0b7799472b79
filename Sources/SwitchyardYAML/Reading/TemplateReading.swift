import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    /// Records the place of `node` and of its characters under `path`.
    mutating func record(_ node: YAMLNode, at path: String) { record(placed(node), at: path) }

    mutating func record(_ placed: PlacedNode, at path: String) {
        guard placed.node.scalar != nil else { return places.record(path, at: placed.location) }
        places.record(path, at: placed.location) { placed.document.location(placed.node, character: $0) }
    }

    /// What `parse` makes of the text of `node`; its errors become diagnostics at the characters they speak of.
    ///
    /// - Parameter recovers: whether a hole with an error is blanked, so that the next one is found as well and the
    ///   references of the others are checked. The result is then good for nothing else.
    @discardableResult
    mutating func parsing<Result>(
        _ node: YAMLNode, recovers: Bool = false, _ parse: (String) throws(ExpressionError) -> Result
    ) -> Result? {
        var text = node.scalar?.text ?? ""
        for _ in 0..<Self.maximumHoleErrors {
            do throws(ExpressionError) {
                return try parse(text)
            } catch {
                diagnostics.append(
                    Diagnostic(at: document.location(node, character: error.offset), error.message, hint: error.hint))
                guard recovers, let rest = Self.blanking(holeAt: error.offset, in: text) else { return nil }
                text = rest
            }
        }
        return nil
    }

    private static let maximumHoleErrors = 20

    /// `text` with spaces in place of the hole around the character at `offset`; nil if there is none.
    private static func blanking(holeAt offset: Int, in text: String) -> String? {
        var characters = Array(text)
        var start = min(offset + 1, characters.count - 2)
        while start >= 0, characters[start] != "{" || characters[start + 1] != "{" { start -= 1 }
        guard start >= 0 else { return nil }
        var end = max(offset, start + 2)
        while end + 1 < characters.count, characters[end] != "}" || characters[end + 1] != "}" { end += 1 }
        guard end + 1 < characters.count else { return nil }
        if start > 0, characters[start - 1] == "$" { start -= 1 }
        for index in start...(end + 1) { characters[index] = " " }
        return String(characters)
    }

    mutating func template(_ node: YAMLNode, allowsRaw: Bool = false) -> Template? {
        parsing(node, recovers: true) { text throws(ExpressionError) in
            try Template.parse(text, allowsRaw: allowsRaw)
        }
    }

    /// A tree of templates; every scalar keeps its type. Where a template cannot be read, something without a value
    /// that anybody knows stands in its place.
    ///
    /// - Parameter readsDataFlow: whether `{step.data.field}` is a reference, as under `with`.
    mutating func valueTemplate(
        _ node: YAMLNode, allowsRaw: Bool = false, readsDataFlow: Bool = false, path: String
    ) -> ValueTemplate {
        record(node, at: path)
        if node.isBroken { return Self.unknown }
        switch node.content {
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value else { return .literal(scalar.value) }
            if readsDataFlow, let reference = dataFlow(text) { return .stepField(reference) }
            return template(node, allowsRaw: allowsRaw).map { .text($0) } ?? Self.unknown
        case .list(let elements):
            return .array(
                elements.enumerated().map {
                    valueTemplate(
                        $0.element, allowsRaw: allowsRaw, readsDataFlow: readsDataFlow, path: "\(path)[\($0.offset)]")
                })
        case .map(let entries):
            if readsDataFlow, let trap = unquotedDataFlow(node) {
                diagnostics.append(trap)
                return Self.unknown
            }
            var members: OrderedDictionary<String, ValueTemplate> = [:]
            for entry in entries {
                members[entry.name] = valueTemplate(
                    entry.value, allowsRaw: allowsRaw, readsDataFlow: readsDataFlow, path: "\(path).\(entry.name)")
            }
            return .object(members)
        }
    }

    /// Stands for a template that could not be read: no rule finds anything in it.
    private static let unknown = ValueTemplate.stepField(Reference(root: .steps, path: []))

    private func dataFlow(_ text: String) -> Reference? {
        guard let reference = ValueTemplate.dataFlowReference(text), let id = reference.stepID, stepIDs.contains(id)
        else { return nil }
        return reference
    }

    /// `{a.data.b}` without quotes, which YAML reads as a map with an empty value.
    private func unquotedDataFlow(_ node: YAMLNode) -> Diagnostic? {
        guard node.isFlow, let entries = node.map, entries.count == 1, entries[0].value.scalar?.isEmpty == true,
            dataFlow("{\(entries[0].name)}") != nil
        else { return nil }
        let form = "{\(entries[0].name)}"
        return Diagnostic(
            at: document.location(node), "`\(form)` without quotes is a YAML map, not a reference",
            hint: "quote it: \(YAMLTrap.quoted(form))")
    }

    /// An argument of a tool, treated as the place it lands in demands.
    mutating func argument(
        _ node: YAMLNode, sink: ToolParameter.Sink, allowsRaw: Bool, path: String
    ) -> ValueTemplate {
        let value = valueTemplate(node, allowsRaw: allowsRaw, readsDataFlow: true, path: path)
        switch sink {
        case .data, .path, .sql: return value
        case .headers:
            checkHeaders(node, value)
            return value
        case .url, .json:
            guard case .text(let template) = value, template.literalText == nil else { return value }
            let isURL = sink == .url
            let rewritten = parsing(node) { _ throws(ExpressionError) in
                isURL ? try URLTemplate.encodingHoles(of: template) : try JSONTemplate.encodingHoles(of: template)
            }
            guard let rewritten else { return Self.unknown }
            // Text that is no JSON stays as it is.
            guard let rewritten else { return value }
            record(node, at: path, rewritten: rewritten)
            return .text(rewritten.template)
        }
    }

    /// Reports the fields whose text no request can hold, whatever their holes bring.
    private mutating func checkHeaders(_ node: YAMLNode, _ value: ValueTemplate) {
        switch value {
        case .literal, .stepField: break
        case .text(let template):
            parsing(node) { _ throws(ExpressionError) in try HeaderTemplate.check(template) }
        case .array(let elements):
            for (node, element) in zip(node.list ?? [], elements) { checkHeaders(node, element) }
        case .object(let members):
            for entry in node.map ?? [] {
                if let member = members[entry.name] { checkHeaders(entry.value, member) }
            }
        }
    }

    private mutating func record(_ node: YAMLNode, at path: String, rewritten template: RewrittenTemplate) {
        let document = document
        places.record(path, at: document.location(node)) {
            $0 == 0 ? document.location(node) : document.location(node, character: template.original($0))
        }
    }

    /// Makes the holes of SQL text bound parameters.
    mutating func bindSQL(
        _ entries: [YAMLEntry], parameters: [ToolParameter],
        arguments: inout OrderedDictionary<String, ValueTemplate>, allowsRaw: Bool, path: String
    ) {
        for parameter in parameters where parameter.sink == .sql {
            guard let node = entries.first(where: { $0.name == parameter.name })?.value,
                let template = arguments[parameter.name]
            else { continue }
            if case .stepField(let reference) = template, reference.stepID != nil {
                report(node, "the text of `\(parameter.name)` must stand in the file, not come from a step")
            }
            guard case .text(let text) = template, text.literalText == nil else { continue }
            if text.parts.count == 1, text.expressions.first?.isRaw == false {
                report(
                    node, "the text of `\(parameter.name)` must stand in the file: a hole is a parameter of it",
                    hint: "write the statement here, with holes for its values")
                continue
            }
            guard let statement = parsing(node, { _ throws(ExpressionError) in try SQLTemplate(text) }) else {
                arguments[parameter.name] = Self.unknown
                continue
            }
            arguments[parameter.name] = .text(statement.text.template)
            record(node, at: "\(path).\(parameter.name)", rewritten: statement.text)
            bind(
                statement.parameters, of: node, to: parameter.name, entries: entries, arguments: &arguments, path: path)
        }
    }

    private mutating func bind(
        _ values: [RewrittenTemplate], of node: YAMLNode, to name: String, entries: [YAMLEntry],
        arguments: inout OrderedDictionary<String, ValueTemplate>, path: String
    ) {
        guard !values.isEmpty else { return }
        if let given = entries.first(where: { $0.name == "parameters" }) {
            report(
                given.key,
                "`\(name)` has holes, which are its parameters; a list of parameters cannot be given as well",
                hint: "write `?` in place of the holes, or remove `parameters`")
            return
        }
        for (index, value) in values.enumerated() {
            let document = document
            places.record("\(path).parameters[\(index)]", at: document.location(node)) {
                document.location(node, character: value.original($0))
            }
        }
        arguments["parameters"] = .array(values.map { .text($0.template) })
    }
}
