/// A step called `finally` in the main list, whose group's steps would share their paths with those of `finally`.
package enum ReservedIDRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.compactMap { index in
            guard context.list(of: index).kind == .main, context.steps[index].step.id == "finally" else { return nil }
            return Diagnostic(
                at: context.location(of: ".id", step: index),
                "no step of `steps` can be called `finally`: that is the name of the list that runs last",
                hint: "for example `last`"
            )
        }
    }
}
