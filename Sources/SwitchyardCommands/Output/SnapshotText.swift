import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// The state of runs and steps as text for people.
enum SnapshotText {
    /// A run: its head, a line a step, and what failed.
    static func run(_ snapshot: RunSnapshot, number: Int) -> String {
        let end = snapshot.endedAt ?? snapshot.lastTime
        let elapsed = end.map { DurationText.elapsed(snapshot.elapsed(at: $0)) } ?? "not started"
        var text = "#\(number) \(snapshot.created?.pipelineID ?? "?")  \(snapshot.status.rawValue)  \(elapsed)\n"
        let events = CountText.of(snapshot.lastSeq, "event")
        text += "run \(snapshot.run), started \(snapshot.startedAt?.iso8601 ?? "never"), \(events)\n"
        text += "\(counts(snapshot))\n"
        if snapshot.modelUse.isUsed { text += "cost \(snapshot.modelUse.costWords)\n" }
        text += "\n"
        var table = StepTable(snapshot)
        for index in table.tree.nodes.indices where table.tree.nodes[index].parent == nil { table.add(index) }
        text += table.table.text
        if let failure = snapshot.failure { text += "\nfailed: \(Cleaned.line(failure.message))\n" }
        if !snapshot.outputs.isNull {
            text += "\noutputs\n\(indented(JSON.text(of: snapshot.outputs, layout: .indented)))"
        }
        return text
    }

    /// How many steps succeeded: those of the pipeline's own lists, as lists of runs count, and with what they hold or
    /// repeat, as the dashboard's header counts.
    private static func counts(_ snapshot: RunSnapshot) -> String {
        let listed = snapshot.steps.values.filter { $0.path.isListed }
        let tree = StepTree(snapshot.steps)
        let leaves = snapshot.steps.values.indices.filter { tree.nodes[$0].children.isEmpty }
        let done = leaves.count { snapshot.steps.values[$0].state == .succeeded }
        let text = "steps \(listed.count { $0.state == .succeeded })/\(listed.count)"
        guard leaves.count != listed.count else { return text }
        return "\(text), counting what they hold and what undoes them \(done)/\(leaves.count)"
    }

    /// A step: its state, attempts, log files, input and output.
    static func step(_ step: StepSnapshot, logs: [String] = []) -> String {
        var text = "\(Cleaned.line(step.path.rawValue))  \(step.state.name)  uses \(step.planned.uses)\n"
        if !step.planned.needs.isEmpty {
            text += "needs   \(step.planned.needs.map(\.path.rawValue).joined(separator: ", "))\n"
        }
        let why = remark(step)
        if !why.isEmpty { text += "why     \(Cleaned.line(why))\n" }
        for attempt in step.attempts {
            let took = attempt.endedAt.map { DurationText.elapsed($0.since(attempt.startedAt)) } ?? "under way"
            let end = attempt.failure.map { "  failed (\($0.kind.rawValue)): \(Cleaned.line($0.message))" } ?? ""
            text += "try \(attempt.number)   \(attempt.startedAt.iso8601)  \(took)\(end)\n"
        }
        if step.modelUse.isUsed { text += "cost    \(step.modelUse.costWords)\n" }
        for log in logs { text += "log     \(Cleaned.line(log))\n" }
        if let input = step.attempts.last?.input {
            text += "\ninput\n\(indented(JSON.text(of: input, layout: .indented)))"
        }
        if !step.output.isNull {
            let output = step.output.stringValue ?? JSON.text(of: step.output, layout: .indented)
            text += "\noutput\n\(indented(output))"
        }
        if let bytes = step.bytesBeforeCut { text += "(cut: \(bytes) bytes in all)\n" }
        if let failure = step.failure, !failure.details.isNull {
            text += "\ndetails\n\(indented(JSON.text(of: failure.details, layout: .indented)))"
        }
        return text
    }

    fileprivate static func remark(_ step: StepSnapshot) -> String {
        if let failure = step.failure { return failure.message }
        if let summary = step.summary { return summary }
        return switch step.skipReason {
        case .condition: "its `when` was false"
        case .needsSkipped: "everything it needs was skipped"
        case .needFailed(let need): "\(need) did not succeed"
        case .runFailed(let step): "nothing new starts after the failure of \(step)"
        case .notReached: "no failed step goes on here"
        case .groupEnded(let path): "\(path) ended before"
        case .requested: "passed over by a person"
        case nil: ""
        }
    }

    private static func indented(_ text: String) -> String {
        Cleaned.lines(text).split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
    }
}

/// The steps of a run, those inside of others indented under them.
private struct StepTable {
    /// Longer lists of items and of iterations show what failed and what is under way.
    private static let longestList = 20

    let tree: StepTree
    private let steps: OrderedDictionary<StepPath, StepSnapshot>
    private let end: Timestamp?
    private(set) var table = TextTable(["step", "uses", "state", "tries", "took", ""], rightAligned: [3, 4])

    init(_ snapshot: RunSnapshot) {
        steps = snapshot.steps
        tree = StepTree(snapshot.steps)
        end = snapshot.endedAt ?? snapshot.lastTime
    }

    /// Adds a step and what stands inside of it.
    ///
    /// - Parameter isOver: whether what it stands inside of has ended.
    mutating func add(_ index: Int, depth: Int = 0, isOver: Bool = false) {
        let step = steps.values[index]
        let node = tree.nodes[index]
        let took = step.startedAt.map { start in
            DurationText.elapsed((step.endedAt ?? end ?? start).since(start))
        }
        let isLeftOut = isOver && step.state == .pending
        var name = node.parent == nil && !node.path.isCompensation ? node.path.rawValue : node.name
        if node.parent == nil, node.path.isCompensation { name = "undo \(name)" }
        if let iteration = node.iteration { name = "@\(iteration)/\(name)" }
        let items = node.children.first.map { tree.nodes[$0].isItem } == true ? node.children.count : nil
        if let items { name += " ×\(items)" }
        table.append([
            indent(depth) + name, step.planned.uses, isLeftOut ? "skipped" : step.state.name,
            step.attempts.isEmpty ? "–" : String(step.attempts.count), took ?? "–", remark(step, node),
        ])
        addInside(node.children, depth: depth + 1, isOver: isOver || step.state.isFinal)
    }

    private mutating func addInside(_ children: [Int], depth: Int, isOver: Bool) {
        guard let first = children.first else { return }
        let isList = tree.nodes[first].isItem || tree.nodes[first].iteration != nil
        guard isList, children.count > Self.longestList else {
            for child in children { add(child, depth: depth, isOver: isOver) }
            return
        }
        var leftOut = 0
        let latest = tree.nodes[first].isItem ? [] : tree.latest(of: children[...])
        for child in children {
            if latest.contains(child) || isWorthShowing(child) {
                add(child, depth: depth, isOver: isOver)
            } else {
                leftOut += 1
            }
        }
        guard leftOut > 0 else { return }
        table.append([
            indent(depth) + "… \(leftOut) more", "", "", "", "", "neither failed nor under way",
        ])
    }

    /// Whether a step failed, or is under way, or something inside of it.
    private func isWorthShowing(_ index: Int) -> Bool {
        switch steps.values[index].state {
        case .failed, .running, .waiting, .outcomeUnknown: true
        case .pending, .ready, .succeeded, .skipped, .cancelled:
            tree.nodes[index].children.contains { isWorthShowing($0) }
        }
    }

    /// What became of the step, or of what it holds while that is under way: `17 of 24 ended, 1 failed`.
    private func remark(_ step: StepSnapshot, _ node: StepTree.Node) -> String {
        let known = SnapshotText.remark(step)
        let members = tree.latest(of: node.children[...])
        guard !members.isEmpty else {
            switch step.state {
            case .waiting(.approval(let request)): return "asks: \(request.message)"
            case .waiting(.timer(let until)): return "until \(until.iso8601)"
            case .waiting(.call(let wait)):
                return "waits, \(wait.reason.rawValue)" + (wait.until.map { ", until \($0.iso8601)" } ?? "")
            case .waiting(.retry(let until)): return "\(known), again at \(until.iso8601)"
            case .pending, .ready, .running, .succeeded, .failed, .skipped, .cancelled, .outcomeUnknown: return known
            }
        }
        let failed = members.count { steps.values[$0].state == .failed }
        if step.state.isFinal {
            return step.state == .failed || failed == 0 ? known : "\(known), \(failed) failed"
        }
        let ended = members.count { steps.values[$0].state.isFinal }
        let iteration = step.iteration.map { "iteration \($0): " } ?? ""
        return "\(iteration)\(ended) of \(members.count) ended" + (failed > 0 ? ", \(failed) failed" : "")
    }

    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}
