import SwitchyardCore
import SwitchyardDashboard
import TerminalUI

/// A plan in the forms that pictures are drawn from.
struct PlanPicture {
    private let steps: [CompiledPlan.PlannedStep]
    private let critical: Set<StepPath>
    private let title: String

    /// - Parameter critical: the steps of the longest chains.
    init(_ plan: CompiledPlan, critical: Set<StepPath>, title: String) {
        steps = plan.steps
        self.critical = critical
        self.title = title
    }

    private var groups: Set<StepPath> { Set(steps.compactMap(\.parent)) }

    /// What waits for what. What the `finally` list waits for, all of the rest, is not drawn.
    private func isHeavy(_ from: StepPath, _ to: StepPath) -> Bool { critical.contains(from) && critical.contains(to) }

    func boxes(down: Bool, isASCII: Bool) -> [String] {
        let numbers = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.path, $0) })
        let nodes = steps.enumerated().map { number, step in
            BoxGraph.Node(
                id: number,
                lines: [
                    BoxGraph.Line(CleanText(cleaning: label(step))),
                    BoxGraph.Line(CleanText(cleaning: step.uses), .dim),
                ],
                isCritical: critical.contains(step.path), group: step.parent.flatMap { numbers[$0] })
        }
        let edges = steps.enumerated().flatMap { number, step in
            step.needs.compactMap { need in
                numbers[need.path].map {
                    BoxGraph.Edge(from: $0, to: number, isHeavy: isHeavy(need.path, step.path))
                }
            }
        }
        let options = BoxOptions(
            direction: down ? .downwards : .rightwards, framing: .framed, isASCII: isASCII)
        return BoxDrawing(BoxGraph(nodes: nodes, edges: edges), options: options).lines
    }

    func lanes(isASCII: Bool) -> [String] {
        let numbers = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.path, $0) })
        let lanes = steps.map { step in
            // What starts a group hangs below it.
            let needs =
                step.needs.compactMap { numbers[$0.path] }
                + (step.needs.isEmpty ? [step.parent.flatMap { numbers[$0] }].compactMap(\.self) : [])
            let indent = String(repeating: "  ", count: depth(step))
            let text = "\(indent)\(label(step))  \(step.uses)"
            return LaneText.Step(name: CleanText(cleaning: text), needs: needs)
        }
        return LaneText.lines(lanes, isASCII: isASCII)
    }

    func description(down: Bool) -> GraphDescription {
        let groups = groups
        func nodes(in parent: StepPath?) -> [GraphDescription.Node] {
            steps.filter { $0.parent == parent && !groups.contains($0.path) && (parent != nil || !$0.path.isFinally) }
                .map(node)
        }
        func clusters(in parent: StepPath?) -> [GraphDescription.Cluster] {
            steps.filter { $0.parent == parent && groups.contains($0.path) }.map { group in
                GraphDescription.Cluster(
                    id: group.path.rawValue, label: label(group), nodes: nodes(in: group.path),
                    clusters: clusters(in: group.path))
            }
        }
        let last = steps.filter { $0.parent == nil && $0.path.isFinally && !groups.contains($0.path) }
        let finally =
            last.isEmpty ? [] : [GraphDescription.Cluster(id: "finally", label: "finally", nodes: last.map(node))]
        let edges = steps.flatMap { step in
            step.needs.map { need in
                let style: GraphDescription.EdgeStyle =
                    need.origin == .goto ? .dashed : isHeavy(need.path, step.path) ? .heavy : .plain
                return GraphDescription.Edge(
                    from: need.path.rawValue, to: step.path.rawValue, label: need.origin == .goto ? "on failure" : nil,
                    style: style)
            }
        }
        return GraphDescription(
            title: title, direction: down ? .downwards : .rightwards, nodes: nodes(in: nil),
            clusters: clusters(in: nil) + finally, edges: edges)
    }

    private func node(_ step: CompiledPlan.PlannedStep) -> GraphDescription.Node {
        GraphDescription.Node(
            id: step.path.rawValue, label: "\(label(step))\n\(step.uses)", shape: shape(step),
            isEmphasized: critical.contains(step.path))
    }

    private func shape(_ step: CompiledPlan.PlannedStep) -> GraphDescription.Shape {
        switch step.uses {
        case "decide", "approval": .diamond
        case "pipeline": .subroutine
        case "wait": .rounded
        default: .box
        }
    }

    /// The id, with what repeats the step.
    private func label(_ step: CompiledPlan.PlannedStep) -> String {
        switch step.repeats {
        case nil: step.path.id
        case .foreach: "\(step.path.id) ×n"
        case .until: "\(step.path.id) until"
        case .foreachUntil: "\(step.path.id) ×n until"
        }
    }

    private func depth(_ step: CompiledPlan.PlannedStep) -> Int { step.path.groups.count }
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
