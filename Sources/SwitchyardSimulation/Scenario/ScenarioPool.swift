package import SwitchyardCore
package import SwitchyardEngine

/// Where simulations get their pipelines from.
///
/// For one task at a time: pipelines are made when they are first asked for, and kept.
package final class ScenarioPool {
    /// What is simulated.
    package enum Subject: Sendable {
        /// Pipelines that are made up, as many as there are seeds for.
        case generated
        /// One that a person wrote.
        case pipeline(Pipeline, PipelineGraph, RunInputs, any ToolCatalog)
    }

    /// How many pipelines are made up: parsing their expressions costs more than a run.
    private static let generatedCount: UInt64 = 512
    /// How many sets of scripts a person's pipeline is simulated with.
    private static let scriptSets: UInt64 = 64

    let sabotage: Sabotage?
    private let subject: Subject
    private var scenarios: [UInt64: Scenario] = [:]

    package init(_ subject: Subject = .generated, sabotage: Sabotage? = nil) {
        self.subject = subject
        self.sabotage = sabotage
    }

    /// What the simulation of `seed` is of.
    package func scenario(for seed: UInt64) -> Scenario {
        let number: UInt64 =
            switch subject {
            case .generated: SplitMix64.mixed(seed) % Self.generatedCount
            case .pipeline: SplitMix64.mixed(seed) % Self.scriptSets
            }
        if let known = scenarios[number] { return known }
        let scenario = make(number)
        scenarios[number] = scenario
        return scenario
    }

    private func make(_ number: UInt64) -> Scenario {
        switch subject {
        case .pipeline(let pipeline, let graph, let inputs, let tools):
            return Scenario(pipeline, graph: graph, inputs: inputs, tools: tools, seed: number, sabotage: sabotage)
        case .generated:
            var generator = PipelineGenerator(seed: number)
            do {
                let pipeline = try generator.pipeline()
                return Scenario(
                    pipeline, graph: try PipelineGraph.build(pipeline), inputs: RunInputs(), tools: SimulatedTools(),
                    seed: number, sabotage: sabotage)
            } catch {
                fatalError("generated pipeline \(number) is not valid: \(error)")
            }
        }
    }
}
