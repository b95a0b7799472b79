import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// What `why` prints.
enum WhyText {
    static func text(_ choice: StepChoice, _ snapshot: RunSnapshot, number: Int) -> String {
        var text = "run #\(number), \(Cleaned.line(choice.step.rawValue)): \(Cleaned.line(headline(choice)))\n"
        if let selected = choice.selected {
            text += "  \(Cleaned.line(selected.explanation))\n"
            text += asked(choice, selected)
            text += "\n" + candidates(selected)
            text += removals(selected)
        }
        return text + "\n" + events(choice, snapshot)
    }

    private static func headline(_ choice: StepChoice) -> String {
        guard let first = choice.selected?.candidates.first else {
            return choice.answeredBy.map { "\($0) answered" } ?? "no model was chosen"
        }
        guard let answered = choice.answeredBy else { return "\(first) was chosen, and nobody has answered" }
        return answered == first ? "\(first) was chosen, and answered" : "\(first) was chosen, and \(answered) answered"
    }

    /// What was asked for, and by what.
    private static func asked(_ choice: StepChoice, _ selected: ModelSelected) -> String {
        var parts: [String] = []
        if let task = selected.task { parts.append("task \(task)") }
        if let strategy = selected.strategy { parts.append("strategy \(strategy.rawValue)") }
        if let source = selected.source { parts.append("by \(words(source))") }
        if let resolution = choice.resolution {
            let understood = resolution.understood.isEmpty ? "nothing" : resolution.understood.joined(separator: ", ")
            parts.append("<AUTO> understood: \(understood)")
        }
        if choice.selections.count > 1 { parts.append("chosen \(choice.selections.count) times; this is the last") }
        return parts.isEmpty ? "" : "  \(Cleaned.line(parts.joined(separator: " · ")))\n"
    }

    /// What named the model, as ``ModelSelected/source`` has it.
    private static func words(_ source: String) -> String {
        switch source {
        case "explicit": "the step's `model`"
        case "expert": "`experts`"
        case "auto": "the words of <AUTO>"
        case "tier": "the step's `tier`"
        case "task_setting": "`models.tasks`"
        case "task": "what the task is known to want"
        case "default": "`models.default`"
        case "nothing": "weighing all that fit"
        default: source
        }
    }

    private static func candidates(_ selected: ModelSelected) -> String {
        var table = TextTable(["", "candidate", "score", "good", "cost", "time"], rightAligned: [0, 2, 3, 4, 5])
        for (index, model) in selected.candidates.enumerated() {
            guard let measure = selected.measure(of: model) else {
                table.append(["\(index + 1)", model.description, "–", "–", "–", "–"])
                continue
            }
            let score = Int((measure.score * 100).rounded())
            table.append([
                "\(index + 1)", model.description, score >= 100 ? "1.00" : "0." + (score < 10 ? "0" : "") + "\(score)",
                TelemetryOutput.quality(measure.quality, samples: measure.samples),
                measure.expectedCost.map(MoneyText.of) ?? "unknown", DurationText.elapsed(measure.expectedLatency),
            ])
        }
        return table.text
    }

    private static func removals(_ selected: ModelSelected) -> String {
        guard !selected.removals.isEmpty else { return "" }
        return "\nleft out\n" + selected.removals.map { "  \(Cleaned.line($0))\n" }.joined()
    }

    /// Each with its time since the run's start.
    private static func events(_ choice: StepChoice, _ snapshot: RunSnapshot) -> String {
        let start = snapshot.startedAt ?? choice.events.first?.time
        return choice.events.filter { !$0.event.isChoice }.map { event in
            let line = EventLine.describe(event, in: snapshot)
            let clock = start.map { DurationText.offset(event.time.since($0)) } ?? ""
            return "\(clock)  \(line.glyph) \(Cleaned.line(line.text, limit: 400))\n"
        }.joined()
    }

    static func json(_ choice: StepChoice, _ summary: RunSummary) -> Value {
        let selected = choice.selected
        let candidates = (selected?.candidates ?? []).map { model -> Value in
            let measure = selected?.measure(of: model)
            return [
                "model": .string(model.description), "score": measure.map { .double($0.score) } ?? .null,
                "good": measure.map { .double($0.quality) } ?? .null, "answers": Value(measure?.samples),
                "expected_cost_usd": measure?.expectedCost?.dollars ?? .null,
                "expected_ms": Value(measure.map { Int($0.expectedLatency.wholeMicroseconds / 1000) }),
            ]
        }
        return [
            "run": .string(summary.run.rawValue), "number": .int(summary.number),
            "step": .string(choice.step.rawValue), "answered_by": Value(choice.answeredBy?.description),
            "explanation": Value(selected?.explanation), "task": Value(selected?.task),
            "strategy": Value(selected?.strategy?.rawValue), "source": Value(selected?.source),
            "understood": choice.resolution.map { Value($0.understood) } ?? .null,
            "times_chosen": .int(choice.selections.count), "candidates": .array(candidates),
            "left_out": Value(selected?.removals ?? []), "calls": .array(choice.calls.map(\.json)),
            "events": .array(choice.events.filter { !$0.event.isChoice }.map(\.json)),
        ]
    }
}

extension RunEvent {
    /// Whether it is shown as the choice itself.
    fileprivate var isChoice: Bool {
        if case .modelSelected = self { return true }
        if case .routing(.autoResolved) = self { return true }
        return false
    }
}

extension DurationText {
    /// A time after the run's start: `01:29.588`.
    fileprivate static func offset(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        return "\(clock(.milliseconds(milliseconds))).\(String(1000 + milliseconds % 1000).dropFirst())"
    }
}
