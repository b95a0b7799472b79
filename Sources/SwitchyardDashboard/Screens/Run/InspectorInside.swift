import OrderedCollections
import SwitchyardCore
import TerminalUI

// What the inspector says of steps that hold others, of items, and of steps that wait.

extension InspectorText {
    /// At most this many steps inside of one are listed.
    private static var maximumListed: Int { 8 }

    private var tree: StepTree { run.timeline.tree }
    private var children: ArraySlice<Int> { tree.children(of: index, shown: snapshot.steps.count) }

    /// Whether the step holds others.
    var isContainer: Bool { !children.isEmpty }

    private var hasItems: Bool { children.first.map { tree.nodes[$0].isItem } ?? false }

    /// How far what is inside of the step has come, while it is under way: `17 of 24 items have ended, 1 failed`.
    func insideWords(_ step: StepSnapshot) -> String? {
        guard step.state == .running, step.attempts.isEmpty, let counts = run.tally.inside[index] else { return nil }
        guard hasItems else {
            let members = tree.latest(of: children)
            let ended = members.count { run.tally.standings[$0].isFinal }
            let iteration = step.iteration.map { "iteration \($0): " } ?? ""
            return "\(iteration)\(ended) of \(CountText.of(members.count, "step")) \(ended == 1 ? "has" : "have") ended"
        }
        var text = "\(CountText.grouped(counts.ended)) of \(CountText.of(counts.total, "item")) ended"
        if counts[.failed] > 0 { text += ", \(CountText.grouped(counts[.failed])) failed" }
        return text + ", \(CountText.grouped(counts.underWay)) under way"
    }

    // MARK: Steps that hold others

    mutating func addContainerFields(_ step: StepSnapshot) {
        if let iteration = step.iteration {
            addLine(label("loop") + StyledText(cleaning: "iteration \(iteration)", theme[.text]))
        }
        guard let counts = run.tally.inside[index] else { return }
        if hasItems {
            addLine(label("items") + StyledText(cleaning: "\(CountText.grouped(counts.total))  ") + states(counts))
        } else {
            addSteps("steps", members)
        }
    }

    /// What happens inside: what failed last, then what is under way.
    mutating func addInside() {
        guard hasItems else { return }
        let (lines, more) = happenings()
        guard !lines.isEmpty else { return }
        addRule("items")
        for line in lines { addLine(line) }
        if more > 0 { addLine(StyledText(cleaning: "and \(more) more under way", theme[.dim])) }
    }

    mutating func addCompactInside() {
        guard isContainer else { return }
        guard hasItems else {
            addLine(label("steps") + pairs(members))
            return
        }
        let (lines, more) = happenings()
        guard !lines.isEmpty else { return }
        let rest = more > 0 ? StyledText(cleaning: "and \(more) more", theme[.dim]) : StyledText()
        addLine(StyledText.joined(lines + [rest], gap: 3))
    }

    private var members: [StepPath] {
        (run.plan?.ordered(tree.latest(of: children)) ?? []).map { tree.nodes[$0].path }
    }

    private func states(_ counts: StepTally.Counts) -> StyledText {
        let entries: [(glyph: String, count: Int, role: Role)] = [
            ("✓", counts[.succeeded], .ok), ("●", counts[.running] + counts[.open], .running),
            ("↻", counts[.retry], .retry), ("○", counts[.pending] + counts[.ready] + counts[.timer], .waiting),
            ("⊘", counts[.skipped] + counts[.cancelled], .skipped), ("◇", counts[.approval] + counts[.unknown], .held),
            ("✗", counts[.failed], .failed),
        ]
        return .joined(
            entries.filter { $0.count > 0 }.map { entry in
                StyledText(cleaning: entry.glyph + CountText.grouped(entry.count), theme[entry.role])
            }, gap: 1)
    }

    /// A line for the item that failed last and for each under way, the first ones; how many more are.
    private func happenings() -> (lines: [StyledText], more: Int) {
        var lines: [StyledText] = []
        if let failed = run.tally.lastFailure(in: index), failed < snapshot.steps.count {
            let message = snapshot.steps.values[failed].failure?.message ?? "failed"
            lines.append(line(failed) + StyledText(cleaning: "  \(message)", theme[.text], limit: 200))
        }
        var underWay: OrderedSet<Int> = []
        for leaf in run.tally.running + run.tally.asking {
            let chain = [leaf] + Array(tree.ancestors(of: leaf))
            if let place = chain.firstIndex(of: index), place > 0 { underWay.append(chain[place - 1]) }
        }
        for item in underWay.prefix(Self.maximumListed) {
            let took = DurationText.elapsed(snapshot.steps.values[item].elapsed(at: now))
            lines.append(line(item) + StyledText(cleaning: "  \(took)", theme[.text]))
        }
        return (lines, max(0, underWay.count - Self.maximumListed))
    }

    private func line(_ child: Int) -> StyledText {
        let look = snapshot.steps.values[child].state.look
        return StyledText(cleaning: "\(look.glyph) ", theme[look.role])
            + StyledText(cleaning: run.plan?.names[child] ?? "", theme[.text], limit: 40)
    }

    // MARK: Items

    /// The item that an instance of a `foreach` step is for.
    mutating func addItem(_ step: StepSnapshot) {
        guard let item = step.item else { return }
        addRule("item \(place(of: item.index))")
        addValue(item.value)
    }

    mutating func addCompactItem(_ step: StepSnapshot) {
        guard let item = step.item else { return }
        let value = item.value.stringValue ?? JSON.text(of: item.value)
        addLine(
            label("item") + StyledText(cleaning: "\(place(of: item.index))  ", theme[.dim])
                + StyledText(cleaning: value, theme[.text], limit: 400))
    }

    /// `6 of 24`.
    private func place(of number: Int) -> String {
        let count = tree.nodes[index].parent.flatMap { run.tally.inside[$0]?.total } ?? number + 1
        return "\(CountText.grouped(number + 1)) of \(CountText.grouped(count))"
    }

    // MARK: Steps that wait

    mutating func addWaiting(_ step: StepSnapshot) {
        switch step.state {
        case .waiting(.timer(let until)):
            addField("until", "\(TimeText.moment(until)) UTC")
            if let started = step.startedAt { addField("in all", DurationText.elapsed(until.since(started))) }
        case .waiting(.approval(let request)):
            if let until = request.until { addField("until", "\(TimeText.moment(until)) UTC") }
            if run.takesAnswers { addField("keys", "a approves, x rejects") }
        case .outcomeUnknown: addUnknownKeys()
        case .pending, .ready, .running, .waiting(.retry), .waiting(.call), .succeeded, .failed, .skipped, .cancelled:
            break
        }
    }

    mutating func addCompactWaiting(_ step: StepSnapshot) {
        switch step.state {
        case .waiting(.timer(let until)):
            let total = step.startedAt.map { ", \(DurationText.elapsed(until.since($0))) in all" } ?? ""
            addField("until", "\(TimeText.moment(until)) UTC\(total)")
        case .waiting(.approval(let request)):
            let until = request.until.map { "for \(StepWords.left($0, now: now)), until \(TimeText.moment($0)) UTC" }
            let parts = [run.takesAnswers ? "a approves, x rejects" : nil, until].compactMap(\.self)
            if !parts.isEmpty { addField("keys", parts.joined(separator: " · ")) }
        case .outcomeUnknown: addUnknownKeys()
        case .pending, .ready, .running, .waiting(.retry), .waiting(.call), .succeeded, .failed, .skipped, .cancelled:
            break
        }
    }

    /// How a person says what became of the step.
    private mutating func addUnknownKeys() {
        if run.takesAnswers {
            addField("keys", "a it took effect, x it failed, r try again")
        } else if run.timeline.head.status == .interrupted {
            addField("keys", "r goes on with the run; then you are asked")
        }
    }
}
