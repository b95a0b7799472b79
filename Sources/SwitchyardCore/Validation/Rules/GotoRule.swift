/// `on_failure: {goto: x}` where `x` is no later step of the list.
package enum GotoRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.compactMap { index in
            let (step, list) = (context.steps[index].step, context.list(of: index))
            guard case .goto(let target) = step.onFailure else { return nil }
            if list.kind == .compensate {
                return Diagnostic(
                    at: target.location, "a `compensate` step has no other step to go to",
                    hint: "`on_failure: continue` lets what follows be undone too")
            }
            guard let found = list.indices[target.value] else {
                let isElsewhere = context.stepsByID[target.value] != nil
                return Diagnostic(
                    at: target.location,
                    isElsewhere
                        ? "`goto` leads to a step of the same list, and `\(target.value)` stands in another"
                        : "no step of \(list.name(in: context)) is called `\(target.value)`",
                    hint: context.nearest(target.value, among: list.ids.filter { $0 != step.id })
                )
            }
            guard found > index else {
                return Diagnostic(
                    at: target.location,
                    found == index
                        ? "the step `\(step.id)` goes to itself"
                        : "`goto` leads forward, and `\(target.value)` stands before",
                    hint: "to try again, use `retry`; to repeat steps, a group with `until`"
                )
            }
            return nil
        }
    }
}
