package import OrderedCollections

/// A step as the file defines it, with inherited policies filled in.
package struct Step: Hashable, Sendable {
    /// Unique within its list.
    package var id: String
    package var name: String?
    package var location: SourceLocation
    package var kind: StepKind
    /// The ids that `needs` lists; references add more (see ``PipelineGraph``).
    package var needs: [Located<String>]
    /// False means the step is skipped.
    package var when: Expression?
    package var retry: RetryPolicy
    package var timeout: StepTimeout
    package var onFailure: OnFailure
    package var executionMode: ExecutionMode
    /// What may happen to the step after a crash; nil is the default of its kind or tool.
    package var effect: Effect?
    package var env: OrderedDictionary<String, Template>
    package var workingDirectory: Template?

    package init(
        id: String, name: String? = nil, location: SourceLocation, kind: StepKind, needs: [Located<String>] = [],
        when: Expression? = nil, retry: RetryPolicy = .none, timeout: StepTimeout = .none, onFailure: OnFailure = .fail,
        executionMode: ExecutionMode = .concurrent, effect: Effect? = nil,
        env: OrderedDictionary<String, Template> = [:], workingDirectory: Template? = nil
    ) {
        self.id = id
        self.name = name
        self.location = location
        self.kind = kind
        self.needs = needs
        self.when = when
        self.retry = retry
        self.timeout = timeout
        self.onFailure = onFailure
        self.executionMode = executionMode
        self.effect = effect
        self.env = env
        self.workingDirectory = workingDirectory
    }
}

/// What a step runs. A step holds exactly one kind.
package enum StepKind: Hashable, Sendable {
    /// `run:` a shell script; `shell` is the program, `bash` by default.
    case run(ShellTemplate, shell: String)
    /// `argv:` a program and its arguments, with no shell.
    case argv([Template])
    /// `tool:` a tool of the registry; `with` is an object.
    case tool(name: String, with: ValueTemplate)
}

extension StepKind {
    /// What the screen shows under "uses": the tool's name, or `shell` and the program's name.
    package var label: String {
        switch self {
        case .run(_, let shell): shell
        case .argv(let arguments):
            arguments.first.flatMap(\.literalText).map { text in
                String(text.split(separator: "/").last ?? "argv")
            } ?? "argv"
        case .tool(let name, _): name
        }
    }

    /// The name of the tool that performs the step.
    package var toolName: String {
        switch self {
        case .run: "shell"
        case .argv: "process"
        case .tool(let name, _): name
        }
    }
}

/// A value with the place it was written at.
package struct Located<Wrapped: Hashable & Sendable>: Hashable, Sendable {
    package var value: Wrapped
    package var location: SourceLocation

    package init(_ value: Wrapped, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

/// What a failed step does to its run.
package enum OnFailure: Hashable, Sendable {
    /// Nothing new starts, running steps end, `finally` runs, the run fails.
    case fail
    /// The step counts as ended; its output is `null` and its status `failed`.
    case `continue`
    /// Dependents are skipped, everything else goes on, and the run fails in the end.
    case skipDependents
}

/// Whether a step may run beside its ready siblings.
package enum ExecutionMode: String, Hashable, Sendable {
    case concurrent, serial
}

/// What may happen to a step's effect after a crash.
package enum Effect: String, Hashable, Sendable, CaseIterable {
    /// Runs again: it changes nothing.
    case pure
    /// Runs again under the same key.
    case idempotent
    /// Never runs again by itself: a person decides.
    case unsafe
}
