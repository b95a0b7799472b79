/// A graph as other programs draw it: nodes, edges and nested clusters, with labels as people wrote them.
package struct GraphDescription: Hashable, Sendable {
    package enum Direction: Hashable, Sendable {
        case rightwards
        case downwards
    }

    /// What a node looks like, from plainest to most particular.
    package enum Shape: Hashable, Sendable, CaseIterable {
        case box
        case rounded
        case diamond
        case hexagon
        case circle
        case cylinder
        /// A box with double sides, for what stands for a whole graph.
        case subroutine
    }

    package enum EdgeStyle: Hashable, Sendable, CaseIterable {
        case plain
        case heavy
        case dashed
    }

    package struct Node: Hashable, Sendable {
        /// What edges name; unique among nodes and clusters.
        package var id: String
        /// Any text; line feeds begin new lines.
        package var label: String
        package var shape: Shape
        /// Whether its outline is drawn heavy.
        package var isEmphasized: Bool

        package init(id: String, label: String, shape: Shape = .box, isEmphasized: Bool = false) {
            self.id = id
            self.label = label
            self.shape = shape
            self.isEmphasized = isEmphasized
        }
    }

    package struct Edge: Hashable, Sendable {
        /// The ids of nodes or clusters. Edges with others' ids are left out, as are those between a cluster and
        /// what it holds.
        package var from: String
        package var to: String
        package var label: String?
        package var style: EdgeStyle

        package init(from: String, to: String, label: String? = nil, style: EdgeStyle = .plain) {
            self.from = from
            self.to = to
            self.label = label
            self.style = style
        }
    }

    /// Nodes in a frame.
    package struct Cluster: Hashable, Sendable {
        package var id: String
        package var label: String
        package var nodes: [Node]
        package var clusters: [Cluster]

        package init(id: String, label: String, nodes: [Node] = [], clusters: [Cluster] = []) {
            self.id = id
            self.label = label
            self.nodes = nodes
            self.clusters = clusters
        }
    }

    package var title: String?
    package var direction: Direction
    package var nodes: [Node]
    package var clusters: [Cluster]
    package var edges: [Edge]

    package init(
        title: String? = nil, direction: Direction = .rightwards, nodes: [Node] = [], clusters: [Cluster] = [],
        edges: [Edge] = []
    ) {
        self.title = title
        self.direction = direction
        self.nodes = nodes
        self.clusters = clusters
        self.edges = edges
    }
}

extension GraphDescription {
    /// The edges that can be drawn: both ends are there, and neither holds the other.
    var drawableEdges: [Edge] {
        var holders: [String: [String]] = [:]
        for node in nodes { holders[node.id] = [] }
        func visit(_ cluster: Cluster, _ path: [String]) {
            holders[cluster.id] = path
            for node in cluster.nodes { holders[node.id] = path + [cluster.id] }
            for inner in cluster.clusters { visit(inner, path + [cluster.id]) }
        }
        for cluster in clusters { visit(cluster, []) }
        return edges.filter { edge in
            guard let from = holders[edge.from], let to = holders[edge.to] else { return false }
            return !from.contains(edge.to) && !to.contains(edge.from)
        }
    }

    /// Every cluster, those that hold others before them.
    var allClusters: [Cluster] {
        func flattened(_ cluster: Cluster) -> [Cluster] { [cluster] + cluster.clusters.flatMap(flattened) }
        return clusters.flatMap(flattened)
    }
}
