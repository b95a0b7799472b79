/// Two steps of one list share an id.
package enum DuplicateIDRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.compactMap { index in
            let (step, list) = (context.steps[index].step, context.list(of: index))
            guard let first = list.indices[step.id], first != index else { return nil }
            let line = context.location(of: ".id", step: first).line
            return Diagnostic(
                at: context.location(of: ".id", step: index),
                "the id `\(step.id)` stands twice in \(list.name(in: context)): here and at line \(line)",
                hint: "give one of the two steps another id"
            )
        }
    }
}
