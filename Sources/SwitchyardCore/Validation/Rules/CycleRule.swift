/// Steps that wait for each other in a circle.
package enum CycleRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        guard case .failure(let error) = context.graph else { return [] }
        // A step that waits for itself alone is reported by the rules for needs and references.
        return error.cycles.filter { $0.count > 1 }.map { diagnostic($0, context) }
    }

    private static func diagnostic(_ cycle: [StepPath], _ context: ValidationContext) -> Diagnostic {
        let list = list(of: cycle[0], context)
        let indices = cycle.compactMap { list.indices[$0.id] }
        // The same circle reads the same wherever the search entered it.
        let start = indices.indices.min { indices[$0] < indices[$1] } ?? 0
        let ordered = Array(cycle[start...] + cycle[..<start]).map(\.id)
        return Diagnostic(
            at: edge(from: indices[start], to: ordered[1], context),
            "these steps wait for each other: \((ordered + [ordered[0]]).joined(separator: " → "))"
        )
    }

    /// The list whose steps have paths like `path`.
    private static func list(of path: StepPath, _ context: ValidationContext) -> ValidationContext.StepList {
        let finally = context.lists.first { $0.kind == .finally && path.isFinally }
        var list = finally ?? context.lists[0]
        for id in path.groups {
            guard let owner = list.indices[id], let body = context.body(of: owner) else { break }
            list = body
        }
        return list
    }

    /// Where the step at `index` says that it waits for `id`.
    private static func edge(from index: Int, to id: String, _ context: ValidationContext) -> SourceLocation {
        let step = context.steps[index].step
        if let need = step.needs.first(where: { $0.value == id }) { return need.location }
        // A group waits for what its steps refer to.
        let site = context.references(inside: index).first { $0.reference.stepID == id }
        return site.map { context.location(of: $0) } ?? step.location
    }
}
