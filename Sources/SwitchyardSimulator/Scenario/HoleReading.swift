import OrderedCollections
import SwitchyardCore
import SwitchyardYAML

extension ScenarioReading {
    /// The text of a scalar with its holes; nil, reported, if one of them is wrong.
    mutating func template(_ node: LocatedNode) -> Template? {
        guard let text = node.text else {
            report(node, "a text is expected here, not \(node.described)")
            return nil
        }
        do throws(ExpressionError) {
            let template = try Template.parse(text)
            check(template, of: node)
            return template
        } catch {
            diagnostics.append(
                Diagnostic(at: node.location(character: error.offset), error.message, hint: error.hint))
            return nil
        }
    }

    /// A value whose texts may have holes.
    mutating func tree(_ node: LocatedNode) -> ValueTemplate {
        if let entries = node.map {
            var members = OrderedDictionary<String, ValueTemplate>()
            for entry in entries { members[entry.name] = tree(entry.value) }
            return .object(members)
        }
        if let elements = node.list { return .array(elements.map { tree($0) }) }
        guard case .string? = node.scalar else { return .literal(node.value) }
        return template(node).map(ValueTemplate.text) ?? .literal(.null)
    }

    /// Holes see the request, under `inputs`, and nothing else.
    private mutating func check(_ template: Template, of node: LocatedNode) {
        for reference in template.references {
            let place = node.location(character: reference.offset)
            let names = RequestFields.names
            guard reference.root == .inputs else {
                diagnostics.append(
                    Diagnostic(
                        at: place, "a scenario has no `\(reference.text)`",
                        hint: "holes see the request: \(names.map { "`inputs.\($0)`" }.joined(separator: ", "))"))
                continue
            }
            guard case .member(let name)? = reference.path.first, !names.contains(name) else { continue }
            diagnostics.append(
                Diagnostic(
                    at: place, "a request has no `\(name)`",
                    hint: NearestName.suggestion(for: name, among: names).map { "did you mean `inputs.\($0)`?" }
                        ?? "there are \(names.map { "`inputs.\($0)`" }.joined(separator: ", "))"))
        }
    }
}
