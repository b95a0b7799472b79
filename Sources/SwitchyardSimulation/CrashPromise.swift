package import SwitchyardCore
import SwitchyardEngine

/// What a step of a pipeline can expect after a crash, from its definition alone.
package struct CrashPromise: Hashable, Sendable {
    /// The place in the file.
    package var step: StepPath
    /// What it uses, for people: `bash`, `file.read`.
    package var uses: String
    /// What the engine goes by.
    package var effect: Effect
    /// What its tool would be if the file said nothing.
    package var nature: Effect

    /// Whether only the file's word makes it safe to run again: the tool could do more than the step says.
    package var isClaim: Bool { effect != .unsafe && effect.rank < nature.rank }

    /// Those of every step of `graph` that calls something, what undoes others among them, in the file's order.
    package static func all(of graph: PipelineGraph, tools: any ToolCatalog) -> [CrashPromise] {
        collected(graph.main, tools) + collected(graph.finally, tools)
    }

    private static func collected(_ graph: StepGraph, _ tools: any ToolCatalog) -> [CrashPromise] {
        graph.nodes.flatMap { node in
            var promises: [CrashPromise] = []
            if node.step.kind.toolName != nil { promises.append(CrashPromise(node.step, at: node.path, tools)) }
            for undo in node.step.compensate where undo.kind.toolName != nil {
                promises.append(CrashPromise(undo, at: node.path.compensation, tools))
            }
            return promises + (node.body.map { collected($0, tools) } ?? [])
        }
    }

    private init(_ step: Step, at path: StepPath, _ tools: any ToolCatalog) {
        self.step = path
        uses = step.kind.label
        effect = step.plannedEffect(tools: tools)
        var unsaid = step
        unsaid.effect = nil
        nature = unsaid.plannedEffect(tools: tools)
    }
}

extension Effect {
    /// How much may happen.
    fileprivate var rank: Int {
        switch self {
        case .pure: 0
        case .idempotent: 1
        case .unsafe: 2
        }
    }
}
