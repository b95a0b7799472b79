/// `tool: x`, or an `x` in the `tools` of a model call, where the registry has no `x`.
package enum ToolNameRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.flatMap { index -> [Diagnostic] in
            switch context.steps[index].step.kind {
            case .tool(let name, _):
                guard context.tools.tool(named: name) == nil else { return [] }
                return [diagnostic(name, at: context.location(of: ".tool", step: index), context)]
            case .prompt(let prompt):
                return prompt.tools.filter { context.tools.tool(named: $0.value) == nil }
                    .map { diagnostic($0.value, at: $0.location, context) }
            case .run, .argv, .agent, .decide, .approval, .wait, .pipeline, .group: return []
            }
        }
    }

    private static func diagnostic(
        _ name: String, at location: SourceLocation, _ context: ValidationContext
    ) -> Diagnostic {
        Diagnostic(
            at: location, "no tool is called `\(name)`",
            hint: context.nearest(name, among: context.tools.names) ?? listed(context.tools.names)
        )
    }

    private static func listed(_ names: [String]) -> String? {
        names.isEmpty ? nil : "there are \(names.map { "`\($0)`" }.joined(separator: ", "))"
    }
}
