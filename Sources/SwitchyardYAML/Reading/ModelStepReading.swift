import SwitchyardCore

/// Steps that a model performs.
extension PipelineReading {
    /// - Parameter field: `prompt` or `messages`.
    mutating func prompt(_ field: Field, _ fields: Fields, allowsRaw: Bool, path: String) -> PromptStep {
        var step = PromptStep(messages: [])
        if case .list = field.type {
            step.messages = messages(field, allowsRaw: allowsRaw, path: path)
        } else {
            record(field.node, at: path + ".messages[0].content")
            if let text = template(field, allowsRaw: allowsRaw) { step.messages = [PromptMessage(.user, text)] }
        }
        if let system = fields["system"] {
            record(system.node, at: path + ".system")
            step.system = template(system, allowsRaw: allowsRaw)
        }
        step.outputSchema = fields["output_schema"].flatMap { schema($0) }
        step.maxTokens = fields["max_tokens"].flatMap { integer($0) }
        step.temperature = fields["temperature"].flatMap { number($0) }
        step.streams = fields["stream"].flatMap { boolean($0) } ?? true
        step.tools = fields["tools"].flatMap { words($0) } ?? []
        return step
    }

    private mutating func messages(_ field: Field, allowsRaw: Bool, path: String) -> [PromptMessage] {
        guard let nodes = field.node.list else {
            wrongType(field, hint: field.node.scalar == nil ? nil : "for one message, write `prompt: …`")
            return []
        }
        if nodes.isEmpty { report(field.node, "`messages` is empty") }
        var messages: [PromptMessage] = []
        for node in nodes {
            let number = messages.count
            let element = Field(
                label: "messages[\(number)]", type: .either([.text, .table(.message)]), key: field.key, node: node)
            if let message = message(element, allowsRaw: allowsRaw, path: "\(path).messages[\(number)]") {
                messages.append(message)
            }
        }
        return messages
    }

    private mutating func message(_ field: Field, allowsRaw: Bool, path: String) -> PromptMessage? {
        guard field.node.map != nil else {
            record(field.node, at: path + ".content")
            return template(field, allowsRaw: allowsRaw).map { PromptMessage(.user, $0) }
        }
        if let role = field.node["role"], role.scalar?.text == "system" {
            report(role, "`\(field.label).role` is `system`", hint: "write the text in `system`, beside `messages`")
            return nil
        }
        guard let fields = fields(of: field) else { return nil }
        let role = fields["role"].flatMap { choice($0) }.flatMap(PromptMessage.Role.init)
        var message = PromptMessage(role ?? .user, Template(literal: ""))
        if let content = fields["content"] {
            record(content.node, at: path + ".content")
            message.content = template(content, allowsRaw: allowsRaw) ?? message.content
        }
        if let images = fields["images"], let nodes = wordNodes(images) {
            for (index, node) in nodes.enumerated() {
                record(node, at: "\(path).images[\(index)]")
                message.images.append(template(node, allowsRaw: allowsRaw) ?? Template(literal: ""))
            }
        }
        return message
    }

    mutating func agent(_ field: Field, allowsRaw: Bool, path: String) -> StepKind? {
        guard field.node.map != nil else {
            let isText = field.node.scalar?.value.stringValue != nil
            wrongType(field, hint: isText ? "write `agent: {goal: …}`" : nil)
            return nil
        }
        guard let fields = fields(of: field) else { return nil }
        var agent = AgentStep(goal: Template(literal: ""))
        if let goal = fields["goal"] {
            record(goal.node, at: path + ".agent.goal")
            agent.goal = template(goal, allowsRaw: allowsRaw) ?? agent.goal
        }
        agent.maxTurns = fields["max_turns"].flatMap { integer($0) } ?? AgentStep.defaultMaxTurns
        agent.outputSchema = fields["output_schema"].flatMap { schema($0) }
        return .agent(agent)
    }

    mutating func decide(_ field: Field, allowsRaw: Bool, path: String) -> StepKind? {
        guard let fields = fields(of: field) else { return nil }
        var step = DecideStep(prompt: Template(literal: ""), choices: [])
        if let prompt = fields["prompt"] {
            record(prompt.node, at: path + ".decide.prompt")
            step.prompt = template(prompt, allowsRaw: allowsRaw) ?? step.prompt
        }
        if let field = fields["choices"] { step.choices = choices(field) }
        guard let fallback = fields["on_error"] else { return .decide(step) }
        guard let scalar = fallback.node.scalar, !scalar.value.isNull else {
            wrongType(fallback)
            return .decide(step)
        }
        let names = step.choices.map(\.value)
        if !names.contains(scalar.text), !names.isEmpty {
            let list = names.map { "`\($0)`" }.joined(separator: ", ")
            report(
                fallback.node, "`\(fallback.label)` is none of the choices, \(list)",
                hint: NearestName.suggestion(for: scalar.text, among: names).map { "did you mean `\($0)`?" })
        }
        step.onError = scalar.text
        return .decide(step)
    }

    private mutating func choices(_ field: Field) -> [Located<String>] {
        guard field.node.list != nil else {
            wrongType(field)
            return []
        }
        var choices: [Located<String>] = []
        for choice in words(field) ?? [] {
            if let first = choices.first(where: { $0.value == choice.value }) {
                diagnostics.append(
                    Diagnostic(
                        at: choice.location,
                        "the choice `\(choice.value)` stands twice: here and at"
                            + (first.location.line == choice.location.line
                                ? " column \(first.location.column)" : " line \(first.location.line)"),
                        hint: "remove one of the two"))
            } else {
                choices.append(choice)
            }
        }
        if choices.count < 2 {
            report(
                field.node, "`\(field.label)` has \(choices.isEmpty ? "no answer" : "one answer") to choose from",
                hint: "a choice has at least two")
        }
        return choices
    }
}
