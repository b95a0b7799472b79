/// Everything that can happen in a run. Cases are added, never renamed: their types are in people's logs.
package enum RunEvent: Hashable, Sendable {
    // The run.
    case runCreated(RunCreated)
    case runStarted
    case runPaused
    case runResumed
    case runCancelRequested
    case runSucceeded(outputs: Value)
    case runFailed(RunFailure)
    case runCancelled

    // The plan.
    case planCompiled(CompiledPlan)

    // Steps; the envelope names the step and the attempt.
    case stepReady
    case stepStarted(StepStarted)
    case stepProgress(StepProgress)
    case stepSucceeded(StepSucceeded)
    case stepFailed(StepFailure, willRetry: Bool)
    case stepRetryScheduled(delay: Duration, until: Timestamp)
    case stepTimedOut(after: Duration)
    case stepSkipped(SkipReason)
    case stepCancelRequested
    case stepCancelled

    /// An ignorable event of a newer version, kept as it was written.
    case unknown(type: String, data: Value)
}

/// What a run was created from: enough to run it again.
package struct RunCreated: Hashable, Sendable {
    package var pipelineID: String
    package var pipelineName: String?
    /// The text of the definition.
    package var definition: String
    package var definitionHash: String
    /// The definition's file as the person named it.
    package var file: String
    package var inputs: Value
    /// Every random draw of the run comes from it.
    package var seed: UInt64
    package var slots: Int
    /// The folder that paths are confined to, absolute.
    package var workspace: String

    package init(
        pipelineID: String, pipelineName: String?, definition: String, definitionHash: String, file: String,
        inputs: Value, seed: UInt64, slots: Int, workspace: String
    ) {
        self.pipelineID = pipelineID
        self.pipelineName = pipelineName
        self.definition = definition
        self.definitionHash = definitionHash
        self.file = file
        self.inputs = inputs
        self.seed = seed
        self.slots = slots
        self.workspace = workspace
    }
}

/// Why a run failed.
package struct RunFailure: Hashable, Sendable {
    /// One sentence, without a full stop.
    package var message: String
    /// The steps whose failure failed it, in the order they failed.
    package var steps: [StepPath]

    package init(message: String, steps: [StepPath]) {
        self.message = message
        self.steps = steps
    }
}

/// The plan a run follows.
package struct CompiledPlan: Hashable, Sendable {
    package struct PlannedStep: Hashable, Sendable {
        package var path: StepPath
        /// What the step uses, for people: `bash`, `file.read`.
        package var uses: String
        package var needs: [PlannedNeed]
        /// From 0; a step's level is one more than the highest of its needs'.
        package var level: Int
        package var effect: Effect
        package var mode: ExecutionMode

        package init(
            path: StepPath, uses: String, needs: [PlannedNeed], level: Int, effect: Effect, mode: ExecutionMode
        ) {
            self.path = path
            self.uses = uses
            self.needs = needs
            self.level = level
            self.effect = effect
            self.mode = mode
        }
    }

    package struct PlannedNeed: Hashable, Sendable {
        package var path: StepPath
        package var origin: EdgeOrigin

        package init(path: StepPath, origin: EdgeOrigin) {
            self.path = path
            self.origin = origin
        }
    }

    package var strategy: PlanStrategy
    /// In the file's order, `finally` last.
    package var steps: [PlannedStep]

    package init(strategy: PlanStrategy, steps: [PlannedStep]) {
        self.strategy = strategy
        self.steps = steps
    }
}

/// Where a dependency comes from.
package enum EdgeOrigin: String, Hashable, Sendable {
    /// `needs` lists it.
    case explicit
    /// An expression refers to the step's result.
    case inferred
}

/// The shape of a plan.
package enum PlanStrategy: String, Hashable, Sendable {
    /// No edges.
    case parallel = "PARALLEL"
    /// One chain.
    case serial = "SERIAL"
    case dag = "DAG"
}

/// The intent to run an attempt, recorded before it starts.
package struct StepStarted: Hashable, Sendable {
    /// The idempotency key: the same for every attempt of the step in its run.
    package var key: String
    /// The tool's arguments, resolved.
    package var input: Value
    /// SHA-256 of the canonical JSON of `input`.
    package var inputHash: String
    package var effect: Effect

    package init(key: String, input: Value, inputHash: String, effect: Effect) {
        self.key = key
        self.input = input
        self.inputHash = inputHash
        self.effect = effect
    }
}

/// What became known of an attempt while it ran.
package struct StepProgress: Hashable, Sendable {
    package var processGroup: Int32
    /// The kernel's start time of the group's leader, in clock ticks since boot.
    package var processStartTime: UInt64

    package init(processGroup: Int32, processStartTime: UInt64) {
        self.processGroup = processGroup
        self.processStartTime = processStartTime
    }
}

/// The result of a step.
package struct StepSucceeded: Hashable, Sendable {
    package var output: Value
    /// SHA-256 of the canonical JSON of `output`.
    package var outputHash: String
    /// How many bytes there were in all, when `output` holds only their beginning.
    package var bytesBeforeCut: Int?
    package var summary: String?

    package init(output: Value, outputHash: String, bytesBeforeCut: Int? = nil, summary: String? = nil) {
        self.output = output
        self.outputHash = outputHash
        self.bytesBeforeCut = bytesBeforeCut
        self.summary = summary
    }
}

/// Why a step was not run.
package enum SkipReason: Hashable, Sendable {
    /// Its `when` was false.
    case condition
    /// Every step it needs was skipped.
    case needsSkipped
    /// A step it needs failed or was cancelled.
    case needFailed(StepPath)
    /// The run had failed, by this step, before it could start.
    case runFailed(StepPath)
}
