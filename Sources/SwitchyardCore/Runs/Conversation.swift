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
    /// What a model thinks of the result, where the step's `quality` asks one.
    package private(set) var judgement: ModelCompleted?

    package init() {}

    /// The calls of tools that were begun and may have taken effect, which nobody must repeat unasked.
    package var unsafeOpenCalls: [ModelToolCalled] {
        guard let turn = turns.last else { return [] }
        return turn.openCalls.compactMap { turn.called[$0.id] }.filter { $0.effect == .unsafe }
    }

    package mutating func apply(_ event: RunEvent) {
        if case .modelSelected(let selected) = event {
            self.selected = selected
        } else if case .modelCompleted(let completed) = event, completed.turn == 0 {
            judgement = completed
        } else if case .modelCompleted(let completed) = event {
            turns.append(Turn(answer: completed))
            judgement = nil
        } else if case .modelToolCalled(let call) = event, !turns.isEmpty {
            turns[turns.count - 1].called[call.id] = call
        } else if case .modelToolReturned(let result) = event, !turns.isEmpty {
            turns[turns.count - 1].returned[result.id] = result
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
    /// What calls have used whose use was not told, counted as it was set aside. No part of the above.
    package private(set) var estimatedCost = MicroDollars.zero
    package private(set) var estimatedTokens = 0
    /// How many answers came from a simulator.
    package private(set) var simulated = 0
    /// The model that was asked last, those that judge results apart.
    package private(set) var model: ModelID?

    package init() {}

    /// Whether a model was asked, as far as is known.
    package var isUsed: Bool { calls > 0 || estimatedTokens > 0 || estimatedCost > .zero }

    /// What counts as spent, what is estimated included.
    package var spentCost: MicroDollars { cost + estimatedCost }
    package var spentTokens: Int { inputTokens + outputTokens + estimatedTokens }

    mutating func apply(_ event: RunEvent) {
        if case .modelRequested(let requested) = event, requested.turn > 0 { model = requested.model }
        if case .routing(.budgetSettled(let cost, let tokens, isEstimate: true)) = event {
            estimatedCost += cost ?? .zero
            estimatedTokens += tokens ?? 0
        }
        guard case .modelCompleted(let completed) = event else { return }
        calls += 1
        if completed.turn > 0 { model = completed.model }
        inputTokens += completed.usage.input ?? 0
        outputTokens += completed.usage.output ?? 0
        if completed.isSimulated { simulated += 1 }
        if let cost = completed.cost { self.cost += cost } else { unpriced += 1 }
    }
}
