/// `tool: x` where the registry has no `x`.
package enum ToolNameRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.compactMap { list, index, step in
            guard case .tool(let name, _) = step.kind, context.tools.tool(named: name) == nil else { return nil }
            return Diagnostic(
                at: context.location(of: ".tool", list: list, index: index), "no tool is called `\(name)`",
                hint: nearest(name, among: context.tools.names) ?? listed(context.tools.names)
            )
        }
    }

    private static func listed(_ names: [String]) -> String? {
        names.isEmpty ? nil : "there are \(names.map { "`\($0)`" }.joined(separator: ", "))"
    }
}
