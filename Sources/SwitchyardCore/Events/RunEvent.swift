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
    /// A process took over a run that another had left. Epochs count from 1, the process that created the run.
    case leaseTaken(epoch: Int)
    /// The run takes results over from another, up to an event of that.
    case runForked(ForkOrigin)
    /// The run waits for others of its concurrency group.
    case runQueued(QueuedRun)
    /// Nothing runs and nothing can start, though steps are left: these, and what each waits for.
    case runDeadlocked([DeadlockedStep])

    // The plan.
    case planCompiled(CompiledPlan)
    /// A `foreach` step has its items; the envelope names the step.
    case mapExpanded(MapExpansion)
    /// An iteration of a group with `until` begins: its number, from 1; the envelope names the group.
    case loopIterated(Int)
    /// The envelope's step goes on at another.
    case branchDecided(to: StepPath)
    /// What the steps that succeeded did is undone, by these steps in this order.
    case compensationPlanned([StepPath])

    // Steps; the envelope names the step and the attempt.
    case stepReady
    case stepStarted(StepStarted)
    case stepProgress(StepProgress)
    /// The attempt is a run of its own: that of another pipeline.
    case stepDelegated(to: RunID)
    case stepSucceeded(StepSucceeded)
    case stepFailed(StepFailure, willRetry: Bool)
    case stepRetryScheduled(delay: Duration, until: Timestamp)
    case stepTimedOut(after: Duration)
    /// The result of an attempt was judged.
    case qualityScored(QualityScore)

    // What a model does for a step; the envelope names the step and the attempt.
    case modelSelected(ModelSelected)
    case modelRequested(ModelRequested)
    case modelCompleted(ModelCompleted)
    case modelToolCalled(ModelToolCalled)
    case modelToolReturned(ModelToolReturned)
    /// What the layers between a step and its models did.
    case routing(RoutingEvent)

    case stepSkipped(SkipReason)
    case stepCancelRequested
    case stepCancelled
    /// A person wants the run to go on without the step, which is under way.
    case stepSkipRequested
    /// An unsafe attempt was under way when its process died: nobody knows whether it took effect.
    case stepOutcomeUnknown
    /// A person said what became of it.
    case stepResolved(Resolution)

    // What steps wait for; the envelope names the step and the attempt.
    case timerSet(until: Timestamp)
    case timerFired
    case approvalRequested(ApprovalRequest)
    case approvalAnswered(isApproved: Bool)
    /// Nobody answered in time.
    case approvalExpired(isApproved: Bool)

    // Where the run pauses by itself; a hit of a step's names it in the envelope.
    case breakpointSet(Breakpoint)
    case breakpointCleared(Breakpoint)
    case breakpointHit(Breakpoint)

    /// An ignorable event of a newer version, kept as it was written.
    case unknown(type: String, data: Value)
}

extension RunEvent {
    /// Whether a call of a model begins to wait.
    package var isStartOfWait: Bool {
        if case .routing(.waitStarted) = self { true } else { false }
    }
}

/// Why a run has not started.
package struct QueuedRun: Hashable, Sendable {
    /// The concurrency group.
    package var group: String
    /// The runs of the group that must end first.
    package var behind: [RunID]

    package init(group: String, behind: [RunID]) {
        self.group = group
        self.behind = behind
    }
}

/// A step that can never start.
package struct DeadlockedStep: Hashable, Sendable {
    package var path: StepPath
    /// The steps that it waits for.
    package var waitsFor: [StepPath]

    package init(path: StepPath, waitsFor: [StepPath]) {
        self.path = path
        self.waitsFor = waitsFor
    }
}

/// The items of a `foreach` step.
package struct MapExpansion: Hashable, Sendable {
    package var items: [Value]
    /// What each item is called, different for each.
    package var keys: [String]

    package init(items: [Value], keys: [String]) {
        self.items = items
        self.keys = keys
    }
}

/// Where the results come from that a run does not compute again.
package struct ForkOrigin: Hashable, Sendable {
    package var run: RunID
    /// The last event of that run that counts.
    package var seq: Int
    /// What is computed again all the same, with everything inside of it.
    package var redo: [StepPath]
    /// Whether steps that failed keep their failure; otherwise they are tried again.
    package var keepsFailures: Bool

    package init(run: RunID, seq: Int, redo: [StepPath] = [], keepsFailures: Bool = false) {
        self.run = run
        self.seq = seq
        self.redo = redo
        self.keepsFailures = keepsFailures
    }
}

/// The record that a result was taken from.
package struct ResultSource: Hashable, Sendable {
    package var run: RunID
    /// The event that holds the result.
    package var seq: Int
    /// The hash of the input that led to it.
    package var inputHash: String

    package init(run: RunID, seq: Int, inputHash: String) {
        self.run = run
        self.seq = seq
        self.inputHash = inputHash
    }
}

/// What a person says of an attempt whose end nobody saw.
package enum Resolution: String, Hashable, Sendable, CaseIterable {
    /// It did not take effect: try again.
    case retry
    /// It took effect: go on, its output is `null`.
    case done
    /// It failed.
    case failed
}

/// What a person is asked.
package struct ApprovalRequest: Hashable, Sendable {
    package var message: String
    /// When the question answers itself; nil is never.
    package var until: Timestamp?

    package init(message: String, until: Timestamp?) {
        self.message = message
        self.until = until
    }
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
    /// The settings that the definition was read with, as `{origin, file, text}` each; `null` for none.
    package var settings: Value
    /// Where the value of each secret comes from, never the value: `{token: "env:TOKEN"}`; `null` for none.
    package var secretSources: Value
    /// Of the runs of one group only one is under way at a time; nil for a run of none.
    package var concurrencyGroup: String?
    /// The folder of ``file``, absolute; nil where nobody said.
    package var folder: String?
    /// The step of another run that this run is.
    package var parent: ParentStep?

    package init(
        pipelineID: String, pipelineName: String?, definition: String, definitionHash: String, file: String,
        inputs: Value, seed: UInt64, slots: Int, workspace: String, settings: Value = .null,
        secretSources: Value = .null, concurrencyGroup: String? = nil, folder: String? = nil,
        parent: ParentStep? = nil
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
        self.settings = settings
        self.secretSources = secretSources
        self.concurrencyGroup = concurrencyGroup
        self.folder = folder
        self.parent = parent
    }
}

/// The step that a run is, of another run.
package struct ParentStep: Hashable, Sendable {
    package var run: RunID
    package var step: StepPath
    /// The runs around it, the outermost first, that one the last.
    package var ancestors: [RunID]

    package init(run: RunID, step: StepPath, ancestors: [RunID]) {
        self.run = run
        self.step = step
        self.ancestors = ancestors
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
        /// The group it belongs to.
        package var parent: StepPath?
        /// Whether a run makes several steps of it.
        package var repeats: PlannedRepetition?

        package init(
            path: StepPath, uses: String, needs: [PlannedNeed], level: Int, effect: Effect, mode: ExecutionMode,
            parent: StepPath? = nil, repeats: PlannedRepetition? = nil
        ) {
            self.path = path
            self.uses = uses
            self.needs = needs
            self.level = level
            self.effect = effect
            self.mode = mode
            self.parent = parent
            self.repeats = repeats
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
    /// In the file's order, each group followed by its steps, `finally` last.
    package var steps: [PlannedStep]
    /// The `compensate` steps.
    package var compensations: [PlannedStep]

    package init(strategy: PlanStrategy, steps: [PlannedStep], compensations: [PlannedStep] = []) {
        self.strategy = strategy
        self.steps = steps
        self.compensations = compensations
    }
}

/// Where a dependency comes from.
package enum EdgeOrigin: String, Hashable, Sendable {
    /// `needs` lists it.
    case explicit
    /// An expression refers to the step's result.
    case inferred
    /// The step jumps here when it fails.
    case goto
}

/// How a run makes several steps of one.
package enum PlannedRepetition: String, Hashable, Sendable {
    /// One for each item.
    case foreach
    /// One for each iteration.
    case until
    /// One for each iteration of each item.
    case foreachUntil = "foreach_until"
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
    /// Where the result was taken from, if no attempt of this run made it.
    package var source: ResultSource?
    /// What later runs find it by; nil if it is not kept for them.
    package var cacheKey: String?

    package init(
        output: Value, outputHash: String, bytesBeforeCut: Int? = nil, summary: String? = nil,
        source: ResultSource? = nil, cacheKey: String? = nil
    ) {
        self.output = output
        self.outputHash = outputHash
        self.bytesBeforeCut = bytesBeforeCut
        self.summary = summary
        self.source = source
        self.cacheKey = cacheKey
    }
}

/// How good a result is, as the step's `quality` says.
package struct QualityScore: Hashable, Sendable {
    /// From 0 to 1.
    package var score: Double
    /// The least that is good enough.
    package var minScore: Double
    /// What happens where it is not.
    package var onLow: QualityPolicy.OnLow

    package init(score: Double, minScore: Double, onLow: QualityPolicy.OnLow) {
        self.score = score
        self.minScore = minScore
        self.onLow = onLow
    }

    package var isLow: Bool { score < minScore }
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
    /// It runs only where a failed step goes on at it, and none did.
    case notReached
    /// The group it belongs to ended before it could start. No event says so of each step: the group's is enough.
    case groupEnded(StepPath)
    /// A person wanted the run to go on without it.
    case requested
}
