/// A step that no run can reach: its `when` is always false, or everything it waits for is such a step.
package enum NeverRunsRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        guard let graph = try? PipelineGraph.build(context.pipeline) else { return [] }
        var isDead = [Bool](repeating: false, count: graph.nodes.count)
        var diagnostics: [Diagnostic] = []
        // Needs come first: a level is higher than those of all needs.
        for index in graph.nodes.indices.sorted(by: { graph.nodes[$0].level < graph.nodes[$1].level }) {
            let node = graph.nodes[index]
            let list: StepList = index < graph.mainCount ? .steps : .finally
            let position = list == .steps ? index : index - graph.mainCount
            if let value = node.step.when?.constantValue, !value.isTruthy {
                isDead[index] = true
                diagnostics.append(
                    Diagnostic(
                        .warning, at: context.location(of: ".when", list: list, index: position),
                        "the step `\(node.step.id)` will never run: its `when` is always false"
                    )
                )
            } else if !node.needs.isEmpty, node.needs.allSatisfy({ isDead[$0.node] }),
                node.step.when?.callsStatusFunction != true
            {
                isDead[index] = true
                let needs = node.needs.map { "`\(graph.nodes[$0.node].step.id)`" }.joined(separator: ", ")
                diagnostics.append(
                    Diagnostic(
                        .warning, at: node.step.location,
                        "the step `\(node.step.id)` will never run: all it waits for is \(needs)"
                            + ", which never \(node.needs.count == 1 ? "runs" : "run")"
                    )
                )
            }
        }
        return diagnostics
    }
}
