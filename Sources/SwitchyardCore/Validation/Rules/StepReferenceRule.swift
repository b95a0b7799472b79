/// `steps.x` where `x` is no step whose result can be read there.
package enum StepReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            guard let id = site.reference.stepID else { return nil }
            return switch site.owner {
            case .step(let index): check(id, at: site, of: index, context)
            case .pipeline: checkPipeline(id, at: site, context)
            }
        }
    }

    private static func check(
        _ id: String, at site: ReferenceSite, of index: Int, _ context: ValidationContext
    ) -> Diagnostic? {
        let entry = context.steps[index]
        let list = context.lists[entry.list]
        var visible = context.visibleLists(from: entry.list)
        if site.scope == .body, let body = context.body(of: index) { visible.insert(body, at: 0) }
        if let found = visible.first(where: { $0.indices[id] != nil }) {
            let target = found.indices[id]
            if found.kind == .finally, context.lists[0].indices[id] != nil {
                return twice(id, at: context.location(of: site))
            }
            if target == index, site.scope != .result {
                return Diagnostic(
                    at: context.location(of: site), "the step `\(id)` reads its own result, which it does not have yet")
            }
            if let target, context.ancestors(of: index).contains(target), list.kind != .compensate {
                return Diagnostic(
                    at: context.location(of: site),
                    "the step stands inside the group `\(id)`, which has no result before it ends",
                    hint: "refer to the steps of the group by their own ids")
            }
            return nil
        }
        return missing(
            id, at: site, from: visible, candidates: { visible.flatMap(\.ids).filter { $0 != entry.step.id } },
            isMain: visible.contains { $0.kind == .main }, context)
    }

    private static func checkPipeline(
        _ id: String, at site: ReferenceSite, _ context: ValidationContext
    ) -> Diagnostic? {
        let outer = context.lists.filter { $0.owner == nil }
        switch outer.count(where: { $0.indices[id] != nil }) {
        case 0:
            return missing(id, at: site, from: outer, candidates: { context.lists[0].ids }, isMain: false, context)
        case 1: return nil
        default: return twice(id, at: context.location(of: site))
        }
    }

    private static func twice(_ id: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            at: location, "`\(id)` is a step of `steps` and one of `finally`, and this could mean either",
            hint: "give one of the two steps another id"
        )
    }

    private static func missing(
        _ id: String, at site: ReferenceSite, from visible: [ValidationContext.StepList], candidates: () -> [String],
        isMain: Bool, _ context: ValidationContext
    ) -> Diagnostic {
        let elsewhere = context.stepsByID[id]
        switch elsewhere.map({ context.list(of: $0) }) {
        case let list? where list.kind == .finally && isMain:
            return Diagnostic(
                at: context.location(of: site),
                "`\(id)` stands in `finally`, which starts only after every step of `steps` has ended"
            )
        case let list? where list.kind == .group:
            let group = list.owner.map { context.steps[$0].step.id } ?? ""
            return Diagnostic(
                at: context.location(of: site),
                "`\(id)` stands inside the group `\(group)`, where only its steps see it",
                hint: elsewhere.flatMap { hint(for: $0, from: visible, context) })
        default:
            return Diagnostic(
                at: context.location(of: site), "no step is called `\(id)`",
                hint: context.nearest(id, among: candidates()))
        }
    }

    /// Where the result of the step `target` can be read from the lists `visible`: in that of the outermost group
    /// around it that they have. Nil where a group on the way makes a list of results.
    private static func hint(
        for target: Int, from visible: [ValidationContext.StepList], _ context: ValidationContext
    ) -> String? {
        var path = ".\(context.steps[target].step.id)"
        for (level, index) in context.ancestors(of: target).enumerated() {
            let group = context.steps[index].step
            let isVisible = visible.contains { $0.indices[group.id] == index }
            if group.foreach != nil {
                guard isVisible, level == 0 else { return nil }
                return "the result of each item has it: `steps.\(group.id).output | map('\(path.dropFirst())')`"
            }
            if isVisible { return "the group's result has it: `steps.\(group.id).output\(path)`" }
            path = ".\(group.id)\(path)"
        }
        return nil
    }
}
