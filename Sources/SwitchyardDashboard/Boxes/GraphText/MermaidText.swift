/// A graph as a Mermaid flowchart.
package enum MermaidText {
    /// The lines of a `flowchart`.
    package static func lines(_ graph: GraphDescription) -> [String] {
        var names = MermaidNames()
        var lines: [String] = []
        if let title = graph.title { lines += ["---", "title: \(yamlQuoted(title))", "---"] }
        lines.append("flowchart \(graph.direction == .rightwards ? "LR" : "TD")")
        lines += graph.nodes.map { "    " + statement($0, &names) }
        for cluster in graph.clusters { lines += statements(cluster, &names).map { "    " + $0 } }
        for edge in graph.drawableEdges { lines.append("    " + statement(edge, &names)) }
        let emphasized = (graph.nodes + graph.allClusters.flatMap(\.nodes)).filter(\.isEmphasized)
        if !emphasized.isEmpty {
            lines.append("    classDef emphasized stroke-width:3px")
            lines.append("    class \(emphasized.map { names.name($0.id) }.joined(separator: ",")) emphasized")
        }
        return lines
    }

    /// A label in quotes: what Mermaid, its Markdown or a browser would read as more than text is written by number.
    static func label(_ text: String) -> String {
        // A label without anything does not parse.
        guard !text.isEmpty else { return "\" \"" }
        var result = ""
        let scalars = Array(LabelText.cleaned(text))
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\n" {
                result += "<br/>"
            } else if isPlain(at: index, scalars) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "#\(scalar.value);"
            }
        }
        return "\"\(result)\""
    }

    private static func isPlain(at index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let scalar = scalars[index]
        switch scalar {
        case "\"", "#", "&", "<", ">", "`", "\\", "*", "~", "[", "]", "{", "}", "!", "|", "%":
            return false
        case ":", ";":
            // With a word like `style` before it, Mermaid takes an entity's semicolon away.
            return false
        case "_":
            // Emphasis, unless it stands inside a word.
            return isWord(index - 1, scalars) && isWord(index + 1, scalars)
        case "-", "+", "=":
            return index > 0
        case ".", ")":
            // A list, after a number at the beginning.
            return !scalars[..<index].allSatisfy { ("0"..."9").contains($0) }
        case " ":
            // A line with `direction LR` in it is read as one, quoted or not.
            return !String(String.UnicodeScalarView(scalars[..<index])).hasSuffix("direction")
        default: return true
        }
    }

    private static func isWord(_ index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        guard scalars.indices.contains(index) else { return false }
        return scalars[index].properties.isAlphabetic || ("0"..."9").contains(scalars[index])
    }

    private static func yamlQuoted(_ text: String) -> String {
        var result = ""
        for scalar in LabelText.cleaned(text) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += " "
            // A page in HTML would read them before Mermaid does.
            case "&", "<", ">": result += "\\u00\(String(scalar.value, radix: 16, uppercase: true))"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "\"\(result)\""
    }

    // MARK: Statements

    private static func statement(_ node: GraphDescription.Node, _ names: inout MermaidNames) -> String {
        let brackets =
            switch node.shape {
            case .box: ("[", "]")
            case .rounded: ("(", ")")
            case .diamond: ("{", "}")
            case .hexagon: ("{{", "}}")
            case .circle: ("((", "))")
            case .cylinder: ("[(", ")]")
            case .subroutine: ("[[", "]]")
            }
        return names.name(node.id) + brackets.0 + label(node.label) + brackets.1
    }

    private static func statements(_ cluster: GraphDescription.Cluster, _ names: inout MermaidNames) -> [String] {
        var lines = ["subgraph \(names.name(cluster.id))[\(label(cluster.label))]"]
        for node in cluster.nodes { lines.append("    " + statement(node, &names)) }
        for inner in cluster.clusters { lines += statements(inner, &names).map { "    " + $0 } }
        lines.append("end")
        return lines
    }

    private static func statement(_ edge: GraphDescription.Edge, _ names: inout MermaidNames) -> String {
        let arrow =
            switch edge.style {
            case .plain: "-->"
            case .heavy: "==>"
            case .dashed: "-.->"
            }
        let text = edge.label.flatMap { $0.isEmpty ? nil : "|\(label($0))|" } ?? ""
        return "\(names.name(edge.from)) \(arrow)\(text) \(names.name(edge.to))"
    }
}

/// Names that Mermaid reads as nothing but names.
///
/// Its lexer takes keywords (`end`, `style`, `class`, `default` …) even where they only begin a name, so all have a
/// prefix that begins none.
private struct MermaidNames {
    private var names: [String: String] = [:]
    private var used: Set<String> = []

    mutating func name(_ id: String) -> String {
        if let name = names[id] { return name }
        var name = "s_"
        for scalar in id.unicodeScalars {
            let isPlain = scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            name.unicodeScalars.append(isPlain ? scalar : "_")
        }
        let base = name
        var number = 2
        while !used.insert(name).inserted {
            name = "\(base)_\(number)"
            number += 1
        }
        names[id] = name
        return name
    }
}
