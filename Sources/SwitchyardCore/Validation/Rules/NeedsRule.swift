/// An id in `needs` that is no step to wait for.
package enum NeedsRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.flatMap { index in
            context.steps[index].step.needs.compactMap { check($0, of: index, context) }
        }
    }

    private static func check(
        _ need: Located<String>, of index: Int, _ context: ValidationContext
    ) -> Diagnostic? {
        let (step, list) = (context.steps[index].step, context.list(of: index))
        if list.kind == .compensate {
            return Diagnostic(
                at: need.location, "a `compensate` step waits for nothing: it runs when everything else has ended",
                hint: "remove `needs`")
        }
        if need.value == step.id {
            return Diagnostic(
                at: need.location, "the step `\(step.id)` needs itself", hint: "remove it from `needs`")
        }
        if list.indices[need.value] != nil { return nil }
        if context.ancestors(of: index).contains(where: { context.steps[$0].step.id == need.value }) {
            return Diagnostic(
                at: need.location, "the step stands inside the group `\(need.value)`, which cannot end before it",
                hint: "remove it from `needs`")
        }
        let (main, finally) = (context.lists[0], context.lists.first { $0.kind == .finally })
        switch list.kind {
        case .main where finally?.indices[need.value] != nil:
            return Diagnostic(
                at: need.location,
                "`\(need.value)` stands in `finally`, which starts only after every step of `steps` has ended"
            )
        case .finally where main.indices[need.value] != nil:
            return Diagnostic(
                at: need.location,
                "`\(need.value)` stands in `steps`; every step there has ended before `finally` starts",
                hint: "remove it from `needs`"
            )
        case .main, .finally, .group, .compensate: break
        }
        if let other = context.stepsByID[need.value],
            case let place = context.list(of: other), place.kind == .group || list.kind == .group
        {
            let sibling = context.ancestors(of: index).first { context.steps[$0].list == context.steps[other].list }
            return Diagnostic(
                at: need.location,
                "`\(need.value)` stands in \(place.name(in: context)), and a step needs steps of its own list",
                hint: sibling.map { "let the group `\(context.steps[$0].step.id)` need it" }
                    ?? context.ancestors(of: other).first { context.steps[$0].list == context.steps[index].list }
                    .map { "need the group: `\(context.steps[$0].step.id)`" }
            )
        }
        return Diagnostic(
            at: need.location, "no step is called `\(need.value)`",
            hint: context.nearest(need.value, among: list.ids.filter { $0 != step.id })
        )
    }
}
