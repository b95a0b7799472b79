import TerminalUI

@testable import SwitchyardDashboard

/// A graph written as text: `a>b>c a=>c d`, with `=>` for heavy edges.
///
/// Nodes stand in the order they are first named.
func sketch(_ text: String, groups: [String: String] = [:], selected: String? = nil, details: [String: String] = [:])
    -> BoxGraph
{
    var names: [String] = []
    var edges: [BoxGraph.Edge] = []
    func id(_ name: Substring) -> Int {
        if let index = names.firstIndex(of: String(name)) { return index }
        names.append(String(name))
        return names.count - 1
    }
    for word in text.split(separator: " ") {
        let isHeavy = word.contains("=>")
        let ends = word.split { $0 == ">" || $0 == "=" }
        let ids = ends.map { id($0) }
        for (from, to) in zip(ids, ids.dropFirst()) {
            edges.append(BoxGraph.Edge(from: from, to: to, isHeavy: isHeavy))
        }
    }
    let nodes = names.enumerated().map { index, name in
        var lines = [BoxGraph.Line(CleanText(cleaning: name))]
        if let detail = details[name] { lines.append(BoxGraph.Line(CleanText(cleaning: detail), .dim)) }
        return BoxGraph.Node(
            id: index, lines: lines, isSelected: name == selected,
            group: groups[name].flatMap { names.firstIndex(of: $0) })
    }
    return BoxGraph(nodes: nodes, edges: edges)
}

/// A random graph whose edges lead from lower to higher indices.
func randomGraph(_ random: inout Seeded, nodes: ClosedRange<Int>, mostNeeds: Int, reach: Int) -> BoxGraph {
    let count = Int.random(in: nodes, using: &random)
    var edges: [BoxGraph.Edge] = []
    for index in 0..<count where index > 0 {
        let needs = (0..<Int.random(in: 0...mostNeeds, using: &random)).map { _ in
            Int.random(in: max(0, index - reach)..<index, using: &random)
        }
        for need in Set(needs).sorted() {
            edges.append(BoxGraph.Edge(from: need, to: index, isHeavy: Int.random(in: 0..<8, using: &random) == 0))
        }
    }
    let nodes = (0..<count).map { index in
        let lines = (0...Int.random(in: 0...2, using: &random)).map { line in
            BoxGraph.Line(CleanText(cleaning: "n\(index)" + String(repeating: "x", count: line * 2)))
        }
        return BoxGraph.Node(id: index, lines: lines, isSelected: Int.random(in: 0..<6, using: &random) == 0)
    }
    return BoxGraph(nodes: nodes, edges: edges)
}
