package import OrderedCollections

/// What a step runs. A step holds exactly one kind.
package enum StepKind: Hashable, Sendable {
    /// `run:` a shell script; `shell` is the program, `bash` by default.
    case run(ShellTemplate, shell: String)
    /// `argv:` a program and its arguments, with no shell.
    case argv([Template])
    /// `tool:` a tool of the registry; `with` is an object.
    case tool(name: String, with: ValueTemplate)
    /// `prompt:` or `messages:` one call of a model.
    case prompt(PromptStep)
    /// `agent:` a model that calls tools until its goal is met.
    case agent(AgentStep)
    /// `decide:` a model's choice among named answers.
    case decide(DecideStep)
    /// `approval:` waits for a person.
    case approval(ApprovalStep)
    /// `wait:` waits for a time or an event.
    case wait(WaitStep)
    /// `pipeline:` another pipeline as one step.
    case pipeline(NestedPipeline)
    /// `steps:` a group.
    case group([Step])
}

extension StepKind {
    /// The key that holds it in a file.
    package var key: String {
        switch self {
        case .run: "run"
        case .argv: "argv"
        case .tool: "tool"
        case .prompt: "prompt"
        case .agent: "agent"
        case .decide: "decide"
        case .approval: "approval"
        case .wait: "wait"
        case .pipeline: "pipeline"
        case .group: "steps"
        }
    }

    /// What the screen shows under "uses": the tool's name, the program's, or the kind.
    package var label: String {
        switch self {
        case .run(_, let shell): shell
        case .argv(let arguments):
            arguments.first.flatMap(\.literalText).map { text in
                String(text.split(separator: "/").last ?? "argv")
            } ?? "argv"
        case .tool(let name, _): name
        case .prompt, .agent, .decide, .approval, .wait, .pipeline: key
        case .group: "group"
        }
    }

    /// The name of the tool that performs the step; nil for a kind that the engine or a model performs.
    package var toolName: String? {
        switch self {
        case .run: "shell"
        case .argv: "process"
        case .tool(let name, _): name
        case .prompt, .agent, .decide, .approval, .wait, .pipeline, .group: nil
        }
    }

    /// The steps of a group; nil for every other kind.
    package var body: [Step]? {
        guard case .group(let steps) = self else { return nil }
        return steps
    }

    /// Whether a model performs it.
    package var usesModel: Bool {
        switch self {
        case .prompt, .agent, .decide: true
        case .run, .argv, .tool, .approval, .wait, .pipeline, .group: false
        }
    }
}

/// One call of a model.
package struct PromptStep: Hashable, Sendable {
    /// In order; `prompt: text` is one of the user.
    package var messages: [PromptMessage]
    package var system: Template?
    /// The JSON Schema of the answer; nil for text.
    package var outputSchema: Value?
    /// The longest answer, in tokens.
    package var maxTokens: Int?
    package var temperature: Double?
    /// Whether the answer is shown while it comes.
    package var streams: Bool
    /// The tools that the model may call.
    package var tools: [Located<String>]

    package init(
        messages: [PromptMessage], system: Template? = nil, outputSchema: Value? = nil, maxTokens: Int? = nil,
        temperature: Double? = nil, streams: Bool = true, tools: [Located<String>] = []
    ) {
        self.messages = messages
        self.system = system
        self.outputSchema = outputSchema
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.streams = streams
        self.tools = tools
    }
}

/// One message of a conversation with a model.
package struct PromptMessage: Hashable, Sendable {
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case user, assistant
    }

    package var role: Role
    package var content: Template
    /// The paths of image files that belong to it.
    package var images: [Template]

    package init(_ role: Role = .user, _ content: Template, images: [Template] = []) {
        self.role = role
        self.content = content
        self.images = images
    }
}

/// A model that calls tools until its goal is met.
package struct AgentStep: Hashable, Sendable {
    package static let defaultMaxTurns = 20

    package var goal: Template
    /// How many answers of the model there may be, at least 1.
    package var maxTurns: Int
    /// The JSON Schema of the result; nil for text.
    package var outputSchema: Value?

    package init(goal: Template, maxTurns: Int = AgentStep.defaultMaxTurns, outputSchema: Value? = nil) {
        self.goal = goal
        self.maxTurns = maxTurns
        self.outputSchema = outputSchema
    }
}

/// A model's choice among named answers.
package struct DecideStep: Hashable, Sendable {
    package var prompt: Template
    package var choices: [Located<String>]
    /// The answer taken when the model fails; nil fails the step.
    package var onError: String?

    package init(prompt: Template, choices: [Located<String>], onError: String? = nil) {
        self.prompt = prompt
        self.choices = choices
        self.onError = onError
    }
}

/// A person's yes or no.
package struct ApprovalStep: Hashable, Sendable {
    package enum TimeoutAnswer: String, Hashable, Sendable, CaseIterable {
        case approve, reject
    }

    package var message: Template
    /// How long it waits; nil is for ever.
    package var timeout: Duration?
    package var onTimeout: TimeoutAnswer

    package init(message: Template, timeout: Duration? = nil, onTimeout: TimeoutAnswer = .reject) {
        self.message = message
        self.timeout = timeout
        self.onTimeout = onTimeout
    }
}

/// What a `wait` step waits for.
package enum WaitStep: Hashable, Sendable {
    /// A duration as ``DurationText`` reads it.
    case duration(Template)
    /// A moment as RFC 3339 spells it.
    case until(Template)
    /// An event of another pipeline; of any where `from` is nil.
    case event(type: String, from: String?)
}

/// Another pipeline as one step.
package struct NestedPipeline: Hashable, Sendable {
    /// How the other pipeline is named.
    package enum Source: Hashable, Sendable {
        /// Its file, from the folder of this one.
        case path(String)
        case id(String)
    }

    package var source: Source
    package var inputs: OrderedDictionary<String, ValueTemplate>

    package init(source: Source, inputs: OrderedDictionary<String, ValueTemplate> = [:]) {
        self.source = source
        self.inputs = inputs
    }
}
