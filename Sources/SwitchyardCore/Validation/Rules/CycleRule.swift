/// Steps that wait for each other in a circle.
package enum CycleRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        do {
            _ = try PipelineGraph.build(context.pipeline)
            return []
        } catch {
            // A step that waits for itself alone is reported by the rules for needs and references.
            return error.cycles.filter { $0.count > 1 }.map { diagnostic($0, context) }
        }
    }

    private static func diagnostic(_ cycle: [StepPath], _ context: ValidationContext) -> Diagnostic {
        let list: StepList = cycle[0].isFinally ? .finally : .steps
        let indices = cycle.compactMap { context.index(of: $0.id, in: list) }
        // The same circle reads the same wherever the search entered it.
        let start = indices.indices.min { indices[$0] < indices[$1] } ?? 0
        let ordered = Array(cycle[start...] + cycle[..<start]).map(\.id)
        let first = context.index(of: ordered[0], in: list) ?? 0
        return Diagnostic(
            at: edge(from: first, to: ordered[1], in: list, context),
            "these steps wait for each other: \((ordered + [ordered[0]]).joined(separator: " → "))"
        )
    }

    /// Where the step at `index` says that it waits for `id`.
    private static func edge(
        from index: Int, to id: String, in list: StepList, _ context: ValidationContext
    ) -> SourceLocation {
        let step = list.steps(of: context.pipeline)[index]
        if let need = step.needs.first(where: { $0.value == id }) { return need.location }
        let site = context.references.first { $0.owner == .step(list, index) && $0.reference.stepID == id }
        return site?.location ?? step.location
    }
}
