import SwitchyardCore

/// Every step of a file by its place, those that undo others among them.
///
/// As nodes, which share their steps: a step is large.
struct StepsByPlace: Sendable {
    private var nodes: [StepPath: StepGraph.Node] = [:]

    /// - Parameter count: how many steps there are, about.
    init(_ graph: PipelineGraph, count: Int) {
        nodes.reserveCapacity(count)
        collect(graph.main)
        collect(graph.finally)
    }

    private mutating func collect(_ graph: StepGraph) {
        for node in graph.nodes {
            nodes[node.path] = node
            if let undo = node.step.compensate.first {
                let path = node.path.compensation
                nodes[path] = StepGraph.Node(step: undo, path: path)
            }
            if let body = node.body { collect(body) }
        }
    }

    subscript(path: StepPath) -> Step? { nodes[path]?.step }
}
