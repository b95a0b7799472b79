import SwitchyardCore
import Tracing

/// Every name that leaves the process, and what stands under it.
///
/// `gen_ai.*` and `error.type` are OpenTelemetry's semantic conventions for generative AI, as they are since 1.41;
/// `switchyard.*` is our own. Nothing else is exported: no prompt, answer, argument, output, input, key of an item, or
/// message of an error.
enum GenAIConventions {
    typealias Attributes = [String: SpanAttribute]

    // MARK: Attributes

    static let operation = "gen_ai.operation.name"
    static let provider = "gen_ai.provider.name"
    /// What ``provider`` was called before 1.37; many collectors still look for it.
    static let system = "gen_ai.system"
    static let requestModel = "gen_ai.request.model"
    static let responseModel = "gen_ai.response.model"
    static let inputTokens = "gen_ai.usage.input_tokens"
    static let outputTokens = "gen_ai.usage.output_tokens"
    static let cacheReadTokens = "gen_ai.usage.cache_read.input_tokens"
    static let cacheWriteTokens = "gen_ai.usage.cache_creation.input_tokens"
    static let reasoningTokens = "gen_ai.usage.reasoning.output_tokens"
    static let finishReasons = "gen_ai.response.finish_reasons"
    static let firstToken = "gen_ai.response.time_to_first_chunk"
    static let outputType = "gen_ai.output.type"
    static let tokenType = "gen_ai.token.type"
    static let tool = "gen_ai.tool.name"
    static let toolType = "gen_ai.tool.type"
    static let toolCall = "gen_ai.tool.call.id"
    static let workflow = "gen_ai.workflow.name"
    static let errorType = "error.type"

    static let run = "switchyard.run.id"
    static let runStatus = "switchyard.run.status"
    static let runParent = "switchyard.run.parent"
    // Sums have names of their own: collectors add up what spans say under the usual ones.
    static let runInputTokens = "switchyard.run.input_tokens"
    static let runOutputTokens = "switchyard.run.output_tokens"
    static let runCost = "switchyard.run.cost"
    static let pipeline = "switchyard.pipeline.id"
    static let pipelineHash = "switchyard.pipeline.hash"
    static let step = "switchyard.step.path"
    static let stepStatus = "switchyard.step.status"
    static let stepUses = "switchyard.step.uses"
    static let stepEffect = "switchyard.step.effect"
    static let reused = "switchyard.step.reused"
    static let attempt = "switchyard.attempt"
    static let turn = "switchyard.model.turn"
    static let tries = "switchyard.model.attempts"
    /// The provider's name for the request, from its headers: `gen_ai.response.id` is another number, the answer's own.
    static let requestID = "switchyard.model.request_id"
    /// In US dollars; absent where the price is not known.
    static let cost = "switchyard.cost"
    static let simulated = "switchyard.simulated"

    // MARK: Spans

    static func runSpan(_ created: RunCreated, run: RunID) -> (name: String, attributes: Attributes) {
        var attributes: Attributes = [
            self.run: .string(run.rawValue), pipeline: .string(created.pipelineID),
            pipelineHash: .string(created.definitionHash),
        ]
        if let parent = created.parent { attributes[runParent] = .string(parent.run.rawValue) }
        return ("run \(created.pipelineID)", attributes)
    }

    /// - Parameter use: what its models used. A run without any is nobody's generative workflow.
    static func runEnd(_ status: RunStatus, pipeline: String?, use: RunUse) -> Attributes {
        var attributes: Attributes = [runStatus: .string(status.rawValue)]
        guard use.calls > 0 else { return attributes }
        attributes[operation] = "invoke_workflow"
        attributes[workflow] = pipeline.map { .string($0) }
        attributes[runInputTokens] = .int64(Int64(use.inputTokens))
        attributes[runOutputTokens] = .int64(Int64(use.outputTokens))
        attributes[runCost] = use.cost.map { .double($0.inDollars) }
        if use.isSimulated { attributes[simulated] = true }
        return attributes
    }

    /// - Parameter path: with numbers for the keys of items.
    static func stepSpan(
        _ step: StepPath, path: String, uses: String?, effect: Effect
    ) -> (name: String, attributes: Attributes) {
        var attributes: Attributes = [self.step: .string(path), stepEffect: .string(effect.rawValue)]
        attributes[stepUses] = uses.map { .string($0) }
        return ("step \(step.planned)", attributes)
    }

    static func attemptSpan(_ number: Int) -> (name: String, attributes: Attributes) {
        ("attempt \(number)", [attempt: .int64(Int64(number))])
    }

    static func callSpan(_ requested: ModelRequested) -> (name: String, attributes: Attributes) {
        var attributes = providerAttributes(requested.model)
        attributes[operation] = "chat"
        attributes[requestModel] = .string(requested.model.name)
        attributes[turn] = .int64(Int64(requested.turn))
        if requested.isSimulated { attributes[simulated] = true }
        return ("chat \(requested.model.name)", attributes)
    }

    static func callEnd(_ completed: ModelCompleted) -> Attributes {
        // Another provider may have answered than was asked first.
        var attributes = providerAttributes(completed.model)
        attributes[responseModel] = .string(completed.model.name)
        attributes[finishReasons] = .stringArray([finishReason(completed.finish)])
        let usage = completed.usage
        let counts = [
            (inputTokens, usage.input), (outputTokens, usage.output), (cacheReadTokens, usage.cacheRead),
            (cacheWriteTokens, usage.written), (reasoningTokens, usage.reasoning), (tries, completed.attempts),
        ]
        for (name, count) in counts { attributes[name] = count.map { .int64(Int64($0)) } }
        attributes[firstToken] = completed.firstTokenAfter.map { .double($0.inSeconds) }
        if !completed.structured.isNull { attributes[outputType] = "json" }
        attributes[cost] = completed.cost.map { .double($0.inDollars) }
        attributes[requestID] = completed.requestID.map { .string($0) }
        return attributes
    }

    static func toolSpan(_ call: ModelToolCalled) -> (name: String, attributes: Attributes) {
        (
            "execute_tool \(call.tool)",
            [
                operation: "execute_tool", tool: .string(call.tool), toolType: "function", toolCall: .string(call.id),
                turn: .int64(Int64(call.turn)), stepEffect: .string(call.effect.rawValue),
            ]
        )
    }

    // MARK: Values

    /// The provider under its well-known name, where it has one, and else as the configuration names it.
    static func providerName(_ provider: String) -> String {
        switch provider {
        case "google", "gemini": "gcp.gemini"
        case "vertex": "gcp.vertex_ai"
        case "bedrock": "aws.bedrock"
        case "azure": "azure.ai.openai"
        case "mistral": "mistral_ai"
        case "xai": "x_ai"
        case "moonshot": "moonshot_ai"
        default: provider
        }
    }

    private static func providerAttributes(_ model: ModelID) -> Attributes {
        let name = SpanAttribute.string(providerName(model.provider))
        return [provider: name, system: name]
    }

    private static func finishReason(_ reason: FinishReason) -> String {
        switch reason {
        case .stop, .length, .toolCalls, .other: reason.text
        case .refused: "content_filter"
        }
    }

    // `error.type` of what is no failure of a step, those have classes of their own.

    static let failed = "failed"
    static let cancelled = "cancelled"
    /// Its process ended before it did.
    static let interrupted = "interrupted"
    static let outcomeUnknown = "outcome_unknown"
    static let toolError = "tool_error"

    // MARK: Metrics

    /// A metric: its unit in UCUM, and the upper bounds of a histogram's buckets.
    struct Instrument: Sendable {
        var unit: String
        var description: String
        var bounds: [Double] = []
    }

    static let tokenUsage = "gen_ai.client.token.usage"
    static let callDuration = "gen_ai.client.operation.duration"
    static let runs = "switchyard.runs"
    static let runDuration = "switchyard.run.duration"
    static let steps = "switchyard.steps"
    static let stepDuration = "switchyard.step.duration"
    static let retries = "switchyard.step.retries"
    static let costs = "switchyard.cost"
    static let failedTries = "switchyard.model.failed_attempts"
    static let fallbacks = "switchyard.model.fallbacks"
    static let breakerOpenings = "switchyard.breaker.openings"
    static let budgetStops = "switchyard.budget.stops"

    static let instruments: [String: Instrument] = [
        tokenUsage: Instrument(
            unit: "{token}", description: "Number of input and output tokens used.",
            bounds: (0..<14).map { Double(1 << (2 * $0)) }),
        callDuration: Instrument(
            unit: "s", description: "GenAI operation duration.", bounds: (0..<14).map { 0.01 * Double(1 << $0) }),
        runs: Instrument(unit: "{run}", description: "Runs that ended, by status."),
        runDuration: Instrument(unit: "s", description: "Time from a run's creation to its end.", bounds: longTimes),
        steps: Instrument(unit: "{step}", description: "Steps that ended, by status."),
        stepDuration: Instrument(
            unit: "s", description: "Time from a step's first start to its end.", bounds: longTimes),
        retries: Instrument(unit: "{attempt}", description: "Attempts of steps after the first."),
        costs: Instrument(unit: "{USD}", description: "What models cost, as far as prices are known."),
        failedTries: Instrument(unit: "{attempt}", description: "Tries of model calls that gave no answer."),
        fallbacks: Instrument(unit: "{call}", description: "Model calls that went on with another model."),
        breakerOpenings: Instrument(unit: "{opening}", description: "Breakers that opened."),
        budgetStops: Instrument(unit: "{call}", description: "Calls that a budget had no room for."),
    ]

    private static let longTimes = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000]

    /// - Parameters:
    ///   - asked: the model that the question was sent to.
    ///   - took: the time from sending it. The answer's own latency has failed tries in it, which are measured apart.
    static func measures(of completed: ModelCompleted, asked: ModelID, took: Duration) -> [Measure] {
        var dimensions = callDimensions(asked: asked, answered: completed.model, isSimulated: completed.isSimulated)
        var measures = [Measure.histogram(callDuration, took.inSeconds, dimensions)]
        if let cost = completed.cost { measures.append(.sum(costs, cost.inDollars, dimensions)) }
        for (type, count) in [("input", completed.usage.input), ("output", completed.usage.output)] {
            guard let count else { continue }
            dimensions[tokenType] = type
            measures.append(.histogram(tokenUsage, Double(count), dimensions))
        }
        return measures
    }

    static func failedCall(_ asked: ModelRequested, error: String, took: Duration) -> Measure {
        var dimensions = callDimensions(asked: asked.model, answered: nil, isSimulated: asked.isSimulated)
        dimensions[errorType] = error
        return .histogram(callDuration, took.inSeconds, dimensions)
    }

    private static func callDimensions(asked: ModelID, answered: ModelID?, isSimulated: Bool) -> [String: String] {
        var dimensions = [
            operation: "chat", provider: providerName((answered ?? asked).provider), requestModel: asked.name,
        ]
        if let answered { dimensions[responseModel] = answered.name }
        // So that nobody takes them for money spent.
        if isSimulated { dimensions[simulated] = "true" }
        return dimensions
    }

    static func runMeasures(_ status: RunStatus, pipeline: String, took: Duration) -> [Measure] {
        let dimensions = [runStatus: status.rawValue, self.pipeline: pipeline]
        return [.count(runs, dimensions), .histogram(runDuration, took.inSeconds, dimensions)]
    }

    /// - Parameter took: nil if it never started.
    static func stepMeasures(
        _ status: StepState, pipeline: String, uses: String?, isReused: Bool, took: Duration?
    ) -> [Measure] {
        var dimensions = [stepStatus: status.name, self.pipeline: pipeline]
        if let uses { dimensions[stepUses] = uses }
        if isReused { dimensions[reused] = "true" }
        let count = Measure.count(steps, dimensions)
        return took.map { [count, .histogram(stepDuration, $0.inSeconds, dimensions)] } ?? [count]
    }

    // MARK: Notes

    /// What is told as an event of the innermost span around it, by its type in the record: a line for each. The fields
    /// named here are all that is told of it.
    static let notes: [String: NoteRule] = [
        "run.queued": NoteRule(),
        "run.started": NoteRule(),
        "run.paused": NoteRule(),
        "run.resumed": NoteRule(),
        "run.cancel_requested": NoteRule(),
        "run.deadlocked": NoteRule(),
        "run.forked": NoteRule(.plain("run", as: "switchyard.fork.run"), .plain("seq", as: "switchyard.fork.seq")),
        "lease.taken": NoteRule(.plain("epoch", as: "switchyard.run.epoch")),
        "loop.iterated": NoteRule(.plain("iteration", as: "switchyard.iteration")),
        "branch.decided": NoteRule(.step("to", as: "switchyard.branch.to")),
        "breakpoint.hit": NoteRule(),
        "step.delegated": NoteRule(.plain("run", as: "switchyard.child.run")),
        "step.retry_scheduled": NoteRule(.seconds("delay_us", as: "switchyard.delay"), counter: retries),
        "step.timed_out": NoteRule(.seconds("after_us", as: "switchyard.timeout")),
        "step.outcome_unknown": NoteRule(),
        "step.resolved": NoteRule(.plain("as", as: "switchyard.resolution")),
        "timer.set": NoteRule(),
        "timer.fired": NoteRule(),
        "approval.requested": NoteRule(),
        "approval.answered": NoteRule(.plain("approved", as: "switchyard.approved")),
        "approval.expired": NoteRule(.plain("approved", as: "switchyard.approved")),
        "model.selected": NoteRule(
            .model("model"), .plain("task", as: "switchyard.model.task"),
            .plain("strategy", as: "switchyard.model.strategy")),
        "model.auto_resolved": NoteRule(.plain("reader", as: "switchyard.model.reader")),
        "model.attempt_failed": NoteRule(
            .model("model"), .plain("class", as: errorType), .seconds("took_us", as: "switchyard.took"),
            .seconds("waited_us", as: "switchyard.waited"), .seconds("retry_after_us", as: "switchyard.retry_after"),
            counter: failedTries, endsCall: true),
        "model.wait_started": NoteRule(.plain("reason", as: "switchyard.wait.reason"), .model("model")),
        "model.wait_ended": NoteRule(),
        "model.fallback": NoteRule(
            .plain("from", as: "switchyard.fallback.from"), .plain("to", as: "switchyard.fallback.to"),
            .plain("after", as: errorType), counter: fallbacks),
        "model.failed": NoteRule(
            .model("model"), .plain("class", as: errorType), .plain("attempts", as: tries), endsCall: true),
        "model.quality_scored": NoteRule(
            .plain("score", as: "switchyard.quality.score"), .plain("min_score", as: "switchyard.quality.min_score")),
        "model.rated": NoteRule(.plain("up", as: "switchyard.rating.up")),
        "breaker.opened": breaker(counter: breakerOpenings),
        "breaker.half_opened": breaker(),
        "breaker.closed": breaker(),
        "breaker.degraded": breaker(),
        "breaker.parked": breaker(),
        "breaker.forced": breaker(),
        "budget.set": NoteRule(.dollars("microdollars", as: "switchyard.budget.limit")),
        "budget.reserved": NoteRule(.dollars("microdollars", as: "switchyard.budget.reserved")),
        "budget.settled": NoteRule(.dollars("microdollars", as: "switchyard.budget.settled")),
        "budget.reached": NoteRule(
            .plain("unit", as: "switchyard.budget.unit"), .plain("percent", as: "switchyard.budget.percent")),
        "budget.exceeded": NoteRule(
            .plain("unit", as: "switchyard.budget.unit"), .plain("action", as: "switchyard.budget.action"),
            counter: budgetStops),
    ]

    private static func breaker(counter: String? = nil) -> NoteRule {
        NoteRule(
            .plain("breaker.provider", as: "switchyard.breaker.provider"),
            .plain("breaker.tier", as: "switchyard.breaker.tier"), .plain("reason.why", as: "switchyard.breaker.why"),
            .plain("force", as: "switchyard.breaker.force"), counter: counter)
    }

    /// The attributes of a note that its counter is kept by: few values each.
    static let noteDimensions = [
        provider, requestModel, errorType, "switchyard.breaker.provider", "switchyard.breaker.tier",
        "switchyard.budget.unit", "switchyard.budget.action",
    ]
}

extension MicroDollars {
    fileprivate var inDollars: Double { Double(amount) / 1e6 }
}

extension TokenUsage {
    fileprivate var written: Int? {
        let parts = [cacheWrite, cacheWriteLong].compactMap(\.self)
        return parts.isEmpty ? nil : parts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }
}
