import OrderedCollections
import SwitchyardCore

/// Performs a model step: asks its model, carries out the tools that it calls, and asks again, until there is an answer.
///
/// Everything is recorded before anything follows from it. What an attempt before this one recorded is not done again:
/// answers that were paid for are taken as they are, and calls of tools that returned keep their result.
struct ModelConversation {
    let call: ModelCall
    let definition: RunDefinition
    let invocation: ToolInvocation
    let services: any ModelServices
    let tools: any ToolCatalog
    /// Records events in one; false where the attempt is over and nothing may follow.
    let record: @Sendable ([RunEvent]) async -> Bool
    /// What was said before.
    private(set) var conversation: Conversation
    private let seed: UInt64
    private let names: ModelToolNames

    init(
        _ attempt: StepAttempt, _ call: ModelCall, _ past: Conversation, definition: RunDefinition,
        invocation: ToolInvocation, services: any ModelServices,
        record: @escaping @Sendable ([RunEvent]) async -> Bool
    ) {
        self.call = call
        self.definition = definition
        self.invocation = invocation
        self.services = services
        self.record = record
        tools = definition.tools
        conversation = past
        names = ModelToolNames(call.tools, in: definition.tools)
        seed = UInt64(definition.random(for: attempt.id) * 9_007_199_254_740_992)
    }

    /// Ends with the answer, or why there is none.
    mutating func run() async -> ToolResult {
        do throws(Ending) {
            return .succeeded(try await converse())
        } catch {
            switch error {
            case .cancelled: return .cancelled
            case .failed(let failure):
                guard let choice = call.onError else { return .failed(failure) }
                return .succeeded(
                    ToolOutput(.string(choice), summary: "\(choice), because the model failed: \(failure.message)"))
            }
        }
    }

    /// Why a conversation ends without an answer.
    private enum Ending: Error {
        case cancelled
        case failed(StepFailure)
    }

    private mutating func converse() async throws(Ending) -> ToolOutput {
        let opening = try await self.opening()
        let selected = try await selection(opening)
        while true {
            if let turn = conversation.turns.last {
                guard !turn.answer.message.toolCalls.isEmpty else { return try output(of: turn.answer) }
                try await carryOut(turn)
                guard conversation.turns.count < call.maxTurns else {
                    let message = "the model had no answer after \(call.maxTurns) turns"
                    throw .failed(StepFailure(.exhausted, message))
                }
            }
            try await ask(opening, selected)
        }
    }

    // MARK: Asking

    /// The request before anything was answered.
    private func opening() async throws(Ending) -> ModelRequest {
        var messages: [ModelMessage] = []
        for message in call.messages {
            var parts: [MessagePart] = [.text(message.content)]
            for path in message.images {
                switch await services.image(at: path, for: invocation) {
                case .success(let image): parts.append(.image(image))
                case .failure(let failure): throw .failed(failure)
                }
            }
            messages.append(ModelMessage(message.role == .user ? .user : .assistant, parts))
        }
        return ModelRequest(
            system: call.systemText(run: definition.run, attempt: invocation.attempt), messages: messages,
            tools: names.definitions, outputSchema: call.answerSchema, maxTokens: call.maxTokens,
            temperature: call.temperature, streams: call.streams && call.kind != "decide")
    }

    /// Which models may answer: as it was chosen once.
    private mutating func selection(_ opening: ModelRequest) async throws(Ending) -> ModelSelected {
        if let selected = conversation.selected { return selected }
        guard let step = definition.steps[invocation.step.planned] else {
            throw .failed(StepFailure(.internal, "the step is not in its pipeline"))
        }
        let pipeline = definition.pipeline
        var policy = step.model
        var reader: ModelID?
        if case .automatic(let words)? = policy.model {
            let attempt = AttemptID(invocation.step, invocation.attempt)
            let asked = AutoReader(definition: definition, attempt: attempt, services: services, record: record)
            if let read = await asked.read(words) {
                policy.model = .automatic(words: read.words)
                reader = read.reader
            }
        }
        let request = SelectionRequest(
            policy: policy, settings: pipeline.models,
            expert: call.tools.lazy.compactMap { pipeline.experts[$0] }.first, strategy: pipeline.strategy,
            needs: opening.needs, inputTokens: TokenEstimate.inputTokens(of: opening), maxTokens: opening.maxTokens,
            seed: seed)
        let selection: ModelSelection
        do throws(SelectionFailure) {
            selection = try await services.select(request, budgets: definition.budgetScopes(of: invocation.step))
        } catch {
            throw .failed(StepFailure(.invalidInput, error.sentence))
        }
        let selected = ModelSelected(selection)
        if case .automatic(let words)? = step.model.model, case .auto(let understood) = selection.source {
            let resolution = AutoResolution(text: words, understood: understood, reader: reader)
            try await happened([.routing(.autoResolved(resolution)), .modelSelected(selected)])
        } else {
            try await happened([.modelSelected(selected)])
        }
        return selected
    }

    private mutating func ask(_ opening: ModelRequest, _ selected: ModelSelected) async throws(Ending) {
        guard let model = selected.candidates.first else {
            throw .failed(StepFailure(.internal, "no model was chosen"))
        }
        var request = opening
        request.model = model
        for turn in conversation.turns { request.messages += turn.messages }
        let turn = conversation.turns.count + 1
        let response: ModelResponse
        do throws(ModelError) {
            response = try await services.executor.run(request, in: context(turn, selected))
        } catch {
            if error.kind == .cancelled || Task.isCancelled { throw .cancelled }
            throw .failed(StepFailure(error))
        }
        // What did not come in pieces is shown as a whole.
        if !response.text.isEmpty { invocation.report(.text(request.streams ? "\n" : response.text + "\n")) }
        let completed = ModelCompleted(
            response, turn: turn, isSimulated: services.isSimulated(response.model.provider))
        try await happened(response.settlements + [.modelCompleted(completed)])
    }

    /// How a step's own `retry` and `timeout` make its calls be tried: a step that says how often it is tried again
    /// means that, and is not multiplied by what is done where nobody says.
    private var policy: CallPolicy {
        var policy = CallPolicy.standard
        guard let retry = definition.steps[invocation.step.planned]?.retry, retry.maxAttempts > 1 else { return policy }
        policy.attemptsPerCandidate = 1
        return policy
    }

    private func context(_ turn: Int, _ selected: ModelSelected) -> ExecutionContext {
        let step = definition.steps[invocation.step.planned]
        let report = invocation.report
        let record = record
        return ExecutionContext(
            run: definition.run, step: invocation.step, pipeline: definition.pipeline.id, task: selected.task,
            tier: step?.model.tier, timeout: step?.timeout.startToClose, idleTimeout: step?.timeout.idle, turn: turn,
            candidates: selected.candidates, policy: policy, budgets: definition.budgetScopes(of: invocation.step),
            mask: definition.mask,
            report: { delta in
                switch delta {
                case .text(let text): report(.text(text))
                case .reasoning: report(.alive)
                case .toolCall: report(.alive)
                }
            },
            record: { events async throws(ModelError) in
                guard await record(events) else { throw ModelError(.cancelled, "the step is over") }
            })
    }

    // MARK: Tools

    /// Carries out the calls of `turn` that have no result: those that may be repeated side by side, then the others one
    /// after the other, so that a crash leaves at most one of which nobody knows whether it took effect.
    private mutating func carryOut(_ turn: Conversation.Turn) async throws(Ending) {
        var together: [(ModelToolCalled, any Tool)] = []
        var alone: [(ModelToolCalled, any Tool)] = []
        var events: [RunEvent] = []
        for toolCall in turn.openCalls {
            switch prepare(toolCall, turn: turn.answer.turn) {
            case .refused(let returned): events.append(.modelToolReturned(returned))
            case .call(let called, let tool) where called.effect == .unsafe: alone.append((called, tool))
            case .call(let called, let tool):
                if turn.called[called.id] == nil { events.append(.modelToolCalled(called)) }
                together.append((called, tool))
            }
        }
        if !events.isEmpty { try await happened(events) }
        try await carryOut(together)
        for (called, tool) in alone {
            if turn.called[called.id] == nil { try await happened([.modelToolCalled(called)]) }
            try await carryOut([(called, tool)])
        }
    }

    /// Carries out calls that are recorded, all at once, and records what each gave when it gave it.
    private mutating func carryOut(_ calls: [(ModelToolCalled, any Tool)]) async throws(Ending) {
        let invocation = invocation
        let ending = await withTaskGroup(of: (ModelToolCalled, ToolResult).self) { group -> Ending? in
            for (called, tool) in calls {
                var own = invocation
                own.arguments = called.arguments
                own.idempotencyKey = called.key
                let invocation = own
                group.addTask { (called, await tool.run(invocation)) }
            }
            for await (called, result) in group {
                do throws(Ending) {
                    try await happened([.modelToolReturned(try Self.returned(called, result))])
                } catch {
                    group.cancelAll()
                    return error
                }
            }
            return nil
        }
        if let ending { throw ending }
    }

    private enum PreparedCall {
        case call(ModelToolCalled, any Tool)
        /// The model is told why.
        case refused(ModelToolReturned)
    }

    private func prepare(_ toolCall: ToolCall, turn: Int) -> PreparedCall {
        func refused(_ message: String) -> PreparedCall {
            .refused(
                ModelToolReturned(
                    id: toolCall.id, turn: turn, tool: toolCall.name, content: message, isError: true))
        }
        guard let tool = names.tool(called: toolCall.name) else {
            return refused("there is no tool \(toolCall.name); there are \(names.all.joined(separator: ", "))")
        }
        guard case .object(let given) = toolCall.arguments else {
            return refused("the arguments are no JSON object")
        }
        switch ToolArguments.check(given, against: tool.parameters) {
        case .invalid(let problems): return refused(problems.map(\.message).joined(separator: "; "))
        case .valid(let arguments):
            let key = SHA256.hexDigest(of: "\(invocation.idempotencyKey)\n\(turn)\n\(toolCall.id)").prefix(32)
            return .call(
                ModelToolCalled(
                    id: toolCall.id, turn: turn, tool: tool.name, arguments: arguments,
                    effect: tool.effect(of: arguments), key: String(key)), tool)
        }
    }

    private static func returned(_ call: ModelToolCalled, _ result: ToolResult) throws(Ending) -> ModelToolReturned {
        switch result {
        case .succeeded(let output):
            let text = output.value.stringValue ?? JSON.text(of: output.value)
            return ModelToolReturned(id: call.id, turn: call.turn, tool: call.tool, content: text, isError: false)
        case .failed(let failure):
            return ModelToolReturned(
                id: call.id, turn: call.turn, tool: call.tool, content: failure.message, isError: true)
        case .cancelled: throw .cancelled
        }
    }

    // MARK: The end

    private func output(of answer: ModelCompleted) throws(Ending) -> ToolOutput {
        switch answer.finish {
        case .refused(let category):
            let about = category.map { " (\($0))" } ?? ""
            throw .failed(StepFailure(.rejected, "\(answer.model) refused to answer\(about)"))
        case .length where call.answerSchema == nil && answer.message.text.isEmpty:
            throw .failed(
                StepFailure(.invalidOutput, "\(answer.model) reached its longest answer before it said anything"))
        case .stop, .length, .toolCalls, .other: break
        }
        let parts = [
            answer.model.name, conversation.turns.count > 1 ? "\(conversation.turns.count) turns" : nil,
            answer.isSimulated ? "simulated" : nil,
        ]
        let summary = parts.compactMap(\.self).joined(separator: " · ")
        if call.kind == "decide" {
            let choice = answer.structured["choice"].stringValue ?? ""
            guard call.choices.contains(choice) else {
                throw .failed(StepFailure(.invalidOutput, "\(answer.model) chose none of the answers"))
            }
            return ToolOutput(.string(choice), summary: "\(choice) · \(summary)")
        }
        return ToolOutput(call.answerSchema == nil ? .string(answer.message.text) : answer.structured, summary: summary)
    }

    private mutating func happened(_ events: [RunEvent]) async throws(Ending) {
        guard await record(events) else { throw .cancelled }
        for event in events { conversation.apply(event) }
    }
}

extension Conversation.Turn {
    /// The turn as the model is told of it: what it said, and what its tools gave.
    fileprivate var messages: [ModelMessage] {
        let results = answer.message.toolCalls.compactMap { call in
            returned[call.id].map {
                MessagePart.toolResult(
                    ToolCallResult(id: call.id, name: call.name, content: $0.content, isError: $0.isError))
            }
        }
        return results.isEmpty ? [answer.message] : [answer.message, ModelMessage(.tool, results)]
    }
}

extension StepFailure {
    /// A call of a model that failed, as the failure of its step.
    init(_ error: ModelError) {
        let kind: FailureClass =
            switch error.kind {
            case .rateLimited: .rateLimit
            case .overloaded: .unavailable
            case .server: .server
            case .timeout: .timeout
            case .transport: .connection
            case .auth: .permission
            case .contextOverflow, .invalidRequest: .invalidInput
            case .quota, .refused: .rejected
            case .invalidOutput: .invalidOutput
            case .budget: .budget
            case .cancelled: .internal
            }
        var details: OrderedDictionary<String, Value> = ["class": .string(error.kind.rawValue)]
        if let model = error.model { details["model"] = .string(model.description) }
        if let status = error.status { details["status"] = .int(status) }
        if let code = error.code { details["code"] = .string(code) }
        if error.hasBegun { details["had_begun"] = true }
        if !error.attempts.isEmpty { details["attempts"] = .array(error.attempts.map(\.value)) }
        self.init(kind, error.message, details: .object(details), retryAfter: error.retryAfter)
    }
}

extension ModelAttempt {
    /// As the failure of a step has it.
    fileprivate var value: Value {
        [
            "model": .string(model.description), "class": Value(failure?.rawValue), "message": Value(message),
            "waited_us": .int(Int(waited.wholeMicroseconds)), "took_us": .int(Int(took.wholeMicroseconds)),
        ]
    }
}

extension ModelSelected {
    /// What is recorded of a choice.
    init(_ selection: ModelSelection) {
        self.init(
            candidates: selection.candidates.map(\.model),
            measures: selection.candidates.map { candidate in
                CandidateMeasure(
                    score: candidate.score, quality: candidate.belief.mean, samples: candidate.belief.samples,
                    expectedCost: candidate.expectedCost, expectedLatency: candidate.expectedLatency)
            },
            explanation: selection.explanation, seed: selection.seed, removals: selection.removals.words,
            task: selection.task, strategy: selection.strategy, source: selection.source.name)
    }
}

extension ModelSelection.Source {
    fileprivate var name: String {
        switch self {
        case .explicit: "explicit"
        case .expert: "expert"
        case .auto: "auto"
        case .tier: "tier"
        case .taskSetting: "task_setting"
        case .task: "task"
        case .defaultModel: "default"
        case .nothing: "nothing"
        }
    }
}
