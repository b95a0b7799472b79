package import OrderedCollections

/// A step as the file defines it, with inherited policies filled in.
package struct Step: Hashable, Sendable {
    /// Unique within its list.
    package var id: String
    package var name: String?
    package var description: String?
    package var location: SourceLocation
    package var kind: StepKind
    /// The ids that `needs` lists; references add more (see ``StepGraph``).
    package var needs: [Located<String>]
    /// False means the step is skipped. Where it reads `item` or `index` it is asked for each item.
    package var when: Expression?
    package var foreach: Foreach?
    /// Of a group.
    package var until: Until?
    package var retry: RetryPolicy
    package var timeout: StepTimeout
    package var onFailure: OnFailure
    package var executionMode: ExecutionMode
    /// What may happen to the step after a crash; nil is the default of its kind or tool.
    package var effect: Effect?
    package var env: OrderedDictionary<String, Template>
    package var workingDirectory: Template?
    package var model: ModelPolicy
    package var cache: CachePolicy?
    package var budget: Budget?
    package var quality: QualityPolicy?
    /// The step that undoes this one: none or one. A list, because a value cannot hold itself.
    package var compensate: [Step]
    package var sandbox: SandboxPolicy?
    /// Where its attempts run: `local` or a configured executor.
    package var executor: String
    /// Folders outside the workspace that it may use.
    package var allowPaths: [Template]

    package static let localExecutor = "local"

    package init(
        id: String, name: String? = nil, description: String? = nil, location: SourceLocation, kind: StepKind,
        needs: [Located<String>] = [], when: Expression? = nil, foreach: Foreach? = nil, until: Until? = nil,
        retry: RetryPolicy = .none, timeout: StepTimeout = .none, onFailure: OnFailure = .fail,
        executionMode: ExecutionMode = .concurrent, effect: Effect? = nil,
        env: OrderedDictionary<String, Template> = [:], workingDirectory: Template? = nil,
        model: ModelPolicy = ModelPolicy(), cache: CachePolicy? = nil, budget: Budget? = nil,
        quality: QualityPolicy? = nil, compensate: [Step] = [], sandbox: SandboxPolicy? = nil,
        executor: String = Step.localExecutor, allowPaths: [Template] = []
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.location = location
        self.kind = kind
        self.needs = needs
        self.when = when
        self.foreach = foreach
        self.until = until
        self.retry = retry
        self.timeout = timeout
        self.onFailure = onFailure
        self.executionMode = executionMode
        self.effect = effect
        self.env = env
        self.workingDirectory = workingDirectory
        self.model = model
        self.cache = cache
        self.budget = budget
        self.quality = quality
        self.compensate = compensate
        self.sandbox = sandbox
        self.executor = executor
        self.allowPaths = allowPaths
    }

    /// Whether `when` is asked for each item of `foreach`, and not once before them.
    package var asksWhenForEachItem: Bool {
        foreach != nil && when?.references.contains { $0.root == .item || $0.root == .index } == true
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
    /// The run goes on at a later step of the list; other dependents are skipped.
    case goto(Located<String>)
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
