import OrderedCollections
import SwitchyardCore
import TerminalUI

// What the inspector says of a step that a model performs: which one and why, what it costs, what it waits for, and what
// a person can do about it.

extension InspectorText {
    mutating func addModel(_ step: StepSnapshot) {
        guard step.hasAskedModel else { return }
        if let bar = waitBar(step) { addLine(label("wait") + bar) }
        if let keys = keyWords(step) { addField("keys", keys) }
        if let model = step.currentModel { addField("model", modelWords(model, step)) }
        if let look = breaker(step) {
            let name = label("breaker")
            addLine(name + text(look, width: width - name.width))
        }
        addField("cost", costWords(step))
        if let tokens = tokenWords(step) { addField("tokens", tokens) }
        if let budget = budgetWords(step) { addField("budget", budget) }
        addJudgement(step)
    }

    /// A breaker in so much room: without its name where that is short, for the model has it too.
    private func text(_ look: BreakerLook, width: Int) -> StyledText {
        let forms = ["\(look.id) ", ""].flatMap { name in
            [look.words, look.short].map { words in
                StyledText(cleaning: name, theme[.text], limit: 40)
                    + StyledText(cleaning: "\(look.glyph) \(words)", theme[look.role])
            }
        }
        return forms.first { $0.width <= width } ?? forms[forms.count - 1]
    }

    /// The two rows that matter most, where there are few.
    mutating func addCompactModel(_ step: StepSnapshot) {
        guard step.hasAskedModel else { return }
        var parts = [StyledText(cleaning: costWords(step), theme[.text])]
        var name = "cost"
        if let bar = waitBar(step) {
            parts = [bar, StyledText("cost ", theme[.dim]) + parts[0]]
            name = "wait"
        }
        var line = label(name) + StyledText.joined(parts, gap: 3)
        let gap = StyledText("   ")
        if let look = breaker(step) { line += gap + text(look, width: width - line.width - gap.width) }
        if let tokens = tokenWords(step), line.width + gap.width + tokens.count <= width {
            line += gap + StyledText(cleaning: tokens, theme[.text])
        }
        addLine(line)
        if let keys = keyWords(step) { addField("keys", keys) }
    }

    /// What is known of the choice of models, once what is happening has been said.
    mutating func addChoice(_ step: StepSnapshot) {
        guard let selected = selection(step) else { return }
        let about = [selected.task, selected.strategy?.rawValue].compactMap(\.self)
        addRule((["choice"] + about).joined(separator: " · "))
        addText(selected.explanation, theme[.text])
        for (place, model) in selected.candidates.enumerated() { addCandidate(model, place, selected, step) }
        for removal in selected.removals.prefix(12) { addText("- \(removal)", theme[.dim]) }
        if selected.removals.count > 12 {
            addLine(StyledText(cleaning: "and \(selected.removals.count - 12) more", theme[.dim]))
        }
    }

    private mutating func addCandidate(
        _ model: ModelID, _ place: Int, _ selected: ModelSelected, _ step: StepSnapshot
    ) {
        let isCurrent = model == step.currentModel
        let name =
            StyledText(cleaning: "\(place + 1) ", theme[.dim])
            + StyledText(cleaning: model.description, theme[isCurrent ? .title : .text], limit: 60)
        guard place < selected.measures.count else { return addLine(name) }
        let measure = selected.measures[place]
        let tries = measure.samples > 0 ? " of \(CountText.grouped(measure.samples))" : ""
        let facts = StyledText(
            cleaning: [
                "score \(Self.hundredths(measure.score))", "\(Int((measure.quality * 100).rounded())) % good\(tries)",
                measure.expectedCost.map { "~\(MoneyText.rough($0))" } ?? "price unknown",
                DurationText.elapsed(measure.expectedLatency),
            ].joined(separator: " · "), theme[.dim])
        if name.width + facts.width + 3 <= width {
            addLine(name + StyledText("   ") + facts)
        } else {
            addLine(name)
            addLine(StyledText("  ") + facts)
        }
    }

    private static func hundredths(_ number: Double) -> String {
        let whole = Int((max(0, min(number, 99)) * 100).rounded())
        return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }

    /// Every try of a model, and where another one was asked instead; without a rule where few rows are seen, and the
    /// wait for the next one has been said.
    mutating func addCalls(_ step: StepSnapshot, withRule: Bool = true) {
        guard step.hasAskedModel else { return }
        let events = run.timeline.models.events(of: index, before: run.eventCount)
        var texts: [StyledText] = []
        var number = 0
        var asked: Timestamp?
        for place in events {
            let envelope = run.timeline.events[place]
            if case .modelRequested = envelope.event {
                asked = envelope.time
            } else if case .modelCompleted(let completed) = envelope.event {
                number += 1
                asked = nil
                texts.append(answered(completed, number, at: envelope.time))
            } else if case .routing(.attemptFailed(let attempt)) = envelope.event {
                number += 1
                asked = envelope.time
                texts.append(failed(attempt, number, at: envelope.time))
            } else if case .routing(.fellBack(_, let to, _)) = envelope.event {
                texts.append(StyledText(cleaning: "    ↻ \(to) instead", theme[.retry], limit: 80))
            } else if case .routing(.callFailed) = envelope.event {
                asked = nil
            }
        }
        if withRule, case .waiting(.call(let wait)) = step.state, let until = wait.until {
            let text = "#\(number + 1)  \(StepWords.due(until, now: now))"
            texts.append(StyledText(cleaning: text, theme[.retry]))
        } else if step.state == .running, let asked {
            let took = DurationText.elapsed(max(.zero, now.since(asked)))
            texts.append(
                start(number + 1, asked) + StyledText(cleaning: took, theme[.text]).padded(to: 6, .trailing)
                    + StyledText("  ● asks", theme[.running]))
        }
        guard !texts.isEmpty else { return }
        if withRule { addRule("calls") }
        let shown = texts.suffix(20)
        // Where few rows are seen, the newest are.
        for text in withRule ? Array(shown) : shown.reversed() { addLine(text) }
    }

    private func start(_ number: Int, _ time: Timestamp) -> StyledText {
        let offset = TimeText.offset(time.since(run.timeline.origin)).dropLast(2)
        return StyledText(cleaning: "#\(number)  \(offset)  ", theme[.dim])
    }

    private func answered(_ completed: ModelCompleted, _ number: Int, at time: Timestamp) -> StyledText {
        let cost = completed.cost.map(MoneyText.of) ?? "price unknown"
        return start(number, time.advanced(by: .zero - completed.latency))
            + StyledText(cleaning: DurationText.elapsed(completed.latency), theme[.text]).padded(to: 6, .trailing)
            + StyledText(cleaning: "  ✓ \(cost)", theme[.ok])
            + StyledText(cleaning: "  \(completed.model)", theme[.dim], limit: 80)
    }

    private func failed(_ attempt: FailedModelAttempt, _ number: Int, at time: Timestamp) -> StyledText {
        let waited = attempt.waited > .zero ? " after \(DurationText.elapsed(attempt.waited))" : ""
        return start(number, time.advanced(by: .zero - attempt.took))
            + StyledText(cleaning: DurationText.elapsed(attempt.took), theme[.text]).padded(to: 6, .trailing)
            + StyledText(cleaning: "  ✗ \(attempt.kind.rawValue)\(waited)", theme[.failed])
            + StyledText(cleaning: "  \(attempt.model)", theme[.dim], limit: 80)
    }

    // MARK: Fields

    /// The choice that holds; after an answer that was not good enough the one before it.
    private func selection(_ step: StepSnapshot) -> ModelSelected? {
        if let selected = step.conversation.selected { return selected }
        for place in run.timeline.models.events(of: index, before: run.eventCount).reversed() {
            if case .modelSelected(let selected) = run.timeline.events[place].event { return selected }
        }
        return nil
    }

    private func modelWords(_ model: ModelID, _ step: StepSnapshot) -> String {
        let simulated = step.modelUse.simulated > 0 || step.failedCalls.contains(where: \.isSimulated)
        let first = selection(step)?.candidates.first
        let instead = first.flatMap { $0 == model ? nil : " · instead of \($0)" } ?? ""
        return "\(model)\(instead)\(simulated ? " · simulated" : "")"
    }

    private func breaker(_ step: StepSnapshot) -> BreakerLook? {
        guard !step.state.isFinal, let model = step.currentModel else { return nil }
        let looks = BreakerLook.all(run, snapshot, now: now)
        let own = run.timeline.models.breaker(of: model)
        // What keeps all of a provider back says more than one of its tiers.
        return looks.first { $0.id == BreakerID(model.provider) } ?? looks.first { $0.id == own }
    }

    /// `$0.0012, ~$0.0040 expected`
    private func costWords(_ step: StepSnapshot) -> String {
        let use = step.modelUse
        var text = use.costWords
        guard !step.state.isFinal else { return text }
        if let measure = step.measure {
            text +=
                measure.expectedCost.map { ", ~\(MoneyText.rough($0)) expected" } ?? ", the model's price is unknown"
        } else {
            text += " so far"
        }
        if let reserved = snapshot.routing.reserved[step.path]?.cost {
            text += ", up to \(MoneyText.rough(reserved)) set aside"
        }
        return text
    }

    /// `↑9,214 ↓210, cache 71%`
    private func tokenWords(_ step: StepSnapshot) -> String? {
        let use = step.modelUse
        guard use.calls > 0 else { return nil }
        let known = step.conversation.turns.map(\.answer.usage).filter { $0.cacheRead != nil }
        let input = known.reduce(0) { $0 + ($1.input ?? 0) }
        let read = known.reduce(0) { $0 + ($1.cacheRead ?? 0) }
        let cache = input > 0 ? ", cache \(read * 100 / input)%" : ""
        return "↑\(CountText.grouped(use.inputTokens)) ↓\(CountText.grouped(use.outputTokens))\(cache)"
    }

    private func budgetWords(_ step: StepSnapshot) -> String? {
        let path = step.path.planned
        guard let budget = snapshot.routing.stepBudgets[path] else { return nil }
        return "\(MoneyText.of(run.spent(by: path))) of \(RoutingWords.limit(budget))"
    }

    private mutating func addJudgement(_ step: StepSnapshot) {
        if let quality = step.quality {
            let wanted = quality.isLow ? "\(quality.text), wanted at least \(quality.minimumText)" : quality.text
            addField("quality", wanted)
        }
        if let rating = step.rating { addField("rating", rating ? "good" : "not good") }
    }

    // MARK: Waits

    /// `▕███████░░░░▏ 6.2s`: how much of a wait whose end is known is over, and how much is left.
    private func waitBar(_ step: StepSnapshot) -> StyledText? {
        let until: Timestamp
        var since = step.attempts.last?.endedAt
        if case .waiting(.retry(let end)) = step.state {
            until = end
        } else if case .waiting(.call(let wait)) = step.state, let end = wait.until {
            until = end
            since = run.timeline.models.events(of: index, before: run.eventCount).last { place in
                if case .routing(.waitStarted) = run.timeline.events[place].event { true } else { false }
            }.map { run.timeline.events[$0].time }
        } else {
            return nil
        }
        guard let since else { return nil }
        let whole = max(1, until.since(since).wholeMicroseconds)
        let over = Double(max(0, now.since(since).wholeMicroseconds)) / Double(whole)
        return Gauge.text(over, width: 11, style: theme[.retry], dim: theme[.dim])
            + StyledText(cleaning: " \(StepWords.left(until, now: now))", theme[.text])
    }

    /// What a person can do now; nil where nothing is to be done, or nothing can be from here.
    private func keyWords(_ step: StepSnapshot) -> String? {
        switch step.state {
        case .waiting(.call(let wait)):
            guard run.takesAnswers else { return nil }
            switch wait.reason {
            case .retry: return "! ask another model, c cancel"
            // A pause has an end, and what waits for a limit of one's own has none that is known.
            case .rateLimit: return wait.until == nil ? "c cancel" : "= end the pause, c cancel"
            case .breaker: return "= close, ~ probe, c cancel"
            case .budget:
                let mayBeRaised = run.shortage?.scope.mayBeRaised ?? true
                return mayBeRaised ? "$ raise it, C cancel the run" : "C cancel the run"
            }
        case .waiting(.retry): return run.takesAnswers ? "r try now, c cancel" : nil
        case .failed:
            guard !run.isReadOnly else { return nil }
            return run.timeline.head.status.isFinal
                ? "r try again, R from here, e edit" : "r, once the run has ended"
        case .succeeded:
            return run.takesAnswers && step.modelUse.calls > 0 && step.rating == nil ? "u good, d not good" : nil
        case .pending, .ready, .running, .waiting(.timer), .waiting(.approval), .skipped, .cancelled, .outcomeUnknown:
            return nil
        }
    }
}
