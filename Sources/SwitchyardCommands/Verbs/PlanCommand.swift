import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// `switchyard plan`: what a run would do, before it does.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a run would do: the order, what waits for what and why, and what can run at once.",
        discussion: """
            Nothing is run.

              switchyard plan pipeline.yaml
              switchyard plan pipeline.yaml --json | jq .groups
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @Flag(name: .long, help: "Print the plan as JSON.")
    var json = false

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let loaded = try assembly.pipeline(at: file)
        loaded.printWarnings()
        let graph = loaded.graph
        let plan = graph.compiled { $0.plannedEffect(tools: assembly.tools) }
        StandardStream.output.write(
            json
                ? JSON.text(of: Self.json(loaded.pipeline, graph, plan), layout: .indented) + "\n"
                : Self.text(loaded.pipeline, graph, plan)
        )
    }

    private static func text(_ pipeline: Pipeline, _ graph: PipelineGraph, _ plan: CompiledPlan) -> String {
        let shape =
            switch plan.strategy {
            case .parallel: "PARALLEL: no step waits for another"
            case .serial: "SERIAL: one chain"
            case .dag: "DAG: \(graph.groups.count) groups deep; a step starts when what it needs has ended"
            }
        var text = "\(Cleaned.line(pipeline.name ?? pipeline.id)) (\(pipeline.id))\n"
        text += "strategy  \(shape); at most \(pipeline.maxConcurrentSteps) steps at once\n\n"
        var table = TextTable(["group", "step", "uses", "effect", "needs"], rightAligned: [0])
        for (level, group) in graph.groups.enumerated() {
            for node in group { table.append([String(level + 1)] + row(plan.steps[node])) }
        }
        for node in graph.finallyNodes { table.append(["end"] + row(plan.steps[node])) }
        text += table.text
        if plan.steps.contains(where: { $0.needs.contains { $0.origin == .inferred } }) {
            text += "\n* needed because an expression refers to it\n"
        }
        if graph.criticalPath.count > 1 {
            let path = graph.criticalPath.map { graph.nodes[$0].path.rawValue }
            text += "\nlongest chain  \(path.joined(separator: " → "))\n"
        }
        return text
    }

    private static func row(_ step: CompiledPlan.PlannedStep) -> [String] {
        let needs = step.needs.map { $0.origin == .explicit ? $0.path.rawValue : "\($0.path)*" }
        let mode = step.mode == .serial ? ", alone" : ""
        return [
            step.path.rawValue, step.uses, step.effect.rawValue + mode, needs.joined(separator: ", "),
        ]
    }

    private static func json(_ pipeline: Pipeline, _ graph: PipelineGraph, _ plan: CompiledPlan) -> Value {
        func paths(_ nodes: some Sequence<Int>) -> Value { Value(nodes.map { graph.nodes[$0].path.rawValue }) }
        return [
            "pipeline": .string(pipeline.id), "strategy": .string(plan.strategy.rawValue),
            "slots": .int(pipeline.maxConcurrentSteps), "groups": .array(graph.groups.map { paths($0) }),
            "critical_path": paths(graph.criticalPath), "finally": paths(graph.finallyNodes),
            "steps": RunEvent.planCompiled(plan).data["steps"],
        ]
    }
}
