/// A step that no run can reach: its `when` is always false, or everything it waits for is such a step.
package enum NeverRunsRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        guard case .success(let graph) = context.graph else { return [] }
        var diagnostics: [Diagnostic] = []
        check(graph.main, place: "steps", context.places, &diagnostics)
        check(graph.finally, place: "finally", context.places, &diagnostics)
        return diagnostics
    }

    private static func check(
        _ graph: StepGraph, place: String, _ places: SourceMap, _ diagnostics: inout [Diagnostic]
    ) {
        var isDead = [Bool](repeating: false, count: graph.nodes.count)
        // Needs come first: a level is higher than those of all needs.
        for index in graph.levels.joined() {
            let node = graph.nodes[index]
            if let value = node.step.when?.constantValue, !value.isTruthy {
                isDead[index] = true
                diagnostics.append(
                    Diagnostic(
                        .warning, at: places.location(of: "\(place)[\(index)].when") ?? node.step.location,
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
            } else if let body = node.body {
                check(body, place: "\(place)[\(index)].steps", places, &diagnostics)
            }
        }
    }
}
