import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    mutating func foreach(_ field: Field, path: String) -> Foreach? {
        guard field.node.map != nil else {
            return elements(field, path: path + ".items").map { Foreach(elements: .items($0)) }
        }
        guard let fields = fields(of: field, path: path) else { return nil }
        let maxParallel = fields["max_parallel"].flatMap { integer($0) }
        let failFast = fields["fail_fast"].flatMap { boolean($0) } ?? true
        var key: Template?
        if let field = fields["key"] {
            record(field.node, at: path + ".key")
            key = template(field)
            if let text = key?.literalText {
                report(
                    field.node, "`\(field.label)` is `\(text)` for every item", hint: "for example `${{ item.name }}`")
            }
        }
        guard let way = alternative(fields, of: field) else { return nil }
        let elements: Foreach.Elements
        if way.key.scalar?.text == "items" {
            guard let items = self.elements(way, path: path + ".items") else { return nil }
            elements = .items(items)
        } else {
            elements = .matrix(matrix(way, path: path + ".matrix"))
        }
        return Foreach(elements: elements, key: key, maxParallel: maxParallel, failFast: failFast)
    }

    private mutating func matrix(_ field: Field, path: String) -> OrderedDictionary<String, ValueTemplate> {
        guard let entries = map(field), case .map(let type, _) = field.type else { return [:] }
        if entries.isEmpty { report(field.node, "`\(field.label)` is empty", hint: "for example `{os: [linux, mac]}`") }
        var axes: OrderedDictionary<String, ValueTemplate> = [:]
        for entry in entries {
            let axis = Field(label: "\(field.label).\(entry.name)", type: type, key: entry.key, node: entry.value)
            axes[entry.name] = elements(axis, path: "\(path).\(entry.name)")
        }
        return axes
    }

    /// A list, or one hole that gives one.
    private mutating func elements(_ field: Field, path: String) -> ValueTemplate? {
        if let nodes = field.node.list {
            if nodes.isEmpty {
                report(field.node, "`\(field.label)` is empty, so that nothing runs", severity: .warning)
            }
            return valueTemplate(field.node, path: path)
        }
        guard let text = field.node.scalar?.value.stringValue else {
            wrongType(field)
            return nil
        }
        record(field.node, at: path)
        guard let template = template(field) else { return nil }
        guard template.parts.count == 1, template.expressions.count == 1 else {
            let isExpression = template.literalText != nil && (try? Expression.parse(text)) != nil
            wrongType(
                field,
                hint: isExpression
                    ? "an expression stands in a hole: `${{ \(text) }}`"
                    : "for example `[a, b]` or `${{ inputs.list }}`")
            return nil
        }
        if let value = template.expressions[0].constantValue, value.arrayValue == nil {
            report(field.node, "`\(field.label)` wants a list, and this is always \(value.typeName.withArticle)")
        }
        return .text(template)
    }

    mutating func until(_ fields: Fields, path: String) -> Until? {
        let iterations = fields["max_iterations"].flatMap { integer($0) }
        guard let field = fields["until"] else { return nil }
        record(field.node, at: path + ".until")
        return expression(field).map { Until($0, maxIterations: iterations ?? Until.defaultMaxIterations) }
    }

    /// `when`: an expression, bare or in a hole, or a boolean.
    mutating func condition(_ field: Field, path: String) -> Expression? {
        record(field.node, at: path)
        return expression(field, allowsStatusFunctions: true)
    }

    /// An expression, bare or in a hole.
    mutating func expression(_ field: Field, allowsStatusFunctions: Bool = false) -> Expression? {
        guard let scalar = field.node.scalar, !scalar.value.isNull else {
            wrongType(field)
            return nil
        }
        return parsing(field.node) { text throws(ExpressionError) in
            try Expression.parseScalar(text, allowsStatusFunctions: allowsStatusFunctions)
        }
    }
}

extension String {
    /// The word with `a` or `an` before it; `null` alone.
    fileprivate var withArticle: String {
        self == "null" ? self : first.map { "aeiou".contains($0) } == true ? "an \(self)" : "a \(self)"
    }
}
