import OrderedCollections
import SwitchyardCore

/// A run's events, one after the other, with what telemetry makes of each.
struct FoldScript {
    static let run = RunID("0123456789abcdef")
    static let start = Timestamp(microseconds: 1_767_225_600_000_000)
    static let luna = ModelID(provider: "openai", name: "gpt-6-luna")
    static let flash = ModelID(provider: "google", name: "gemini-3.8-flash")

    private(set) var events: [EventEnvelope] = []
    private(set) var fold: TelemetryFold
    private(set) var calls: OrderedDictionary<Int, CallRecord> = [:]
    /// What the last event made or changed.
    private(set) var changed = TelemetryChange()
    var now = start

    init(premium: PremiumReference? = nil) {
        fold = TelemetryFold(run: Self.run, premium: premium)
        happens(
            .runCreated(
                RunCreated(
                    pipelineID: "report", pipelineName: nil, definition: "", definitionHash: "", file: "report.yaml",
                    inputs: [:], seed: 1, slots: 5, workspace: "/")))
        happens(.runStarted)
    }

    /// `event` happens, so long after the one before.
    @discardableResult
    mutating func happens(
        _ event: RunEvent, step: StepPath? = nil, after time: Duration = .zero
    ) -> TelemetryChange {
        now = now.advanced(by: time)
        let envelope = EventEnvelope(
            run: Self.run, seq: events.count + 1, time: now, step: step, attempt: step.map { _ in 1 }, event: event)
        events.append(envelope)
        changed = fold.apply(envelope)
        for call in changed.calls { calls[call.key.seq] = call }
        return changed
    }

    static func selected(_ candidates: [ModelID], measures: [CandidateMeasure] = []) -> RunEvent {
        .modelSelected(
            ModelSelected(
                candidates: candidates, measures: measures, explanation: "best", seed: 7, task: "summarize",
                strategy: .balanced, source: "task"))
    }

    static func requested(_ model: ModelID, turn: Int = 1) -> RunEvent {
        .modelRequested(ModelRequested(model: model, tier: .cheap, turn: turn, isSimulated: false))
    }

    static func failed(
        _ model: ModelID, _ kind: ModelError.Kind, took: Duration = .seconds(1)
    ) -> RunEvent {
        .routing(.attemptFailed(FailedModelAttempt(model: model, tier: .cheap, kind: kind, message: "no", took: took)))
    }

    static func completed(
        _ model: ModelID, turn: Int = 1, cost: Int64? = 300, attempts: Int = 1,
        usage: TokenUsage = TokenUsage(uncachedInput: 1000, cacheRead: 0, cacheWrite: 0, output: 100)
    ) -> RunEvent {
        .modelCompleted(
            ModelCompleted(
                model: model, tier: .cheap, turn: turn, message: ModelMessage(.assistant, [.text("yes")]),
                finish: .stop, usage: usage, cost: cost.map { MicroDollars($0) }, latency: .seconds(60),
                firstTokenAfter: .milliseconds(200), attempts: attempts))
    }

    static func succeeded(source: ResultSource? = nil) -> RunEvent {
        .stepSucceeded(StepSucceeded(output: "yes", outputHash: "", source: source))
    }
}
