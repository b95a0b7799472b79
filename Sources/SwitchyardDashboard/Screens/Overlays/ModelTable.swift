import OrderedCollections
import SwitchyardCore
import TerminalUI

/// Every provider and tier that a run has called: how its breaker stands, what was asked of it and what that cost.
enum ModelTable {
    private struct Row {
        var look: BreakerLook
        var calls = 0
        var failures = 0
        var cost = MicroDollars.zero
        var lastFailure: FailedModelAttempt?
    }

    static func draw(_ run: RunState, _ pen: Pen, _ frame: inout Frame) {
        // The moment that the view below shows.
        let pen = Pen(theme: pen.theme, isUnicode: pen.isUnicode, now: run.clock(now: pen.now))
        OverlayView.drawPopup(
            StyledText("Models and breakers", pen.style(.title)),
            trailing: StyledText("any key closes", pen.style(.dim)),
            lines(rows(run, pen), room: frame.bounds.width - 4, pen), pen, &frame)
    }

    private static func rows(_ run: RunState, _ pen: Pen) -> [Row] {
        var rows: OrderedDictionary<BreakerID, Row> = [:]
        for look in BreakerLook.all(run, run.snapshot, now: pen.now) { rows[look.id] = Row(look: look) }
        for index in run.timeline.models.calls(before: run.eventCount) {
            let event = run.timeline.events[index].event
            if case .modelCompleted(let completed) = event {
                let id = run.timeline.models.breaker(of: completed.model)
                rows[id]?.calls += 1
                rows[id]?.cost += completed.cost ?? .zero
            } else if case .routing(.attemptFailed(let attempt)) = event {
                let id = run.timeline.models.breaker(of: attempt.model)
                rows[id]?.calls += 1
                rows[id]?.failures += 1
                rows[id]?.lastFailure = attempt
            }
        }
        return Array(rows.values)
    }

    private static func lines(_ rows: [Row], room: Int, _ pen: Pen) -> [StyledText] {
        guard !rows.isEmpty else { return [StyledText("no model has been called", pen.style(.dim))] }
        let name = min(28, max(8, rows.map { CleanText(cleaning: $0.look.id.description, limit: 40).width }.max() ?? 0))
        let state = min(26, max(6, rows.map { CleanText(cleaning: $0.look.words).width + 2 }.max() ?? 0))
        let dim = pen.style(.dim)
        func numbers(_ calls: StyledText, _ failed: StyledText, _ cost: StyledText) -> StyledText {
            calls.padded(to: 6, .trailing) + failed.padded(to: 8, .trailing) + cost.padded(to: 10, .trailing)
        }
        let heading =
            StyledText("breaker", dim).padded(to: name + 2) + StyledText("state", dim).padded(to: state)
            + numbers(StyledText("calls", dim), StyledText("failed", dim), StyledText("cost", dim))
            + StyledText("   last failure", dim)
        return [heading.truncated(to: room)]
            + rows.map { row in
                let failed = row.failures > 0 ? pen.style(.failed) : dim
                let last = row.lastFailure.map { "   \($0.kind.rawValue): \($0.message)" } ?? ""
                let line =
                    StyledText(cleaning: row.look.id.description, pen.style(.text), limit: 40).padded(to: name + 2)
                    + StyledText(cleaning: "\(row.look.glyph) \(row.look.words)", pen.style(row.look.role)).padded(
                        to: state)
                    + numbers(
                        StyledText(cleaning: CountText.grouped(row.calls), pen.style(.text)),
                        StyledText(cleaning: CountText.grouped(row.failures), failed),
                        StyledText(cleaning: MoneyText.of(row.cost), pen.style(.cost)))
                    + StyledText(cleaning: last, dim, limit: 200)
                return line.truncated(to: room)
            }
    }
}
