/// An id in `needs` that is no step to wait for.
package enum NeedsRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.flatMap { list, _, step in
            step.needs.compactMap { check($0, of: step, in: list, context) }
        }
    }

    private static func check(
        _ need: Located<String>, of step: Step, in list: StepList, _ context: ValidationContext
    ) -> Diagnostic? {
        if need.value == step.id {
            return Diagnostic(at: need.location, "the step `\(step.id)` needs itself")
        }
        if context.index(of: need.value, in: list) != nil { return nil }
        switch list {
        case .steps where context.index(of: need.value, in: .finally) != nil:
            return Diagnostic(
                at: need.location,
                "`\(need.value)` stands in `finally`, which starts only after every step of `steps` has ended"
            )
        case .finally where context.index(of: need.value, in: .steps) != nil:
            return Diagnostic(
                at: need.location,
                "`\(need.value)` stands in `steps`; every step there has ended before `finally` starts",
                hint: "remove it from `needs`"
            )
        case .steps, .finally:
            return Diagnostic(
                at: need.location, "no step is called `\(need.value)`",
                hint: nearest(need.value, among: context.ids(of: list).filter { $0 != step.id })
            )
        }
    }
}
