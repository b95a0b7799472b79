import OrderedCollections

/// One list of steps and what each waits for, with indices in place of names: the steps of a pipeline, of `finally` or
/// of a group.
///
/// Nodes stand in the file's order. Edges run inside the list: what a step of a group refers to outside of it, the
/// group needs.
package struct StepGraph: Hashable, Sendable {
    package struct Node: Hashable, Sendable {
        /// Shared by all copies of the node: a step is large, and whoever walks a graph copies nodes.
        private let shared: Shared
        package var step: Step { _read { yield shared.step } }
        /// The step's. Asked for so often that a copy of the step for it would tell.
        package var executionMode: ExecutionMode { shared.step.executionMode }
        /// The place in the file: `build/test` for a step of a group, whatever repeats it.
        package var path: StepPath
        /// In the order of `needs`, then of the references.
        package var needs: [Edge]
        /// The nodes that need this one, in the file's order.
        package var dependents: [Int]
        /// From 0; one more than the highest of its needs'.
        package var level: Int
        /// The steps of a group.
        package var body: StepGraph?

        package init(
            step: Step, path: StepPath, needs: [Edge] = [], dependents: [Int] = [], level: Int = 0,
            body: StepGraph? = nil
        ) {
            shared = Shared(step)
            self.path = path
            self.needs = needs
            self.dependents = dependents
            self.level = level
            self.body = body
        }

        private final class Shared: Hashable, Sendable {
            let step: Step

            init(_ step: Step) {
                self.step = step
            }

            static func == (left: Shared, right: Shared) -> Bool { left === right || left.step == right.step }

            func hash(into hasher: inout Hasher) { hasher.combine(step) }
        }
    }

    package struct Edge: Hashable, Sendable {
        package var node: Int
        package var origin: EdgeOrigin
    }

    package private(set) var nodes: [Node] = []

    /// - Parameters:
    ///   - prefix: what stands before the id in a path.
    ///   - cycles: receives the cycles of this list and of every list inside.
    init(_ steps: [Step], prefix: String, cycles: inout [[StepPath]]) {
        var indices: [String: Int] = [:]
        for (index, step) in steps.enumerated() where indices[step.id] == nil { indices[step.id] = index }
        var jumps: [String: [Int]] = [:]
        for (source, step) in steps.enumerated() {
            if case .goto(let target) = step.onFailure { jumps[target.value, default: []].append(source) }
        }
        nodes.reserveCapacity(steps.count)
        for (index, step) in steps.enumerated() {
            var edges: OrderedDictionary<Int, EdgeOrigin> = [:]
            for need in step.needs {
                if let index = indices[need.value] { edges[index] = .explicit }
            }
            for id in step.outerStepIDs {
                guard let need = indices[id], edges[need] == nil else { continue }
                edges[need] = .inferred
            }
            // The step that a jump leads to waits for the one it comes from.
            for source in jumps[step.id] ?? [] where edges[source] == nil && source != index { edges[source] = .goto }
            let path = prefix + step.id
            nodes.append(
                Node(
                    step: step, path: StepPath(path), needs: edges.map { Edge(node: $0.key, origin: $0.value) },
                    dependents: [], level: 0,
                    body: step.kind.body.map { StepGraph($0, prefix: path + "/", cycles: &cycles) }
                )
            )
        }
        for index in nodes.indices {
            for edge in nodes[index].needs { nodes[edge.node].dependents.append(index) }
        }
        cycles += assignLevels()
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

extension StepGraph {
    /// The list's shape.
    package var strategy: PlanStrategy {
        if nodes.allSatisfy(\.needs.isEmpty) { return .parallel }
        let isChain = nodes.allSatisfy { $0.needs.count <= 1 && $0.dependents.count <= 1 }
        return isChain && nodes.count { $0.needs.isEmpty } == 1 ? .serial : .dag
    }

    /// The nodes by level: the steps of one level can run at once.
    package var levels: [[Int]] {
        var levels: [[Int]] = []
        for index in nodes.indices {
            while levels.count <= nodes[index].level { levels.append([]) }
            levels[nodes[index].level].append(index)
        }
        return levels
    }

    /// A longest chain, first step first: what bounds the time if every step takes as long.
    package var criticalPath: [Int] {
        guard var node = nodes.indices.max(by: { nodes[$0].level < nodes[$1].level }) else { return [] }
        var path = [node]
        while let need = nodes[node].needs.first(where: { nodes[$0.node].level == nodes[node].level - 1 }) {
            node = need.node
            path.append(node)
        }
        return path.reversed()
    }

    /// The nodes where branches come together: those with several needs.
    package var convergencePoints: [Int] {
        nodes.indices.filter { nodes[$0].needs.count > 1 }
    }
}

extension Step {
    /// The ids of the steps outside of this one that its expressions, or those of its group, refer to, in order; with
    /// repetitions. Steps of a group hide those of the same id outside. `compensate` waits for nothing: it runs when
    /// everything has ended.
    var outerStepIDs: [String] {
        let inner = Set((kind.body ?? []).map(\.id))
        var ids: [String] = []
        for site in templateSites {
            for reference in site.references {
                guard let id = reference.stepID else { continue }
                switch site.scope {
                case .list, .item: ids.append(id)
                case .body: if !inner.contains(id) { ids.append(id) }
                case .result: if id != self.id { ids.append(id) }
                }
            }
        }
        for step in kind.body ?? [] { ids += step.outerStepIDs.filter { !inner.contains($0) } }
        return ids
    }
}
