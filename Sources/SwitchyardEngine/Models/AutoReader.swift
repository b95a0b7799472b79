import SwitchyardCore

/// Asks a cheap model what the words of `<AUTO>` want, where the rules understand none of them and the settings name
/// one for it.
///
/// The model answers in words that the rules know, so that what it says is recorded, and means the same ever after. If
/// it gives no answer, the step goes on as if nothing had been understood.
struct AutoReader {
    let definition: RunDefinition
    let attempt: AttemptID
    let services: any ModelServices
    let record: @Sendable ([RunEvent]) async -> Bool

    private static let system = """
        You read what somebody wants of a language model, and say it in the words you are given. Leave out what they do \
        not ask for.
        """
    private static var schema: Value {
        func list(_ words: [String]) -> Value {
            ["type": "array", "items": ["type": "string", "enum": Value(words)]]
        }
        return [
            "type": "object",
            "properties": [
                "task": list(KnownTask.all.map(\.name)), "tier": list(["small", "capable", "premium"]),
                "wish": list(["cheap", "fast", "accurate", "balanced"]),
                "needs": list(["images", "tools", "json", "reasoning", "long context"]),
            ],
            "required": ["task", "tier", "wish", "needs"], "additionalProperties": false,
        ]
    }

    /// The words as the rules understand them, and the model that said so; nil where there is nothing to ask, or no use
    /// in the answer.
    func read(_ words: String) async -> (words: String, reader: ModelID)? {
        guard AutoWords(words).understood.isEmpty, let name = services.router.settings.routing.autoModel,
            let model = services.router.catalogue.id(of: name)
        else { return nil }
        let request = ModelRequest(
            model: model, system: Self.system, messages: [.user(words)],
            outputSchema: OutputSchema(name: "wish", schema: Self.schema), maxTokens: 200, streams: false)
        let record = record
        let context = ExecutionContext(
            run: definition.run, step: attempt.step, pipeline: definition.pipeline.id, task: "classify", turn: 0,
            candidates: [model], budgets: definition.budgetScopes(of: attempt.step), mask: definition.mask,
            record: { events async throws(ModelError) in
                guard await record(events) else { throw ModelError(.cancelled, "the step is over") }
            })
        guard let response = try? await services.executor.run(request, in: context) else { return nil }
        let completed = ModelCompleted(response, turn: 0, isSimulated: services.isSimulated(response.model.provider))
        guard await record(response.settlements + [.modelCompleted(completed)]) else { return nil }
        let answer = response.structured ?? .null
        let known = ["wish", "tier", "needs"].flatMap { answer[$0].arrayValue ?? [] }.compactMap(\.stringValue)
        let task = answer["task"].arrayValue?.first?.stringValue.flatMap { KnownTask.named($0)?.words.first }
        let text = (known + [task].compactMap(\.self)).joined(separator: ", ")
        return AutoWords(text).understood.isEmpty ? nil : (text, model)
    }
}
