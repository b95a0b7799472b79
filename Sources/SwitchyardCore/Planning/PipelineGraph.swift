import OrderedCollections

/// The steps of a pipeline and what each waits for.
package struct PipelineGraph: Hashable, Sendable {
    package var main: StepGraph
    /// Its steps start after every step of `main` has ended, so a reference from them to one of `main` needs no edge.
    package var finally: StepGraph

    /// The graph of `pipeline`.
    ///
    /// Names that no step has give no edge: a rule reports them. Fails with the cycles where there are any.
    package static func build(_ pipeline: Pipeline) throws(PipelineCycles) -> PipelineGraph {
        var cycles: [[StepPath]] = []
        let graph = PipelineGraph(
            main: StepGraph(pipeline.steps, prefix: "", cycles: &cycles),
            finally: StepGraph(pipeline.finally, prefix: StepPath.finallyPrefix, cycles: &cycles)
        )
        guard cycles.isEmpty else { throw PipelineCycles(cycles: cycles) }
        return graph
    }

    /// The plan as it is recorded and shown.
    ///
    /// - Parameter effect: what may happen to a step after a crash.
    package func compiled(effect: (Step) -> Effect) -> CompiledPlan {
        var steps: [CompiledPlan.PlannedStep] = []
        main.append(to: &steps, parent: nil, effect: effect)
        finally.append(to: &steps, parent: nil, effect: effect)
        var compensations: [CompiledPlan.PlannedStep] = []
        main.appendCompensations(to: &compensations, effect: effect)
        return CompiledPlan(strategy: main.strategy, steps: steps, compensations: compensations)
    }
}

/// Steps that wait for each other in a circle.
package struct PipelineCycles: Error, Hashable, Sendable {
    /// Each cycle's steps: every one needs the next, and the last needs the first.
    package var cycles: [[StepPath]]
}

extension StepGraph {
    /// Adds the list's steps, each followed by those of its group.
    fileprivate func append(
        to steps: inout [CompiledPlan.PlannedStep], parent: StepPath?, effect: (Step) -> Effect
    ) {
        for node in nodes {
            steps.append(
                CompiledPlan.PlannedStep(
                    path: node.path, uses: node.step.kind.label,
                    needs: node.needs.map { .init(path: nodes[$0.node].path, origin: $0.origin) }, level: node.level,
                    effect: effect(node.step), mode: node.step.executionMode, parent: parent,
                    repeats: node.step.repetition
                )
            )
            node.body?.append(to: &steps, parent: node.path, effect: effect)
        }
    }

    fileprivate func appendCompensations(
        to steps: inout [CompiledPlan.PlannedStep], effect: (Step) -> Effect
    ) {
        for node in nodes {
            for step in node.step.compensate {
                steps.append(
                    CompiledPlan.PlannedStep(
                        path: node.path.compensation, uses: step.kind.label, needs: [], level: 0, effect: effect(step),
                        mode: .serial
                    )
                )
            }
            node.body?.appendCompensations(to: &steps, effect: effect)
        }
    }
}

extension Step {
    /// Whether a run makes several steps of this one.
    package var repetition: PlannedRepetition? {
        switch (foreach != nil, until != nil) {
        case (true, true): .foreachUntil
        case (true, false): .foreach
        case (false, true): .until
        case (false, false): nil
        }
    }
}
