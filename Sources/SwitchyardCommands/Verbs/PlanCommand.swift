import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import SwitchyardYAML

/// `switchyard plan`: what a run would do, before it does.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a run would do: the order, what waits for what and why, and what can run at once.",
        discussion: """
            Nothing is run.

              switchyard plan pipeline.yaml
              switchyard plan pipeline.yaml --json | jq .groups
              switchyard plan pipeline.yaml --explain timeout       its value for each step, and where it comes from
              switchyard plan pipeline.yaml --recommend             which models would be asked, and what that costs
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @Flag(name: .long, help: "Print the plan as JSON.")
    var json = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show what a setting comes to and where it was said, such as retry.max_attempts.", valueName: "key"))
    var explain: String?

    @Flag(name: .long, help: "Show the best model for each step under every strategy. No key is needed.")
    var recommend = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var store: StoreOptions

    mutating func validate() throws {
        if recommend, explain != nil { throw ValidationError("--recommend and --explain exclude each other.") }
    }

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let loaded = try assembly.pipeline(at: file, settings: settings.set)
        if let explain {
            let explanations = try SettingText.explanations(of: explain, in: loaded.reading.settings)
                .map { Self.withOwnEffect($0, loaded.pipeline, assembly.tools) }
            StandardStream.output.write(
                json
                    ? JSON.text(of: SettingText.json(explanations), layout: .indented) + "\n"
                    : SettingText.text(explanations))
            return
        }
        loaded.printWarnings()
        if recommend {
            let recommendations = try await recommendations(loaded, assembly)
            StandardStream.output.write(
                json
                    ? JSON.text(of: RecommendationText.json(recommendations), layout: .indented) + "\n"
                    : RecommendationText.text(recommendations))
            return
        }
        let graph = loaded.graph
        let plan = graph.compiled { $0.plannedEffect(tools: assembly.tools) }
        StandardStream.output.write(
            json
                ? JSON.text(of: Self.json(loaded.pipeline, graph, plan), layout: .indented) + "\n"
                : Self.text(loaded.pipeline, graph, plan)
        )
    }

    /// For every step that asks a model, in the file's order.
    private func recommendations(
        _ loaded: LoadedPipeline, _ assembly: Assembly
    ) async throws(CommandFailure) -> [Recommendation] {
        let now = EngineClock.system().now()
        let quality = try await store.quality(in: assembly.environment, at: now)
        let settings = loaded.reading.settings
        let plan = loaded.graph.compiled { $0.plannedEffect(tools: assembly.tools) }
        return (plan.steps + plan.compensations).compactMap { planned in
            guard let step = loaded.pipeline.step(at: planned.path), step.kind.usesModel else { return nil }
            return Recommendation(
                step, at: planned.path, in: loaded.pipeline, tools: assembly.tools, catalogue: settings.catalogue,
                quality: quality, routing: settings.routing, at: now)
        }
    }

    /// An explanation of `effect` with what the step's kind or tool says in place of the built-in value, which is only
    /// that they say it.
    private static func withOwnEffect(
        _ explanation: SettingExplanation, _ pipeline: Pipeline, _ tools: any ToolCatalog
    ) -> SettingExplanation {
        guard explanation.key == "effect", var step = explanation.step.flatMap({ pipeline.step(at: $0) }) else {
            return explanation
        }
        step.effect = nil
        let effect = step.plannedEffect(tools: tools)
        let giver = if case .tool(let name, _) = step.kind { "by the tool \(name)" } else { "by `\(step.kind.key)`" }
        func text(_ value: SettingValue) -> SettingValue {
            var value = value
            if value.origin == .builtIn { value.text = "\(effect.rawValue), \(giver)" }
            return value
        }
        var explanation = explanation
        explanation.effective = text(explanation.effective)
        explanation.overridden = explanation.overridden.map(text)
        return explanation
    }

    private static func text(_ pipeline: Pipeline, _ graph: PipelineGraph, _ plan: CompiledPlan) -> String {
        let groups = CountText.of(graph.main.levels.count, "group")
        let shape =
            switch plan.strategy {
            case .parallel: "PARALLEL: no step waits for another"
            case .serial: "SERIAL: one chain"
            case .dag: "DAG: \(groups) deep; a step starts when what it needs has ended"
            }
        var text = "\(Cleaned.line(pipeline.name ?? pipeline.id)) (\(pipeline.id))\n"
        text += "strategy  \(shape); at most \(CountText.of(pipeline.maxConcurrentSteps, "step")) at once\n\n"
        var table = TextTable(["group", "step", "uses", "effect", "needs"], rightAligned: [0])
        for step in plan.steps { table.append([place(of: step)] + row(step)) }
        text += table.text
        if plan.steps.contains(where: { $0.needs.contains { $0.origin == .inferred } }) {
            text += "\n* needed because an expression refers to it\n"
        }
        if graph.main.criticalPath.count > 1 {
            let path = graph.main.criticalPath.map { graph.main.nodes[$0].path.rawValue }
            text += "\nlongest chain  \(path.joined(separator: " → "))\n"
        }
        return text
    }

    /// The number of the level, or what the step is part of.
    private static func place(of step: CompiledPlan.PlannedStep) -> String {
        step.path.isFinally ? "end" : String(step.level + 1)
    }

    private static func row(_ step: CompiledPlan.PlannedStep) -> [String] {
        let needs = step.needs.map { $0.origin == .explicit ? $0.path.rawValue : "\($0.path)*" }
        let mode = step.mode == .serial ? ", alone" : ""
        return [
            step.path.rawValue, step.uses, step.effect.rawValue + mode, needs.joined(separator: ", "),
        ]
    }

    private static func json(_ pipeline: Pipeline, _ graph: PipelineGraph, _ plan: CompiledPlan) -> Value {
        let main = graph.main
        func paths(_ nodes: some Sequence<Int>) -> Value { Value(nodes.map { main.nodes[$0].path.rawValue }) }
        return [
            "pipeline": .string(pipeline.id), "strategy": .string(plan.strategy.rawValue),
            "slots": .int(pipeline.maxConcurrentSteps), "groups": .array(main.levels.map { paths($0) }),
            "critical_path": paths(main.criticalPath),
            "convergence_points": paths(main.convergencePoints),
            "finally": Value(graph.finally.nodes.map(\.path.rawValue)),
            "steps": RunEvent.planCompiled(plan).data["steps"],
        ]
    }
}
