/// `until` that says the same in every run.
package enum UntilRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.compactMap { index in
            guard let until = context.steps[index].step.until, let value = until.condition.constantValue else {
                return nil
            }
            let id = context.steps[index].step.id
            return Diagnostic(
                .warning, at: context.location(of: ".until", step: index),
                value.isTruthy
                    ? "the group `\(id)` runs once: its `until` is always true"
                    : "the group `\(id)` fails after \(until.maxIterations) iterations: its `until` is always false"
            )
        }
    }
}
