import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// A pipeline to simulate runs of, with everything about it that does not change from run to run.
///
/// For one task at a time: it learns the steps that its runs come to have.
package final class Scenario {
    let pipeline: Pipeline
    /// What the machine runs by. A saboteur may have been at it.
    let definition: RunDefinition
    /// What the promises are read from: the pipeline as it was written.
    let table: PlaceTable
    let outputs: ScriptedOutputs
    /// Whether a run's end depends on its script alone, and not on when things happen.
    let isTimeless: Bool
    /// The seed of the scripts that its runs follow.
    private let seed: UInt64
    private var references: [Int: ReferenceEnd?] = [:]

    /// How many scripts there are for each pipeline.
    static let scriptCount = 16

    init(
        _ pipeline: Pipeline, graph: PipelineGraph, inputs: RunInputs, tools: any ToolCatalog, seed: UInt64,
        sabotage: Sabotage?
    ) {
        self.pipeline = pipeline
        self.seed = seed
        table = PlaceTable(graph)
        outputs = ScriptedOutputs(pipeline)
        isTimeless = pipeline.isTimeless
        let (sabotaged, slots) = sabotage?.applied(to: pipeline) ?? (pipeline, pipeline.maxConcurrentSteps)
        let sabotagedGraph = sabotage == nil ? graph : (try? PipelineGraph.build(sabotaged)) ?? graph
        definition = RunDefinition(
            run: RunID("simulated0000000"), pipeline: sabotaged, graph: sabotagedGraph, inputs: inputs, tools: tools,
            seed: seed, slots: slots, workspace: "/simulated", actor: Actor("simulation"))
    }

    func script(_ number: Int) -> ToolScript {
        ToolScript(seed: SplitMix64.hash(seed, number), outputs: outputs)
    }

    /// How a run that follows script `number` ends where nothing goes wrong with its process; nil if even that run
    /// breaks a promise.
    func reference(_ number: Int, sabotage: Sabotage?) -> ReferenceEnd? {
        if let known = references[number] { return known }
        var simulation = Simulation(undisturbed: self, script: number, sabotage: sabotage)
        let outcome = simulation.run()
        let end = outcome.violation == nil ? ReferenceEnd(of: simulation.snapshot, table) : nil
        references[number] = .some(end)
        return end
    }
}

/// What a run that was cut must have in common with one that was not.
struct ReferenceEnd: Equatable {
    var status: RunStatus
    var outputs: Value
    /// The states of the pipeline's own steps, and what those that call tools gave. Only of runs that succeeded: which
    /// steps a failure keeps from starting depends on when it comes.
    var steps: [StepPath: [Value]] = [:]

    init(of snapshot: RunSnapshot, _ table: PlaceTable) {
        status = snapshot.status
        outputs = snapshot.outputs
        guard status == .succeeded else { return }
        for step in snapshot.steps.values where step.path.isListed {
            guard let place = table.number(of: step.path) else { continue }
            let output = table.facts(of: place).callsTool ? step.output : .null
            steps[step.path] = [.string(step.state.name), output]
        }
    }

    /// The first difference, for a person.
    func difference(from other: ReferenceEnd) -> String? {
        if status != other.status { return "it \(other.status.rawValue), and undisturbed it \(status.rawValue)" }
        if let path = steps.keys.sorted().first(where: { steps[$0] != other.steps[$0] }) {
            func text(_ values: [Value]?) -> String { JSON.text(of: .array(values ?? [])) }
            return "\(path) is \(text(other.steps[path])), and undisturbed it is \(text(steps[path]))"
        }
        return outputs == other.outputs ? nil : "its outputs are \(JSON.text(of: other.outputs))"
    }
}

extension Pipeline {
    /// Whether the end of a run depends on what its steps do and not on when: no limit goes on without a process, and
    /// no expression reads a moment or the words of an error.
    fileprivate var isTimeless: Bool {
        let references =
            (steps + finally).flatMap(\.allReferences) + outputs.values.flatMap(\.references)
        let timed = Set((steps + finally).flatMap(\.timedIDs))
        let readsTime = references.contains { reference in
            if reference.root == .run || reference.root == .shared { return true }
            guard reference.root == .steps else { return false }
            guard let id = reference.stepID, reference.path.count > 1 else { return true }
            if reference.path[1] == .member("error") { return true }
            return timed.contains(id) && reference.path[1] == .member("output")
                && reference.path.dropFirst(2) != [.member("approved")]
        }
        return !readsTime && !(steps + finally).contains { $0.hasLastingLimit || $0.loopsOverTime }
    }
}

extension Step {
    fileprivate var allReferences: [Reference] {
        templateSites.flatMap(\.references) + ((kind.body ?? []) + compensate).flatMap(\.allReferences)
    }

    /// The ids of the steps here whose results hold the moment of an answer.
    fileprivate var timedIDs: [String] {
        if case .approval = kind { return [id] }
        let inner = (kind.body ?? []).flatMap(\.timedIDs)
        return inner.isEmpty ? [] : inner + [id]
    }

    /// Whether an iteration here sees such a result of the one before.
    fileprivate var loopsOverTime: Bool {
        (until != nil && !timedIDs.isEmpty) || (kind.body ?? []).contains(where: \.loopsOverTime)
    }

    /// Whether the time that a limit here allows goes on while no process has the run.
    fileprivate var hasLastingLimit: Bool {
        if case .pipeline = kind { return timeout.startToClose != nil }
        guard let body = kind.body else { return false }
        return timeout.startToClose != nil || body.contains(where: \.hasLastingLimit)
    }
}
