import SwitchyardCore
import Tracing

/// An attempt under way, and the calls of models and tools in it.
///
/// Every try to get an answer is a call of its own, as it is a request of its own.
///
/// It has a span of its own only where a step has several. The first one does not know that before it ends, so what
/// belongs to it is held until then.
struct OpenAttempt: Sendable {
    private struct Call {
        var key: SpanKey
        var requested: ModelRequested
        var startedAt: Timestamp
    }

    private let number: Int
    private let key: SpanKey
    private let step: StepPath
    private let startedAt: Timestamp
    private var isShown = false
    private var held: [SpanInstruction] = []
    private var call: Call?
    /// The calls of tools under way, by their ids.
    private var tools: [String: SpanKey] = [:]

    init(number: Int, key: SpanKey, step: StepPath, startedAt: Timestamp) {
        self.number = number
        self.key = key
        self.step = step
        self.startedAt = startedAt
        if number > 1 { show() }
    }

    /// The model that is being asked, and since when.
    var asked: (model: ModelID, since: Timestamp)? { call.map { ($0.requested.model, $0.startedAt) } }

    /// Gives it a span of its own.
    mutating func show() {
        guard !isShown else { return }
        isShown = true
        let (name, attributes) = GenAIConventions.attemptSpan(number)
        let start = SpanStart(
            parent: .step(step), name: name, kind: .internal, time: startedAt, attributes: attributes)
        held.insert(.start(key, start), at: 0)
    }

    mutating func take() -> [SpanInstruction] {
        guard isShown else { return [] }
        defer { held = [] }
        return held
    }

    /// All that is left to tell of it.
    consuming func finish(at time: Timestamp, error: String?, leftovers: String) -> [SpanInstruction] {
        endCall(at: time, error: error ?? leftovers)
        for tool in tools.values.sorted(by: { $0.name < $1.name }) {
            held.append(.finish(tool, SpanFinish(time: time, error: error ?? leftovers)))
        }
        guard isShown else { return held.map(givenToStep) }
        return held + [.finish(key, SpanFinish(time: time, error: error))]
    }

    /// What was held for the attempt, told of its step.
    private func givenToStep(_ instruction: SpanInstruction) -> SpanInstruction {
        switch instruction {
        case .start(let child, var start):
            if start.parent == key { start.parent = .step(step) }
            return .start(child, start)
        case .note(let owner, let note): return .note(owner == key ? .step(step) : owner, note)
        case .finish, .measure: return instruction
        }
    }

    mutating func note(_ note: SpanNote, endsCall: Bool) {
        held.append(.note(call?.key ?? key, note))
        guard endsCall else { return }
        var error = GenAIConventions.failed
        if case .string(let type)? = note.attributes[GenAIConventions.errorType] { error = type }
        endCall(at: note.time, error: error)
    }

    // MARK: Models

    mutating func begin(_ requested: ModelRequested, seq: Int, at time: Timestamp) {
        endCall(at: time, error: GenAIConventions.interrupted)
        let (name, attributes) = GenAIConventions.callSpan(requested)
        start(.call(seq), name, .client, time, attributes)
        call = Call(key: .call(seq), requested: requested, startedAt: time)
    }

    mutating func end(_ completed: ModelCompleted, at time: Timestamp) {
        guard let ending = call.take() else { return }
        held.append(.finish(ending.key, SpanFinish(time: time, attributes: GenAIConventions.callEnd(completed))))
    }

    /// Ends the model's call under way, if there is one, without an answer.
    private mutating func endCall(at time: Timestamp, error: String) {
        guard let ending = call.take() else { return }
        held.append(.finish(ending.key, SpanFinish(time: time, error: error)))
        let took = max(.zero, time.since(ending.startedAt))
        held.append(.measure(GenAIConventions.failedCall(ending.requested, error: error, took: took)))
    }

    mutating func begin(_ called: ModelToolCalled, seq: Int, at time: Timestamp) {
        let (name, attributes) = GenAIConventions.toolSpan(called)
        // A call that is carried out again is another span; nobody saw the end of the first.
        if let lost = tools[called.id] {
            held.append(.finish(lost, SpanFinish(time: time, error: GenAIConventions.interrupted)))
        }
        start(.tool(seq), name, .internal, time, attributes)
        tools[called.id] = .tool(seq)
    }

    mutating func end(_ returned: ModelToolReturned, at time: Timestamp) {
        guard let tool = tools.removeValue(forKey: returned.id) else { return }
        held.append(.finish(tool, SpanFinish(time: time, error: returned.isError ? GenAIConventions.toolError : nil)))
    }

    private mutating func start(
        _ child: SpanKey, _ name: String, _ kind: SpanKind, _ time: Timestamp,
        _ attributes: GenAIConventions.Attributes
    ) {
        held.append(
            .start(child, SpanStart(parent: key, name: name, kind: kind, time: time, attributes: attributes)))
    }
}
