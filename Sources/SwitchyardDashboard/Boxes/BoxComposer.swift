import TerminalUI

/// Puts a drawing together: what each group holds, from the innermost out, and in each the parts that hang together.
struct BoxComposer {
    private let graph: BoxGraph
    private let options: BoxOptions
    private let previous: BoxDrawing?
    /// The index of the node that each stands in, nil at the top.
    private let parents: [Int?]
    /// The nodes that stand in each node, and last those at the top; in the graph's order.
    private let children: [[Int]]
    /// The edges inside each, between its children.
    private let edges: [[GroupEdge]]
    private var contents: [BoxContent]
    private(set) var omittedEdges: [BoxGraph.Edge] = []
    private(set) var places: [Int: BoxDrawing.Place] = [:]

    /// An edge between the outermost nodes that hold its ends and not both, and the edges of the graph it stands for.
    private struct GroupEdge {
        let from: Int
        let to: Int
        var isHeavy: Bool
        var origins: [Int]
    }

    init(_ graph: BoxGraph, options: BoxOptions, previous: BoxDrawing?) {
        self.graph = graph
        self.options = options
        self.previous = previous
        var indices: [Int: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            precondition(indices.updateValue(index, forKey: node.id) == nil, "two nodes have the id \(node.id)")
        }
        let parents = Self.parents(graph, indices)
        var children = [[Int]](repeating: [], count: graph.nodes.count + 1)
        for index in graph.nodes.indices { children[parents[index] ?? graph.nodes.count].append(index) }
        self.parents = parents
        self.children = children
        contents = graph.nodes.indices.map {
            BoxContent(graph.nodes[$0], isGroup: !children[$0].isEmpty, options: options)
        }
        (edges, omittedEdges) = Self.lifted(graph, indices, parents)
    }

    /// All of the graph on one sheet.
    mutating func composed() -> Sheet { composed(in: graph.nodes.count) }

    /// The boxes of a composed sheet.
    func boxes(_ sheet: Sheet) -> [BoxDrawing.Box] {
        // Groups come before what stands in them, whatever the graph's order.
        let placed = sheet.placements.map { placement in (placement, depth(placement.node)) }
            .sorted { ($0.1, $0.0.node) < ($1.1, $1.0.node) }
        return placed.map { placement, _ in
            let node = graph.nodes[placement.node]
            return BoxDrawing.Box(
                id: node.id, rect: placement.rect, isGroup: !children[placement.node].isEmpty,
                content: contents[placement.node], isCritical: node.isCritical, isSelected: node.isSelected,
                port: placement.port, outlet: placement.outlet)
        }
    }

    private func depth(_ node: Int) -> Int {
        var depth = 0
        var holder = parents[node]
        while let next = holder {
            depth += 1
            holder = parents[next]
        }
        return depth
    }

    // MARK: Groups

    private static func parents(_ graph: BoxGraph, _ indices: [Int: Int]) -> [Int?] {
        let named = graph.nodes.map { node in node.group.flatMap { indices[$0] } }
        return named.indices.map { index in
            // Groups that hold each other in a circle hold nothing.
            var seen: Set<Int> = [index]
            var holder = named[index]
            while let next = holder, seen.insert(next).inserted { holder = named[next] }
            return holder == index ? nil : named[index]
        }
    }

    /// Each edge where it is drawn, and those that cannot be.
    private static func lifted(_ graph: BoxGraph, _ indices: [Int: Int], _ parents: [Int?])
        -> ([[GroupEdge]], [BoxGraph.Edge])
    {
        struct Pair: Hashable {
            let from: Int
            let to: Int
        }
        func chain(_ node: Int) -> [Int] {
            var chain = [node]
            while let holder = parents[chain[chain.count - 1]] { chain.append(holder) }
            return chain.reversed()
        }
        var edges = [[GroupEdge]](repeating: [], count: graph.nodes.count + 1)
        var known: [Pair: Int] = [:]
        var omitted: [BoxGraph.Edge] = []
        for (origin, edge) in graph.edges.enumerated() {
            guard let source = indices[edge.from], let target = indices[edge.to] else {
                omitted.append(edge)
                continue
            }
            let from = chain(source)
            let to = chain(target)
            let shared = zip(from, to).prefix { $0 == $1 }.count
            guard shared < from.count, shared < to.count else {
                omitted.append(edge)
                continue
            }
            let holder = shared == 0 ? graph.nodes.count : from[shared - 1]
            let pair = Pair(from: from[shared], to: to[shared])
            if let index = known[pair] {
                edges[holder][index].isHeavy = edges[holder][index].isHeavy || edge.isHeavy
                edges[holder][index].origins.append(origin)
            } else {
                known[pair] = edges[holder].count
                edges[holder].append(
                    GroupEdge(from: pair.from, to: pair.to, isHeavy: edge.isHeavy, origins: [origin]))
            }
        }
        return (edges, omitted)
    }

    private mutating func composed(in holder: Int) -> Sheet {
        let members = children[holder]
        var inner: [Int: Sheet] = [:]
        var shapes: [Int: BoxShape] = [:]
        for member in members {
            if children[member].isEmpty {
                shapes[member] = contents[member].shape(options.direction)
            } else {
                let sheet = composed(in: member)
                shapes[member] = contents[member].shape(options.direction, around: sheet.size)
                inner[member] = sheet
            }
        }
        var result = Sheet()
        for part in parts(members, edges[holder]) {
            let sheet = composed(part, shapes: shapes, inner: inner)
            let gap = result.size == Size(columns: 0, rows: 0) ? 0 : BoxSpacing(options).betweenParts
            switch options.direction {
            case .rightwards: result.append(sheet, column: 0, row: result.height + gap)
            case .downwards: result.append(sheet, column: result.width + gap, row: 0)
            }
        }
        return result
    }

    // MARK: Parts

    /// Nodes that edges join, directly or by way of others.
    private struct Part {
        var members: [Int] = []
        var edges: [GroupEdge] = []
    }

    /// In the order of their first nodes.
    private func parts(_ members: [Int], _ edges: [GroupEdge]) -> [Part] {
        var local: [Int: Int] = [:]
        for (index, member) in members.enumerated() { local[member] = index }
        var roots = Array(members.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while roots[index] != index {
                roots[index] = roots[roots[index]]
                index = roots[index]
            }
            return index
        }
        for edge in edges {
            guard let from = local[edge.from], let to = local[edge.to] else { continue }
            let (first, second) = (root(from), root(to))
            roots[max(first, second)] = min(first, second)
        }
        var parts: [Part] = []
        var partOf: [Int: Int] = [:]
        for (index, member) in members.enumerated() {
            let part = partOf[root(index), default: parts.count]
            partOf[root(index)] = part
            if part == parts.count { parts.append(Part()) }
            parts[part].members.append(member)
        }
        for edge in edges {
            guard let from = local[edge.from], let part = partOf[root(from)] else { continue }
            parts[part].edges.append(edge)
        }
        return parts
    }

    private mutating func composed(_ part: Part, shapes: [Int: BoxShape], inner: [Int: Sheet]) -> Sheet {
        var local: [Int: Int] = [:]
        for (index, member) in part.members.enumerated() { local[member] = index }
        let layout = LayeredLayout(
            shapes: part.members.compactMap { shapes[$0] },
            edges: part.edges.map {
                LayeredLayout.Edge(from: local[$0.from] ?? 0, to: local[$0.to] ?? 0, isHeavy: $0.isHeavy)
            },
            standing: part.members.map { previous?.place(graph.nodes[$0].id) }, options: options)
        for index in layout.backEdges.sorted() {
            omittedEdges += part.edges[index].origins.map { graph.edges[$0] }
        }
        var sheet = layout.sheet
        for index in sheet.placements.indices {
            let member = part.members[sheet.placements[index].node]
            sheet.placements[index].node = member
            guard let content = inner[member] else { continue }
            let rect = sheet.placements[index].rect
            // A title wider than what it stands over leaves room on the right.
            sheet.append(
                content, column: rect.column + BoxContent.frameColumns, row: rect.row + contents[member].innerRow)
        }
        for (index, member) in part.members.enumerated() { places[graph.nodes[member].id] = layout.places[index] }
        return sheet
    }
}
