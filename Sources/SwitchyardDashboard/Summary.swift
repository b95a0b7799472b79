import OrderedCollections
package import SwitchyardCore

/// What stays on the person's screen after the dashboard has gone.
package enum Summary {
    /// At most this many lines are printed.
    static let maximumLines = 12

    /// The run's name, state and time, what failed and why, and how to look at it again. Foreign text is not cleaned.
    package static func exitLines(_ snapshot: RunSnapshot, number: Int?) -> [String] {
        let name = number.map { "#\($0)" } ?? snapshot.run.rawValue
        let look = snapshot.status.look
        // Groups and the like are not counted, nor listed, beside what is inside of them.
        let tree = StepTree(snapshot.steps)
        let tally = StepTally(snapshot.steps, in: tree)
        let counts = tally.leaves
        var lines = [
            "\(look.glyph) run \(name)  \(snapshot.created?.pipelineID ?? "")  \(look.word)"
                + "  \(DurationText.elapsed(snapshot.elapsed(at: snapshot.lastTime ?? Timestamp(microseconds: 0))))"
                + (snapshot.modelUse.isUsed ? "  cost \(snapshot.modelUse.costWords)" : ""),
            "  \(snapshot.run)  \(counts[.succeeded]) of \(CountText.of(counts.total, "step")) done"
                + (counts[.failed] > 0 ? ", \(counts[.failed]) failed" : "")
                + (counts[.skipped] > 0 ? ", \(counts[.skipped]) skipped" : "")
                + (counts[.cancelled] > 0 ? ", \(counts[.cancelled]) cancelled" : ""),
        ]
        let failed = snapshot.steps.values.enumerated().filter { index, step in
            step.state == .failed && tally.failuresInside[index] == nil
        }.map(\.element)
        let room = maximumLines - lines.count - 2
        for step in failed.prefix(failed.count > room ? room - 1 : room) {
            lines.append("  ✗ \(step.path)  \(step.failure?.message ?? "failed")")
        }
        if failed.count > room { lines.append("  … and \(failed.count - room + 1) more") }
        if failed.isEmpty, let failure = snapshot.failure { lines.append("  ✗ \(failure.message)") }
        // Without the `#`, behind which a shell would see a comment.
        lines.append("  switchyard replay \(number.map(String.init) ?? snapshot.run.rawValue)")
        return lines
    }
}
