import OrderedCollections
import SwitchyardCore

extension RunDefinition {
    /// What the model step `step` at `path` asks.
    func modelCall(of step: Step, at path: StepPath, in scope: Scope) throws(EvaluationError) -> ModelCall {
        var constraints: [String] = []
        for template in step.model.constraints { constraints.append(try template.text(in: scope)) }
        var call = ModelCall(
            kind: step.kind.key, messages: [], context: context(of: step, at: path, in: scope),
            constraints: constraints, choices: [], tools: [], maxTurns: AgentStep.defaultMaxTurns, streams: true,
            policy: step.model.value)
        switch step.kind {
        case .prompt(let prompt):
            call.system = try prompt.system?.text(in: scope)
            for message in prompt.messages {
                var images: [String] = []
                for image in message.images { images.append(try image.text(in: scope)) }
                call.messages.append(
                    .init(role: message.role, content: try message.content.text(in: scope), images: images))
            }
            call.outputSchema = prompt.outputSchema
            call.tools = prompt.tools.map(\.value).filter { step.model.allows(tool: $0) }
            call.maxTokens = prompt.maxTokens
            call.temperature = prompt.temperature
            call.streams = prompt.streams
        case .agent(let agent):
            call.messages = [.init(role: .user, content: try agent.goal.text(in: scope), images: [])]
            call.outputSchema = agent.outputSchema
            call.tools = tools.names.filter { step.model.allows(tool: $0) }
            call.maxTurns = agent.maxTurns
        case .decide(let decide):
            call.messages = [.init(role: .user, content: try decide.prompt.text(in: scope), images: [])]
            call.choices = decide.choices.map(\.value)
            call.onError = decide.onError
        case .run, .argv, .tool, .approval, .wait, .pipeline, .group:
            preconditionFailure("a `\(step.kind.key)` step asks no model")
        }
        return call
    }

    /// What the step is told of the run: the outputs of the steps it needs, as far as its own text does not hold them.
    private func context(of step: Step, at path: StepPath, in scope: Scope) -> Value {
        let told = Set(step.kind.modelReferences.compactMap(\.stepID))
        var context: OrderedDictionary<String, Value> = [
            "step_name": .string(step.name ?? step.id), "pipeline_id": .string(pipeline.id),
        ]
        let needs = plan.steps.first { $0.path == path.planned }?.needs ?? []
        for need in needs where !told.contains(need.path.id) {
            guard let result = scope.steps.result(of: need.path.id) else { continue }
            context["dependency_\(need.path.id)"] = result.output
        }
        return .object(context)
    }
}

extension Reference {
    /// The step that it names, if it names one.
    fileprivate var stepID: String? {
        guard root == .steps, case .member(let id)? = path.first else { return nil }
        return id
    }
}

extension StepKind {
    /// What the text of a model step refers to.
    fileprivate var modelReferences: [Reference] {
        switch self {
        case .prompt(let prompt): (prompt.system?.references ?? []) + prompt.messages.flatMap(\.content.references)
        case .agent(let agent): agent.goal.references
        case .decide(let decide): decide.prompt.references
        case .run, .argv, .tool, .approval, .wait, .pipeline, .group: []
        }
    }
}

extension ModelPolicy {
    /// Whether the step's `tools_filter` lets its model call `tool`.
    func allows(tool: String) -> Bool { toolsFilter?.contains { NamePattern.matches($0, tool) } ?? true }

    /// As it is recorded: only what was said.
    var value: Value {
        var object: OrderedDictionary<String, Value> = [:]
        if let model { object["model"] = .string(model.text) }
        if let tier { object["tier"] = .string(tier.rawValue) }
        if let task { object["task"] = .string(task) }
        if let strategy { object["strategy"] = .string(strategy.rawValue) }
        if let fallback { object["fallback"] = Value(fallback) }
        return .object(object)
    }
}

extension ModelSettings {
    /// As the keys of kept results have it.
    var value: Value {
        var tiers: OrderedDictionary<String, Value> = [:]
        for (tier, model) in self.tiers { tiers[tier.rawValue] = .string(model) }
        var tasks: OrderedDictionary<String, Value> = [:]
        for (task, tier) in self.tasks { tasks[task] = .string(tier.rawValue) }
        return [
            "default": Value(defaultModel), "fallback": Value(fallback), "tiers": .object(tiers),
            "tasks": .object(tasks),
        ]
    }
}
