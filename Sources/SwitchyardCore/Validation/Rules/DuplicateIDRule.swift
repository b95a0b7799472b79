/// Two steps of one list share an id.
package enum DuplicateIDRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.compactMap { list, index, step in
            guard let first = context.index(of: step.id, in: list), first != index else { return nil }
            let line = context.location(of: ".id", list: list, index: first).line
            return Diagnostic(
                at: context.location(of: ".id", list: list, index: index),
                "the id `\(step.id)` stands twice in `\(list.rawValue)`: here and at line \(line)",
                hint: "give one of the two steps another id"
            )
        }
    }
}
