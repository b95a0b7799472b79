import SwitchyardCore

/// Asks a model how good the result of a step is, where the step's `quality.check` is a prompt.
///
/// The answer is recorded with the attempt, as turn 0 of its conversation; what it means for the step is decided by the
/// machine, which reads it there.
struct ResultJudge {
    let definition: RunDefinition
    let attempt: AttemptID
    let services: any ModelServices
    let record: @Sendable ([RunEvent]) async -> Bool

    /// The name of the task, for the choice of the model.
    private static let task = "judge"
    private static let system = """
        You judge the result of a step of a pipeline. Answer with a score from 0 (of no use) to 1 (exactly what was \
        wanted) and, in one sentence, why.
        """
    private static let schema: Value = [
        "type": "object",
        "properties": ["score": ["type": "number", "minimum": 0, "maximum": 1], "reason": ["type": "string"]],
        "required": ["score", "reason"], "additionalProperties": false,
    ]

    /// - Parameters:
    ///   - output: the result.
    ///   - snapshot: the run as it is.
    /// - Returns: nil once the judgement is recorded; else why there is none.
    func judge(_ output: Value, by prompt: Template, in snapshot: RunSnapshot) async -> ToolResult? {
        guard let step = definition.steps[attempt.step.planned] else { return nil }
        let shown = definition.mask.masking(output)
        var text: String
        do throws(EvaluationError) {
            text = try prompt.text(in: definition.scopes.scope(of: step, at: attempt.step, result: shown, in: snapshot))
        } catch {
            return .failed(StepFailure(.invalidInput, "`quality.check`: \(error.message)"))
        }
        if !prompt.references.contains(where: { $0.isOutput(of: step.id) }) {
            text += "\n\nThe result:\n" + (shown.stringValue ?? JSON.text(of: shown, layout: .indented))
        }
        var request = ModelRequest(
            system: Self.system, messages: [.user(text)],
            outputSchema: OutputSchema(name: "judgement", schema: Self.schema), streams: false)
        let scopes = definition.budgetScopes(of: attempt.step)
        let selection: ModelSelection
        do throws(SelectionFailure) {
            selection = try await services.select(
                SelectionRequest(
                    policy: ModelPolicy(task: Self.task), settings: definition.pipeline.models,
                    strategy: definition.pipeline.strategy, needs: request.needs,
                    inputTokens: TokenEstimate.inputTokens(of: request),
                    seed: UInt64(definition.random(for: attempt) * 9_007_199_254_740_992)), budgets: scopes)
        } catch {
            return .failed(StepFailure(.invalidInput, "`quality.check`: \(error.sentence)"))
        }
        request.model = selection.candidates.first?.model
        let record = record
        let context = ExecutionContext(
            run: definition.run, step: attempt.step, pipeline: definition.pipeline.id, task: Self.task,
            timeout: step.timeout.startToClose, turn: 0, candidates: selection.candidates.map(\.model),
            budgets: scopes, mask: definition.mask,
            record: { events async throws(ModelError) in
                guard await record(events) else { throw ModelError(.cancelled, "the step is over") }
            })
        do throws(ModelError) {
            let response = try await services.executor.run(request, in: context)
            let completed = ModelCompleted(
                response, turn: 0, isSimulated: services.isSimulated(response.model.provider))
            return await record(response.settlements + [.modelCompleted(completed)]) ? nil : .cancelled
        } catch {
            if error.kind == .cancelled || Task.isCancelled { return .cancelled }
            var failure = StepFailure(error)
            failure.message = "the result could not be judged: \(failure.message)"
            return .failed(failure)
        }
    }
}

extension ModelCompleted {
    /// What is recorded of an answer.
    init(_ response: ModelResponse, turn: Int, isSimulated: Bool) {
        self.init(
            model: response.model, tier: response.tier, turn: turn, message: response.message,
            structured: response.structured ?? .null, finish: response.finish, usage: response.usage,
            cost: response.cost, latency: response.latency, firstTokenAfter: response.firstTokenAfter,
            attempts: max(1, response.attempts.count), requestID: response.requestID,
            isSimulated: isSimulated || response.isSimulated)
    }
}

extension Reference {
    /// Whether it names something of the step `id`.
    fileprivate func isOutput(of id: String) -> Bool {
        guard root == .steps, case .member(id)? = path.first else { return false }
        return true
    }
}
