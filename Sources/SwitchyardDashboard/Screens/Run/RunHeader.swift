import SwitchyardCore
import TerminalUI

/// The lines at the top of a run's screen.
enum RunHeader {
    /// ` Runs › repo-health › #12   ● RUNNING 01:42` and, at the right, when the run was created.
    static func drawTop(_ run: RunState, _ snapshot: RunSnapshot, _ row: Rect, _ pen: Pen, _ frame: inout Frame) {
        let dim = pen.style(.dim)
        let left =
            StyledText(run.playback == nil ? "Runs" : "Replay", dim) + StyledText(" › ", dim)
            + StyledText(cleaning: run.timeline.head.created?.pipelineID ?? "…", pen.style(.title), limit: 40)
            + StyledText(" › ", dim) + StyledText(cleaning: name(run), pen.style(.title)) + StyledText("   ")
            + status(run, snapshot, pen)
        let used = frame.write(left, column: row.column + 1, row: row.row)
        if run.timeline.models.isUsed {
            let cost = ModelStrips.cost(Spending(run, snapshot), width: row.width - used - 4, pen)
            frame.writeTrailing(cost, in: row.inset(right: 1))
            return
        }
        guard let created = run.timeline.head.createdAt else { return }
        let date = StyledText(cleaning: TimeText.date(created) + " UTC", dim)
        if used + date.width + 5 <= row.width { frame.writeTrailing(date, in: row.inset(right: 1)) }
    }

    /// Two rows of a run with models where there is little room: name, steps and cost, then breakers and tokens.
    static func drawCompact(
        _ run: RunState, _ snapshot: RunSnapshot, _ rect: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        let top = rect.line(0).inset(left: 1, right: 1)
        var used = frame.write(short(run, snapshot, pen), column: top.column, row: top.row, maxWidth: top.width)
        let steps = run.tally.leaves.total > 0 ? counts(run.tally, pen) + percent(run, pen) : StyledText()
        let spending = Spending(run, snapshot)
        let least = ModelStrips.cost(spending, width: 13, pen).width
        let hasRoom = used + steps.width + least + 6 <= top.width
        if hasRoom { used += 3 + frame.write(steps, column: top.column + used + 3, row: top.row) }
        let cost = ModelStrips.cost(spending, width: top.width - used - 2, pen)
        frame.writeTrailing(cost, in: top)
        guard rect.height > 1 else { return }
        let row = rect.line(1).inset(left: 1, right: 1)
        let left = hasRoom ? StyledText() : steps + StyledText("  ")
        frame.write(left, column: row.column, row: row.row, maxWidth: row.width)
        let tokens = ModelStrips.tokens(snapshot.modelUse, label: false, pen)
        let room = row.width - left.width
        let breakers = ModelStrips.breakers(run, snapshot, width: room, isCompact: true, pen)
        frame.write(breakers, column: row.column + left.width, row: row.row)
        if breakers.width + tokens.width + 2 <= room { frame.writeTrailing(tokens, in: row) }
    }

    private static func percent(_ run: RunState, _ pen: Pen) -> StyledText {
        let leaves = run.tally.leaves
        return StyledText(cleaning: " \(leaves.ended * 100 / max(1, leaves.total))%")
    }

    /// `#12 repo-health  ● RUNNING 01:42`.
    static func short(_ run: RunState, _ snapshot: RunSnapshot, _ pen: Pen) -> StyledText {
        StyledText(cleaning: name(run), pen.style(.title)) + StyledText(" ")
            + StyledText(cleaning: run.timeline.head.created?.pipelineID ?? "…", pen.style(.title), limit: 24)
            + StyledText("  ") + status(run, snapshot, pen)
    }

    private static func name(_ run: RunState) -> String {
        run.number.map { "#\($0)" } ?? String(run.run.rawValue.prefix(8))
    }

    /// The state as glyph, word and time; in a replay where the cursor stands.
    static func status(_ run: RunState, _ snapshot: RunSnapshot, _ pen: Pen) -> StyledText {
        if let playback = run.playback, playback.count < run.timeline.count || playback.isPlaying {
            return replayStatus(run, playback, pen)
        }
        let isCancelling = snapshot.isCancelRequested && snapshot.status == .running
        let look = isCancelling ? snapshot.status.look : waitingLook(run.tally, snapshot) ?? snapshot.status.look
        let word = isCancelling ? "cancelling" : look.word
        let style = pen.style(look.role)
        var text = StyledText(cleaning: "\(look.glyph) \(word.uppercased())", style)
        if snapshot.startedAt != nil {
            // A clock that nothing moves would stand still until a key is pressed, and then jump.
            let stands = snapshot.status == .interrupted || snapshot.status == .paused && run.tally.running.isEmpty
            let elapsed = snapshot.elapsed(at: stands ? snapshot.lastTime ?? pen.now : pen.now)
            let time = snapshot.status.isFinal ? "in \(DurationText.elapsed(elapsed))" : DurationText.clock(elapsed)
            text.append(CleanText(cleaning: " \(time)"), style)
        }
        if snapshot.status == .interrupted {
            text.append("  its process is gone", pen.style(.dim))
        } else if run.playback != nil, snapshot.status.mayGoOn {
            text.append("  as of its last event; ^R reads on", pen.style(.dim))
        }
        return text
    }

    /// How a run looks that waits for a person or a moment, and for nothing else.
    private static func waitingLook(_ tally: StepTally, _ snapshot: RunSnapshot) -> StateLook? {
        guard snapshot.status == .running, tally.running.isEmpty, tally.leaves[.ready] == 0 else { return nil }
        if !tally.asking.isEmpty { return StateLook("◇", "waiting", .held) }
        return tally.leaves[.timer] > 0 ? RunStatus.waiting.look : nil
    }

    private static func replayStatus(_ run: RunState, _ playback: Playback, _ pen: Pen) -> StyledText {
        let time = TimeText.offset(playback.time.since(run.timeline.origin))
        let length = DurationText.clock(run.timeline.length)
        let tenths = Int((playback.speed * 10).rounded())
        let hundredths = Int((playback.speed * 100).rounded())
        let speed = hundredths % 10 == 0 ? "\(tenths / 10).\(tenths % 10)" : "\(playback.speed)"
        let state =
            playback.isPlaying
            ? StyledText("● PLAYING", pen.style(.running)) : StyledText("‖ PAUSED", pen.style(.paused))
        return state + StyledText(cleaning: " at \(time) of \(length)", pen.style(.text))
            + StyledText(cleaning: "   \(speed)×", pen.style(.dim))
    }

    /// `✓20 ●1 ↻1 ○10 ◇1 ✗0`: failures always, the rest when there are any. Steps that hold others are not counted
    /// beside them.
    static func counts(_ tally: StepTally, _ pen: Pen) -> StyledText {
        let counts = tally.leaves
        let waiting = counts[.pending] + counts[.ready] + counts[.open] + counts[.timer]
        let entries: [(glyph: Glyph, count: Int, role: Role)] = [
            ("✓", counts[.succeeded], .ok), ("●", counts[.running], .running), ("↻", counts[.retry], .retry),
            ("○", waiting, .waiting), ("⊘", counts[.skipped] + counts[.cancelled], .skipped),
            ("◇", counts[.approval], .held), ("✗", counts[.failed], counts[.failed] > 0 ? .failed : .dim),
        ]
        var parts = entries.filter { $0.count > 0 || $0.glyph == "✗" }.map { glyph, count, role in
            StyledText(cleaning: "\(glyph)\(count)", pen.style(role))
        }
        // The same glyph as a question's: nobody knows how these ended.
        if counts[.unknown] > 0 {
            parts.append(StyledText(cleaning: "◇\(counts[.unknown]) unknown", pen.style(.held)))
        }
        return .joined(parts, gap: 1)
    }

    /// `steps ✓20 ●1 ✗0  ▕█████░░░▏ 62%   slots 4/5   DAG`.
    static func progress(_ run: RunState, _ snapshot: RunSnapshot, width: Int, _ pen: Pen) -> StyledText {
        let leaves = run.tally.leaves
        let total = leaves.total
        // Before there is a plan, and in a replay before there was one.
        guard total > 0 else {
            return StyledText(cleaning: beforePlan(snapshot) ?? "no plan yet", pen.style(.dim))
        }
        let steps = StyledText("steps ", pen.style(.dim)) + counts(run.tally, pen)
        let bar = max(8, min(24, width / 5))
        let share = gauge(ended: leaves.ended, failed: leaves[.failed], total: total, width: bar, pen)
        // What stands first stays longest.
        var parts = [steps, share + percent(run, pen)]
        if run.timeline.models.isUsed {
            parts += [
                ModelStrips.tokens(snapshot.modelUse, pen), ModelStrips.spend(run, snapshot, pen),
                ModelStrips.cache(run.timeline.models.total(before: run.eventCount), pen),
            ]
        }
        if let slots = snapshot.created?.slots {
            parts.append(
                StyledText("slots ", pen.style(.dim)) + StyledText(cleaning: "\(leaves[.running])/\(slots)"))
        }
        if let strategy = snapshot.strategy { parts.append(StyledText(cleaning: strategy.rawValue, pen.style(.dim))) }
        while parts.count > 1, StyledText.joined(parts, gap: 3).width > width { parts.removeLast() }
        return .joined(parts, gap: 3)
    }

    /// What a run waits for that has not started: `waits for 1 run of group deploy: 01hx…`.
    static func beforePlan(_ snapshot: RunSnapshot) -> String? {
        guard let queued = snapshot.queued else { return nil }
        return queued.words + (queued.behind.count == 1 ? ": \(queued.behind[0])" : "")
    }

    /// What has ended, failures in their colour, then what has not.
    private static func gauge(ended: Int, failed count: Int, total: Int, width: Int, _ pen: Pen) -> StyledText {
        let eighths = ended * width * 8 / total
        let failed = count > 0 ? max(1, count * width / total) : 0
        let full = eighths / 8
        let partials: [CleanText] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let partial = pen.isUnicode && failed == 0 ? partials[eighths % 8] : ""
        var text = StyledText("▕", pen.style(.dim))
        text.append(CleanText("█").repeated(max(0, full - failed)), pen.style(.ok))
        text.append(CleanText("█").repeated(min(full, failed)), pen.style(.failed))
        text.append(partial, pen.style(.ok))
        text.append(CleanText("░").repeated(width - full - partial.width), pen.style(.dim))
        text.append("▏", pen.style(.dim))
        return text
    }
}
