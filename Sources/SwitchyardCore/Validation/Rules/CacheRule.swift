/// A result that is kept for later runs of what a step did and `compensate` undoes.
package enum CacheRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.compactMap { index in
            let step = context.steps[index].step
            guard step.cache != nil, !step.compensate.isEmpty else { return nil }
            return Diagnostic(
                .warning, at: context.location(of: ".cache", step: index),
                "a later run takes the kept result of `\(step.id)` even after `compensate` has undone what it did",
                hint: "leave out `cache`, or keep only what needs no undoing in a step of its own")
        }
    }
}
