package import OrderedCollections

/// A pipeline: the definition that a person wrote, checked and with every default filled in.
package struct Pipeline: Hashable, Sendable {
    /// How runs, messages and telemetry name it: `[a-z0-9][a-z0-9_-]*`.
    package var id: String
    package var name: String?
    package var description: String?
    package var inputs: OrderedDictionary<String, InputDefinition>
    package var models: ModelSettings
    /// Tool name to the model of the steps that use the tool.
    package var experts: OrderedDictionary<String, String>
    package var strategy: ModelStrategy
    /// Nil is no limit.
    package var budget: Budget?
    /// How many steps may run at once, at least 1.
    package var maxConcurrentSteps: Int
    /// Nil where runs of the pipeline may meet.
    package var concurrency: ConcurrencyPolicy?
    package var execution: Execution
    /// The types of other pipelines' events that a run can wait for.
    package var subscribe: [String]
    package var steps: [Step]
    /// Steps that run after success, failure or cancellation.
    package var finally: [Step]
    package var outputs: OrderedDictionary<String, ValueTemplate>
    /// The file's text as the person wrote it. Recorded with every run, so that a run needs no file to be read again.
    package var source: String
    /// The file as the person named it, for messages.
    package var file: String
    /// The folder of that file, absolute: paths of other pipelines count from there. Nil where nobody said.
    package var folder: String?

    /// How the steps follow each other.
    package enum Execution: String, Hashable, Sendable, CaseIterable {
        /// A step starts when its needs have ended and a slot is free.
        case auto
        /// One step at a time, in the file's order.
        case serial
    }

    package static let defaultMaxConcurrentSteps = 5

    package init(
        id: String, name: String? = nil, description: String? = nil,
        inputs: OrderedDictionary<String, InputDefinition> = [:],
        models: ModelSettings = ModelSettings(), experts: OrderedDictionary<String, String> = [:],
        strategy: ModelStrategy = .balanced, budget: Budget? = nil,
        maxConcurrentSteps: Int = Pipeline.defaultMaxConcurrentSteps, concurrency: ConcurrencyPolicy? = nil,
        execution: Execution = .auto, subscribe: [String] = [], steps: [Step], finally: [Step] = [],
        outputs: OrderedDictionary<String, ValueTemplate> = [:], source: String = "", file: String = ""
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.inputs = inputs
        self.models = models
        self.experts = experts
        self.strategy = strategy
        self.budget = budget
        self.maxConcurrentSteps = maxConcurrentSteps
        self.concurrency = concurrency
        self.execution = execution
        self.subscribe = subscribe
        self.steps = steps
        self.finally = finally
        self.outputs = outputs
        self.source = source
        self.file = file
    }

    /// SHA-256 of the source text, in hexadecimal.
    package var definitionHash: String { SHA256.hexDigest(of: source) }
}

/// One input a pipeline takes.
package struct InputDefinition: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case string, integer, number, boolean, array, object, file, secret
    }

    package var kind: Kind
    package var defaultValue: Value?
    package var isRequired: Bool
    /// A regular expression that a string must match as a whole.
    package var pattern: String?
    /// The values allowed, or nil for any.
    package var allowed: [Value]?
    package var minimum: Double?
    package var maximum: Double?
    package var description: String?
    package var location: SourceLocation

    package init(
        kind: Kind, defaultValue: Value? = nil, isRequired: Bool = false, pattern: String? = nil,
        allowed: [Value]? = nil, minimum: Double? = nil, maximum: Double? = nil, description: String? = nil,
        location: SourceLocation
    ) {
        self.kind = kind
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.pattern = pattern
        self.allowed = allowed
        self.minimum = minimum
        self.maximum = maximum
        self.description = description
        self.location = location
    }
}
