/// What a step and its model have said to each other: the fold of the model's events.
package struct Conversation: Hashable, Sendable {
    /// An answer, and what became of the tools that it calls.
    package struct Turn: Hashable, Sendable {
        package var answer: ModelCompleted
        /// By the calls' ids.
        package var called: [String: ModelToolCalled] = [:]
        package var returned: [String: ModelToolReturned] = [:]

        package init(answer: ModelCompleted) {
            self.answer = answer
        }

        /// The calls whose result is not known, in the answer's order.
        package var openCalls: [ToolCall] { answer.message.toolCalls.filter { returned[$0.id] == nil } }
    }

    /// Which models were chosen.
    package private(set) var selected: ModelSelected?
    package private(set) var turns: [Turn] = []
    /// The model that was asked and has not answered.
    package private(set) var asked: ModelRequested?

    package init() {}

    /// The calls of tools that were begun and may have taken effect, which nobody must repeat unasked.
    package var unsafeOpenCalls: [ModelToolCalled] {
        guard let turn = turns.last else { return [] }
        return turn.openCalls.compactMap { turn.called[$0.id] }.filter { $0.effect == .unsafe }
    }

    package mutating func apply(_ event: RunEvent) {
        switch event {
        case .modelSelected(let selected): self.selected = selected
        case .modelRequested(let requested): asked = requested
        case .modelCompleted(let completed):
            asked = nil
            turns.append(Turn(answer: completed))
        case .modelToolCalled(let call):
            guard !turns.isEmpty else { return }
            turns[turns.count - 1].called[call.id] = call
        case .modelToolReturned(let result):
            guard !turns.isEmpty else { return }
            turns[turns.count - 1].returned[result.id] = result
        default: break
        }
    }
}

/// What the models of a step, or of a run, have used.
package struct ModelUse: Hashable, Sendable {
    /// How many answers there were.
    package private(set) var calls = 0
    /// Everything sent and received, as far as it is known.
    package private(set) var inputTokens = 0
    package private(set) var outputTokens = 0
    /// The known part of what it cost.
    package private(set) var cost = MicroDollars.zero
    /// How many answers have a price that is not known.
    package private(set) var unpriced = 0
    /// How many answers came from a simulator.
    package private(set) var simulated = 0
    /// The model that was asked last.
    package private(set) var model: ModelID?

    package init() {}

    package var isEmpty: Bool { model == nil }

    mutating func apply(_ event: RunEvent) {
        switch event {
        case .modelRequested(let requested): model = requested.model
        case .modelCompleted(let completed):
            calls += 1
            model = completed.model
            inputTokens += completed.usage.input ?? 0
            outputTokens += completed.usage.output ?? 0
            if completed.isSimulated { simulated += 1 }
            if let cost = completed.cost { self.cost += cost } else { unpriced += 1 }
        default: break
        }
    }
}
