import OrderedCollections
import SwitchyardCore

/// The state of runs and steps as text for people.
enum SnapshotText {
    /// A run: its head, a line a step, and what failed.
    static func run(_ snapshot: RunSnapshot, number: Int) -> String {
        let end = snapshot.endedAt ?? snapshot.lastTime
        let elapsed = end.map { DurationText.elapsed(snapshot.elapsed(at: $0)) } ?? "not started"
        var text = "#\(number) \(snapshot.created?.pipelineID ?? "?")  \(snapshot.status.rawValue)  \(elapsed)\n"
        text += "run \(snapshot.run), started \(snapshot.startedAt?.iso8601 ?? "never"), \(snapshot.lastSeq) events\n\n"
        var table = TextTable(["step", "uses", "state", "tries", "took", ""], rightAligned: [3, 4])
        for step in snapshot.steps.values {
            let took =
                step.startedAt.map { start in
                    DurationText.elapsed((step.endedAt ?? end ?? start).since(start))
                } ?? "–"
            table.append([
                step.path.rawValue, step.planned.uses,
                step.state.name,
                step.attempts.isEmpty ? "–" : String(step.attempts.count), took, remark(step),
            ])
        }
        text += table.text
        if let failure = snapshot.failure { text += "\nfailed: \(Cleaned.line(failure.message))\n" }
        if !snapshot.outputs.isNull {
            text += "\noutputs\n\(indented(JSON.text(of: snapshot.outputs, layout: .indented)))"
        }
        return text
    }

    /// A step: its state, attempts, input and output.
    static func step(_ step: StepSnapshot) -> String {
        var text = "\(Cleaned.line(step.path.rawValue))  \(step.state.name)  uses \(step.planned.uses)\n"
        if !step.planned.needs.isEmpty {
            text += "needs   \(step.planned.needs.map(\.path.rawValue).joined(separator: ", "))\n"
        }
        let why = remark(step)
        if !why.isEmpty { text += "why     \(Cleaned.line(why))\n" }
        for attempt in step.attempts {
            let took = attempt.endedAt.map { DurationText.elapsed($0.since(attempt.startedAt)) } ?? "under way"
            let end = attempt.failure.map { "failed (\($0.kind.rawValue)): \($0.message)" } ?? ""
            text += "try \(attempt.number)   \(attempt.startedAt.iso8601)  \(took)  \(Cleaned.line(end))\n"
        }
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

    private static func remark(_ step: StepSnapshot) -> String {
        if let failure = step.failure { return failure.message }
        if let summary = step.summary { return summary }
        return switch step.skipReason {
        case .condition: "its `when` was false"
        case .needsSkipped: "everything it needs was skipped"
        case .needFailed(let need): "\(need) did not succeed"
        case .runFailed(let step): "the run had failed by \(step)"
        case nil: ""
        }
    }

    private static func indented(_ text: String) -> String {
        Cleaned.lines(text).split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
    }
}
