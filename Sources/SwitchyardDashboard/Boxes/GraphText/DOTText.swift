/// A graph in Graphviz's DOT language.
package enum DOTText {
    /// The lines of a `digraph`.
    package static func lines(_ graph: GraphDescription) -> [String] {
        var lines = ["digraph \(quoted(graph.title ?? "pipeline")) {"]
        lines.append("    rankdir=\(graph.direction == .rightwards ? "LR" : "TB")")
        // Edges end at a cluster's frame only so.
        if !graph.clusters.isEmpty { lines.append("    compound=true") }
        if let title = graph.title { lines.append("    label=\(label(title))") }
        lines.append("    node [shape=box]")
        lines += graph.nodes.map { "    " + statement($0) }
        var numbers: [String: Int] = [:]
        for (number, cluster) in graph.allClusters.enumerated() { numbers[cluster.id] = number }
        for cluster in graph.clusters { lines += statements(cluster, numbers).map { "    " + $0 } }
        let anchors = anchors(graph)
        for edge in graph.drawableEdges { lines.append("    " + statement(edge, anchors, numbers)) }
        lines.append("}")
        return lines
    }

    /// A name in quotes. Inside them only a quote needs a backslash, but one before it must not take it away.
    static func quoted(_ text: String) -> String { "\"" + escaped(text, entities: false) + "\"" }

    /// A label in quotes: names with, besides, entities and line breaks.
    static func label(_ text: String) -> String { "\"" + escaped(text, entities: true) + "\"" }

    private static func escaped(_ text: String, entities: Bool) -> String {
        var result = ""
        for scalar in LabelText.cleaned(text) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += entities ? "\\n" : " "
            // Graphviz reads `&lt;` and the like even in plain labels.
            case "&" where entities: result += "&amp;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // MARK: Statements

    private static func statement(_ node: GraphDescription.Node) -> String {
        var attributes = ["label=\(label(node.label))"]
        var styles: [String] = []
        switch node.shape {
        case .box: break
        case .rounded: styles.append("rounded")
        case .diamond: attributes.append("shape=diamond")
        case .hexagon: attributes.append("shape=hexagon")
        case .circle: attributes.append("shape=circle")
        case .cylinder: attributes.append("shape=cylinder")
        case .subroutine: attributes.append("peripheries=2")
        }
        if node.isEmphasized { styles.append("bold") }
        if !styles.isEmpty { attributes.append("style=\"\(styles.joined(separator: ","))\"") }
        return "\(quoted(node.id)) [\(attributes.joined(separator: ", "))]"
    }

    private static func statements(_ cluster: GraphDescription.Cluster, _ numbers: [String: Int]) -> [String] {
        var lines = ["subgraph \(name(cluster.id, numbers)) {", "    label=\(label(cluster.label))"]
        lines += cluster.nodes.map { "    " + statement($0) }
        for inner in cluster.clusters { lines += statements(inner, numbers).map { "    " + $0 } }
        // An empty cluster would not be drawn, and edges need a node inside.
        if cluster.nodes.isEmpty && cluster.clusters.isEmpty {
            lines.append("    \(quoted(emptyAnchor(cluster.id))) [shape=point, style=invis]")
        }
        lines.append("}")
        return lines
    }

    private static func statement(
        _ edge: GraphDescription.Edge, _ anchors: [String: Anchors], _ numbers: [String: Int]
    ) -> String {
        var attributes: [String] = []
        if let text = edge.label, !text.isEmpty { attributes.append("label=\(label(text))") }
        switch edge.style {
        case .plain: break
        case .heavy: attributes.append("style=bold")
        case .dashed: attributes.append("style=dashed")
        }
        let from = anchors[edge.from]
        let to = anchors[edge.to]
        if from != nil { attributes.append("ltail=\(name(edge.from, numbers))") }
        if to != nil { attributes.append("lhead=\(name(edge.to, numbers))") }
        let ends = "\(quoted(from?.last ?? edge.from)) -> \(quoted(to?.first ?? edge.to))"
        return attributes.isEmpty ? ends : "\(ends) [\(attributes.joined(separator: ", "))]"
    }

    // MARK: Clusters

    /// Graphviz draws a frame around subgraphs whose names begin with `cluster`.
    private static func name(_ cluster: String, _ numbers: [String: Int]) -> String {
        "cluster_\(numbers[cluster] ?? 0)"
    }

    /// The nodes inside a cluster that an edge to it and an edge from it are tied to.
    private struct Anchors {
        var first: String
        var last: String
    }

    private static func emptyAnchor(_ cluster: String) -> String { cluster + " (empty)" }

    private static func anchors(_ graph: GraphDescription) -> [String: Anchors] {
        func nodes(_ cluster: GraphDescription.Cluster) -> [String] {
            cluster.nodes.map(\.id) + cluster.clusters.flatMap(nodes)
        }
        func innermost(_ cluster: GraphDescription.Cluster) -> String {
            cluster.clusters.first.map(innermost) ?? emptyAnchor(cluster.id)
        }
        var anchors: [String: Anchors] = [:]
        for cluster in graph.allClusters {
            let nodes = nodes(cluster)
            anchors[cluster.id] = Anchors(
                first: nodes.first ?? innermost(cluster), last: nodes.last ?? innermost(cluster))
        }
        return anchors
    }
}
