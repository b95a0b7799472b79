import SwitchyardCore

/// Events of a run, written as what happens when.
struct Script {
    static let start = Timestamp(microseconds: 1_767_225_600_000_000)

    var run = RunID("01kd4p00abcdefgh")
    private(set) var events: [EventEnvelope] = []

    /// - Parameter parent: the step that the run is.
    init(run: RunID = RunID("01kd4p00abcdefgh"), pipeline: String = "review", parent: ParentStep? = nil) {
        self.run = run
        at(
            0,
            .runCreated(
                RunCreated(
                    pipelineID: pipeline, pipelineName: nil, definition: "id: \(pipeline)", definitionHash: "d1",
                    file: "\(pipeline).yaml", inputs: .null, seed: 7, slots: 5, workspace: "/", parent: parent)))
    }

    /// Adds an event `seconds` after the beginning.
    mutating func at(_ seconds: Double, _ event: RunEvent, _ step: StepPath? = nil, attempt: Int? = nil) {
        events.append(
            EventEnvelope(
                run: run, seq: events.count + 1, time: Self.time(seconds), step: step, attempt: attempt, event: event))
    }

    static func time(_ seconds: Double) -> Timestamp {
        start.advanced(by: .microseconds(Int64((seconds * 1e6).rounded())))
    }

    // MARK: What often happens

    mutating func plan(_ steps: (StepPath, String)...) {
        at(
            0,
            .planCompiled(
                CompiledPlan(
                    strategy: .dag,
                    steps: steps.map { path, uses in
                        CompiledPlan.PlannedStep(
                            path: path, uses: uses, needs: [], level: 0, effect: .pure, mode: .concurrent)
                    })))
    }

    mutating func starts(_ seconds: Double, _ step: StepPath, attempt: Int? = 1, effect: Effect = .pure) {
        at(
            seconds, .stepStarted(StepStarted(key: "k", input: .null, inputHash: "h", effect: effect)), step,
            attempt: attempt)
    }

    mutating func succeeds(_ seconds: Double, _ step: StepPath, attempt: Int? = 1, output: Value = .null) {
        at(seconds, .stepSucceeded(StepSucceeded(output: output, outputHash: "h")), step, attempt: attempt)
    }

    mutating func fails(
        _ seconds: Double, _ step: StepPath, attempt: Int? = 1, _ kind: FailureClass = .exitCode, retries: Bool = false
    ) {
        at(seconds, .stepFailed(StepFailure(kind, "it failed"), willRetry: retries), step, attempt: attempt)
    }

    mutating func asks(_ seconds: Double, _ step: StepPath, _ model: String, turn: Int = 1, attempt: Int = 1) {
        at(
            seconds, .modelRequested(ModelRequested(model: Self.model(model), turn: turn, isSimulated: false)), step,
            attempt: attempt)
    }

    mutating func answers(
        _ seconds: Double, _ step: StepPath, _ model: String, turn: Int = 1, attempt: Int = 1,
        usage: TokenUsage = TokenUsage(uncachedInput: 20, output: 5), cost: Int64? = 100,
        finish: FinishReason = .stop
    ) {
        at(
            seconds,
            .modelCompleted(
                ModelCompleted(
                    model: Self.model(model), turn: turn, message: ModelMessage(.assistant, [.text("Hello")]),
                    finish: finish, usage: usage, cost: cost.map { MicroDollars($0) }, latency: .milliseconds(800),
                    firstTokenAfter: .milliseconds(200), attempts: 2, requestID: "req-1")), step, attempt: attempt)
    }

    mutating func calls(_ seconds: Double, _ step: StepPath, _ id: String, _ tool: String, attempt: Int = 1) {
        let call = ModelToolCalled(
            id: id, turn: 1, tool: tool, arguments: ["path": "secret.txt"], effect: .pure, key: "k")
        at(seconds, .modelToolCalled(call), step, attempt: attempt)
    }

    mutating func returns(
        _ seconds: Double, _ step: StepPath, _ id: String, _ tool: String, attempt: Int = 1, isError: Bool = false
    ) {
        let returned = ModelToolReturned(id: id, turn: 1, tool: tool, content: "contents", isError: isError)
        at(seconds, .modelToolReturned(returned), step, attempt: attempt)
    }

    static func model(_ text: String) -> ModelID {
        guard let model = ModelID(text) else { preconditionFailure("\(text) is no model") }
        return model
    }
}
