import OrderedCollections

/// The steps of a pipeline and what each waits for, with indices in place of names.
///
/// Nodes stand in the file's order, `finally` last. Edges run inside one of the two lists: `finally` steps start
/// after every other step has ended, so a reference from them to a step of the main list needs no edge.
package struct PipelineGraph: Hashable, Sendable {
    package struct Node: Hashable, Sendable {
        package var step: Step
        package var path: StepPath
        /// In the order of `needs`, then of the references.
        package var needs: [Edge]
        /// The nodes that need this one, in the file's order.
        package var dependents: [Int]
        /// From 0; one more than the highest of its needs'. Counted in its own list.
        package var level: Int
    }

    package struct Edge: Hashable, Sendable {
        package var node: Int
        package var origin: EdgeOrigin
    }

    package private(set) var nodes: [Node]
    /// The number of nodes of the main list.
    package let mainCount: Int

    /// The graph of `pipeline`.
    ///
    /// Names that no step has give no edge: a rule reports them. Fails with the cycles where there are any.
    package static func build(_ pipeline: Pipeline) throws(PipelineCycles) -> PipelineGraph {
        var graph = PipelineGraph(pipeline)
        let cycles = graph.assignLevels()
        guard cycles.isEmpty else { throw PipelineCycles(cycles: cycles) }
        return graph
    }

    private init(_ pipeline: Pipeline) {
        mainCount = pipeline.steps.count
        nodes = []
        nodes.reserveCapacity(pipeline.steps.count + pipeline.finally.count)
        append(pipeline.steps, prefix: "")
        append(pipeline.finally, prefix: StepPath.finallyPrefix)
    }

    private mutating func append(_ steps: [Step], prefix: String) {
        let start = nodes.count
        var indices: [String: Int] = [:]
        for (offset, step) in steps.enumerated() where indices[step.id] == nil { indices[step.id] = start + offset }
        for step in steps {
            var edges: OrderedDictionary<Int, EdgeOrigin> = [:]
            for need in step.needs {
                if let index = indices[need.value] { edges[index] = .explicit }
            }
            for reference in step.references {
                guard let id = reference.stepID, let index = indices[id], edges[index] == nil else { continue }
                edges[index] = .inferred
            }
            nodes.append(
                Node(
                    step: step, path: StepPath(prefix + step.id),
                    needs: edges.map { Edge(node: $0.key, origin: $0.value) }, dependents: [], level: 0
                )
            )
        }
        for index in start..<nodes.count {
            for edge in nodes[index].needs { nodes[edge.node].dependents.append(index) }
        }
    }

    /// Kahn's algorithm: levels for every node that no cycle holds back, and the cycles for the rest.
    private mutating func assignLevels() -> [[StepPath]] {
        var open = nodes.map(\.needs.count)
        var queue = nodes.indices.filter { open[$0] == 0 }
        var head = 0
        while head < queue.count {
            let index = queue[head]
            head += 1
            for dependent in nodes[index].dependents {
                nodes[dependent].level = max(nodes[dependent].level, nodes[index].level + 1)
                open[dependent] -= 1
                if open[dependent] == 0 { queue.append(dependent) }
            }
        }
        guard queue.count < nodes.count else { return [] }
        return cycles(among: nodes.indices.filter { open[$0] > 0 })
    }

    /// One cycle for each group of nodes that wait for each other, its steps in the order they wait for one another.
    private func cycles(among blocked: [Int]) -> [[StepPath]] {
        let isBlocked = Set(blocked)
        var seen: Set<Int> = []
        var cycles: [[StepPath]] = []
        for start in blocked where !seen.contains(start) {
            // Every blocked node has a blocked need, so walking needs must come round.
            var walk: [Int] = []
            var position: [Int: Int] = [:]
            var node = start
            while position[node] == nil, !seen.contains(node) {
                position[node] = walk.count
                walk.append(node)
                guard let next = nodes[node].needs.first(where: { isBlocked.contains($0.node) }) else { break }
                node = next.node
            }
            seen.formUnion(walk)
            if let entry = position[node] { cycles.append(walk[entry...].map { nodes[$0].path }) }
        }
        return cycles
    }
}

/// Steps that wait for each other in a circle.
package struct PipelineCycles: Error, Hashable, Sendable {
    /// Each cycle's steps: every one needs the next, and the last needs the first.
    package var cycles: [[StepPath]]
}

extension PipelineGraph {
    /// The indices of the main list's nodes.
    package var mainNodes: Range<Int> { 0..<mainCount }

    /// The indices of the `finally` list's nodes.
    package var finallyNodes: Range<Int> { mainCount..<nodes.count }

    /// The shape of the main list.
    package var strategy: PlanStrategy {
        let main = nodes[mainNodes]
        if main.allSatisfy(\.needs.isEmpty) { return .parallel }
        let isChain = main.allSatisfy { $0.needs.count <= 1 && $0.dependents.count <= 1 }
        return isChain && main.count { $0.needs.isEmpty } == 1 ? .serial : .dag
    }

    /// The main list's nodes by level: a group's steps can run at once.
    package var groups: [[Int]] {
        var groups: [[Int]] = []
        for index in mainNodes {
            while groups.count <= nodes[index].level { groups.append([]) }
            groups[nodes[index].level].append(index)
        }
        return groups
    }

    /// A longest chain of the main list, first step first: what bounds the run's time if every step takes as long.
    package var criticalPath: [Int] {
        guard var node = mainNodes.max(by: { nodes[$0].level < nodes[$1].level }) else { return [] }
        var path = [node]
        while let need = nodes[node].needs.first(where: { nodes[$0.node].level == nodes[node].level - 1 }) {
            node = need.node
            path.append(node)
        }
        return path.reversed()
    }

    /// The plan as it is recorded and shown.
    ///
    /// - Parameter effect: what may happen to a step after a crash.
    package func compiled(effect: (Step) -> Effect) -> CompiledPlan {
        CompiledPlan(
            strategy: strategy,
            steps: nodes.map { node in
                CompiledPlan.PlannedStep(
                    path: node.path, uses: node.step.kind.label,
                    needs: node.needs.map { .init(path: nodes[$0.node].path, origin: $0.origin) }, level: node.level,
                    effect: effect(node.step), mode: node.step.executionMode
                )
            }
        )
    }
}
