import SwitchyardCore
import SwitchyardDashboard
import TerminalUI

/// A plan in the forms that pictures are drawn from: the steps, what undoes them behind each, and those of `finally`
/// in a frame of their own.
struct PlanPicture {
    private let items: [Item]
    private let title: String

    /// What is drawn as one box, row or node.
    private struct Item {
        /// Its path in the plan.
        var id: String
        var label: String
        /// Nil for the frame around the `finally` list.
        var uses: String?
        /// The frame it stands in.
        var parent: String?
        var isCritical = false
        var needs: [Need] = []
    }

    private struct Need {
        var id: String
        var style = GraphDescription.EdgeStyle.plain
        var label: String?
    }

    /// - Parameter critical: the steps of the longest chains.
    init(_ plan: CompiledPlan, critical: Set<StepPath>, title: String) {
        self.title = title
        let undoing = Dictionary(
            plan.compensations.map { ($0.path.compensated, $0) }, uniquingKeysWith: { first, _ in first })
        var items: [Item] = []
        for step in plan.steps {
            if step.path.isFinally, !items.contains(where: { $0.id == Self.finally }) {
                items.append(Item(id: Self.finally, label: Self.finally))
            }
            let parent = step.parent?.rawValue ?? (step.path.isFinally ? Self.finally : nil)
            // What the `finally` list waits for, all of the rest, is not drawn.
            let needs = step.needs.map { need -> Need in
                if need.origin == .goto { return Need(id: need.path.rawValue, style: .dashed, label: "on failure") }
                let isHeavy = critical.contains(need.path) && critical.contains(step.path)
                return Need(id: need.path.rawValue, style: isHeavy ? .heavy : .plain)
            }
            items.append(
                Item(
                    id: step.path.rawValue, label: Self.label(step), uses: step.uses, parent: parent,
                    isCritical: critical.contains(step.path), needs: needs))
            guard let undo = undoing[step.path] else { continue }
            items.append(
                Item(
                    id: undo.path.rawValue, label: "undo \(step.path.id)", uses: undo.uses, parent: parent,
                    needs: [Need(id: step.path.rawValue, style: .dashed, label: "to undo it")]))
        }
        self.items = items
    }

    private static let finally = "finally"

    /// The id, with what repeats the step.
    private static func label(_ step: CompiledPlan.PlannedStep) -> String {
        switch step.repeats {
        case nil: step.path.id
        case .foreach: "\(step.path.id) ×n"
        case .until: "\(step.path.id) until"
        case .foreachUntil: "\(step.path.id) ×n until"
        }
    }

    private var numbers: [String: Int] {
        Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.id, $0) })
    }

    func boxes(down: Bool, isASCII: Bool) -> [String] {
        let numbers = numbers
        let nodes = items.enumerated().map { number, item in
            BoxGraph.Node(
                id: number,
                lines: [BoxGraph.Line(CleanText(cleaning: item.label))]
                    + (item.uses.map { [BoxGraph.Line(CleanText(cleaning: $0), .dim)] } ?? []),
                isCritical: item.isCritical, group: item.parent.flatMap { numbers[$0] })
        }
        let edges = items.enumerated().flatMap { number, item in
            item.needs.compactMap { need in
                numbers[need.id].map { BoxGraph.Edge(from: $0, to: number, isHeavy: need.style == .heavy) }
            }
        }
        let options = BoxOptions(
            direction: down ? .downwards : .rightwards, framing: .framed, isASCII: isASCII)
        return BoxDrawing(BoxGraph(nodes: nodes, edges: edges), options: options).lines
    }

    func lanes(isASCII: Bool) -> [String] {
        let numbers = numbers
        let lanes = items.map { item in
            // What starts a group hangs below it.
            let needs = item.needs.isEmpty ? [item.parent].compactMap(\.self) : item.needs.map(\.id)
            let indent = String(repeating: "  ", count: depth(item, numbers))
            let text = indent + ([item.label] + [item.uses].compactMap(\.self)).joined(separator: "  ")
            return LaneText.Step(name: CleanText(cleaning: text), needs: needs.compactMap { numbers[$0] })
        }
        return LaneText.lines(lanes, isASCII: isASCII)
    }

    func description(down: Bool) -> GraphDescription {
        let frames = Set(items.compactMap(\.parent))
        func nodes(in parent: String?) -> [GraphDescription.Node] {
            items.filter { $0.parent == parent && !frames.contains($0.id) }.map(node)
        }
        func clusters(in parent: String?) -> [GraphDescription.Cluster] {
            items.filter { $0.parent == parent && frames.contains($0.id) }.map { frame in
                GraphDescription.Cluster(
                    id: frame.id, label: frame.label, nodes: nodes(in: frame.id), clusters: clusters(in: frame.id))
            }
        }
        let edges = items.flatMap { item in
            item.needs.map { GraphDescription.Edge(from: $0.id, to: item.id, label: $0.label, style: $0.style) }
        }
        return GraphDescription(
            title: title, direction: down ? .downwards : .rightwards, nodes: nodes(in: nil),
            clusters: clusters(in: nil), edges: edges)
    }

    private func node(_ item: Item) -> GraphDescription.Node {
        GraphDescription.Node(
            id: item.id, label: ([item.label] + [item.uses].compactMap(\.self)).joined(separator: "\n"),
            shape: shape(item), isEmphasized: item.isCritical)
    }

    private func shape(_ item: Item) -> GraphDescription.Shape {
        switch item.uses {
        case "decide", "approval": .diamond
        case "pipeline": .subroutine
        case "wait": .rounded
        default: .box
        }
    }

    private func depth(_ item: Item, _ numbers: [String: Int]) -> Int {
        var depth = 0
        var parent = item.parent
        while let name = parent {
            depth += 1
            parent = numbers[name].flatMap { items[$0].parent }
        }
        return depth
    }
}

extension PipelineGraph {
    /// The steps of the longest chain of every list of steps.
    var criticalPaths: Set<StepPath> {
        var paths: Set<StepPath> = []
        var lists = [main, finally]
        while let list = lists.popLast() {
            let chain = list.criticalPath
            if chain.count > 1 { paths.formUnion(chain.map { list.nodes[$0].path }) }
            lists += list.nodes.compactMap(\.body)
        }
        return paths
    }
}
