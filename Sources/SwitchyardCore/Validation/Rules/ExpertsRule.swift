import OrderedCollections

/// A model in `experts` for a tool that the registry does not have.
package enum ExpertsRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.pipeline.experts.keys.compactMap { name in
            guard context.tools.tool(named: name) == nil else { return nil }
            let start = SourceLocation(file: context.pipeline.file, line: 1, column: 1)
            return Diagnostic(
                .warning, at: context.places.key(of: "experts.\(name)") ?? start,
                "`experts` names a model for `\(name)`, and no tool is called so",
                hint: context.nearest(name, among: context.tools.names)
            )
        }
    }
}
