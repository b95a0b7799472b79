import OrderedCollections

/// What would be chosen for a model step under each strategy, before anything runs.
package struct Recommendation: Hashable, Sendable {
    package struct Choice: Hashable, Sendable {
        package var strategy: ModelStrategy
        package var candidate: ModelSelection.Candidate
        package var explanation: String
    }

    package var step: StepPath
    /// Of the step's own text; what other steps give it is not known yet.
    package var inputTokens: Int
    /// The strategy that the step has, or inherits.
    package var strategy: ModelStrategy
    /// By strategy; a strategy under which nothing can be chosen is missing.
    package var choices: [Choice]
    /// Why nothing can be chosen, where that is so.
    package var failure: SelectionFailure?

    /// - Parameter tools: finds a tool by its name, for what its description adds to a question.
    package init(
        _ step: Step, at path: StepPath, in pipeline: Pipeline, tools: any ToolCatalog, catalogue: ModelCatalogue,
        quality: QualityLedger, routing: RoutingSettings, at now: Timestamp
    ) {
        self.step = path
        let request = step.draft(tools)
        inputTokens = TokenEstimate.inputTokens(of: request)
        strategy = step.model.strategy ?? pipeline.strategy
        choices = []
        let selector = ModelSelector(catalogue: catalogue, quality: quality)
        let conditions = SelectionConditions(now: now, allow: routing.allow, deny: routing.deny)
        let expert = step.toolNames(tools).lazy.compactMap { pipeline.experts[$0] }.first
        for strategy in ModelStrategy.allCases {
            var policy = step.model
            policy.strategy = strategy
            let selection = SelectionRequest(
                policy: policy, settings: pipeline.models, expert: expert, strategy: strategy, needs: request.needs,
                inputTokens: inputTokens, maxTokens: request.maxTokens,
                explores: false, seed: 0)
            do throws(SelectionFailure) {
                let chosen = try selector.select(selection, conditions)
                if let first = chosen.candidates.first {
                    choices.append(Choice(strategy: strategy, candidate: first, explanation: chosen.explanation))
                }
            } catch {
                failure = error
            }
        }
    }
}

extension Step {
    /// The tools that its model may call.
    fileprivate func toolNames(_ tools: any ToolCatalog) -> [String] {
        let names =
            switch kind {
            case .prompt(let prompt): prompt.tools.map(\.value)
            case .agent: tools.names
            case .decide, .run, .argv, .tool, .approval, .wait, .pipeline, .group: [String]()
            }
        return names.filter { name in model.toolsFilter?.contains { NamePattern.matches($0, name) } ?? true }
    }

    /// The question as far as the file has it.
    fileprivate func draft(_ tools: any ToolCatalog) -> ModelRequest {
        var request = ModelRequest(messages: [])
        request.tools = toolNames(tools).compactMap { name in
            tools.tool(named: name).map { tool in
                let parameters = tool.parameters.map { ($0.name, Value.string($0.summary)) }
                return ToolDefinition(
                    name: name, description: tool.summary,
                    parameters: .object(OrderedDictionary(parameters) { first, _ in first }))
            }
        }
        switch kind {
        case .prompt(let prompt):
            request.system = prompt.system?.ownText
            request.messages = prompt.messages.map { message in
                let images = message.images.map { _ in
                    MessagePart.image(ImageContent(mediaType: "image/png", bytes: []))
                }
                return ModelMessage(
                    message.role == .user ? .user : .assistant, [.text(message.content.ownText)] + images)
            }
            request.outputSchema = prompt.outputSchema.map { OutputSchema(schema: $0) }
            request.maxTokens = prompt.maxTokens
        case .agent(let agent):
            request.messages = [ModelMessage(.user, [.text(agent.goal.ownText)])]
            request.outputSchema = agent.outputSchema.map { OutputSchema(schema: $0) }
        case .decide(let decide):
            request.messages = [ModelMessage(.user, [.text(decide.prompt.ownText)])]
            request.outputSchema = OutputSchema(
                name: "choice", schema: ["enum": Value(decide.choices.map(\.value))])
        case .run, .argv, .tool, .approval, .wait, .pipeline, .group: break
        }
        return request
    }
}

extension Template {
    /// What the author wrote, without what stands in holes.
    fileprivate var ownText: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .hole: ""
            }
        }.joined()
    }
}
