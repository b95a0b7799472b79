import SwitchyardCore
import TerminalUI

/// The time that the bars beside the steps stand for.
///
/// It grows by whole marks, so that bars keep their length for a while as a run goes on.
struct TimeAxis: Hashable {
    let origin: Timestamp
    let total: Duration
    let width: Int
    private let step: Duration

    init(_ run: RunState, now: Timestamp, width: Int) {
        let length = run.playback == nil ? max(.zero, now.since(run.timeline.origin)) : run.timeline.length
        self.init(origin: run.timeline.origin, length: length, width: width)
    }

    init(origin: Timestamp, length: Duration, width: Int) {
        self.origin = origin
        self.width = width
        let marks = max(1, width / 9)
        let step = Self.steps.first { $0 * marks >= length } ?? .seconds(86_400)
        self.step = step
        let count = (length.wholeMicroseconds + step.wholeMicroseconds - 1) / step.wholeMicroseconds
        total = step * max(1, Int(count))
    }

    private static let steps: [Duration] =
        [10, 20, 50, 100, 200, 500].map { .milliseconds($0) }
        + [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map {
            .seconds($0)
        }

    /// Where a moment stands, in eighths of a column; moments outside stand at the ends.
    func eighths(of time: Timestamp) -> Int {
        let whole = max(1, total.wholeMicroseconds)
        let offset = min(max(0, time.since(origin).wholeMicroseconds), whole)
        return Int(Double(offset) / Double(whole) * Double(width * 8))
    }

    /// The times to write above, and where; none overlap.
    var marks: [(text: String, column: Int)] {
        guard width > 0, total > .zero else { return [] }
        var marks: [(text: String, column: Int)] = []
        var next = 0
        for number in 0...max(1, Int(total / step)) {
            let time = step * number
            let text = TimeText.mark(time)
            let column = eighths(of: origin.advanced(by: time)) / 8
            guard column >= next, column + text.count <= width else { continue }
            marks.append((text, column))
            next = column + text.count + 2
        }
        return marks
    }
}

/// A step's attempts as a bar in time: `░░███·██`.
enum TimeBar {
    static func draw(_ step: StepSnapshot, _ axis: TimeAxis, _ rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard rect.width > 0 else { return }
        frame.withClip(rect) { frame in
            if step.attempts.isEmpty, let started = step.startedAt {
                drawHolding(step, from: started, axis, rect, pen, &frame)
                return
            }
            if let ready = step.readyAt {
                let end = step.attempts.first?.startedAt ?? step.endedAt ?? pen.now
                fill(axis.eighths(of: ready) / 8, axis.eighths(of: end) / 8, "░", .dim, rect, pen, &frame)
            }
            if step.waitsItself {
                drawWaiting(step, axis, rect, pen, &frame)
                return
            }
            var previous: Timestamp?
            for attempt in step.attempts {
                if let previous {
                    let from = (axis.eighths(of: previous) + 7) / 8
                    fill(from, axis.eighths(of: attempt.startedAt) / 8, "·", .retry, rect, pen, &frame)
                }
                let isLast = attempt.number == step.attempts.last?.number
                draw(attempt, role: isLast ? step.state.look.role : .failed, axis, rect, pen, &frame)
                previous = attempt.endedAt
            }
            if case .waiting = step.state, let previous {
                let from = (axis.eighths(of: previous) + 7) / 8
                fill(from, axis.eighths(of: pen.now) / 8, "·", .retry, rect, pen, &frame)
            }
        }
    }

    /// A light bar for what only holds other steps: they have bars of their own.
    private static func drawHolding(
        _ step: StepSnapshot, from started: Timestamp, _ axis: TimeAxis, _ rect: Rect, _ pen: Pen,
        _ frame: inout Frame
    ) {
        let start = min(axis.eighths(of: started) / 8, rect.width - 1)
        let end = (axis.eighths(of: step.endedAt ?? pen.now) + 7) / 8
        fill(start, max(start + 1, end), "▒", step.state.look.role, rect, pen, &frame)
    }

    /// A wait or a question is drawn as waiting is, and its end as an instant.
    private static func drawWaiting(
        _ step: StepSnapshot, _ axis: TimeAxis, _ rect: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        guard let started = step.startedAt else { return }
        let start = min(axis.eighths(of: started) / 8, rect.width - 1)
        let end = max(start + 1, min(rect.width, (axis.eighths(of: step.endedAt ?? pen.now) + 7) / 8))
        let isAsking = step.planned.uses == StepSnapshot.approvalUses
        fill(start, end, "░", isAsking ? .held : .waiting, rect, pen, &frame)
        guard step.endedAt != nil else { return }
        let look = step.state.look
        frame.put("▏", column: rect.column + end - 1, row: rect.row, style: pen.style(look.role))
    }

    private static func draw(
        _ attempt: AttemptSnapshot, role: Role, _ axis: TimeAxis, _ rect: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        let start = min(axis.eighths(of: attempt.startedAt) / 8, rect.width - 1)
        let end = axis.eighths(of: attempt.endedAt ?? pen.now)
        let full = end / 8
        fill(start, full, "█", role, rect, pen, &frame)
        let partials: [Glyph] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let part = end % 8
        if full <= start {
            // Whatever ran is seen, however short it was.
            frame.put(partials[max(0, part - 1)], column: rect.column + start, row: rect.row, style: pen.style(role))
        } else if part > 0 {
            frame.put(partials[part - 1], column: rect.column + full, row: rect.row, style: pen.style(role))
        }
        if attempt.failure != nil {
            let column = max(start, min(rect.width - 1, (end - 1) / 8))
            frame.put("✗", column: rect.column + column, row: rect.row, style: pen.style(.failed))
        }
    }

    private static func fill(
        _ from: Int, _ to: Int, _ glyph: Glyph, _ role: Role, _ rect: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        guard to > from else { return }
        frame.fill(
            Rect(column: rect.column + from, row: rect.row, width: to - from, height: 1), pen.style(role),
            glyph: glyph)
    }
}

extension StepSnapshot {
    fileprivate static let approvalUses = "approval"

    /// Whether its attempt is a wait for a moment or a person, rather than work.
    var waitsItself: Bool {
        switch state {
        case .waiting(.timer), .waiting(.approval): true
        case .pending, .ready, .running, .waiting(.retry), .waiting(.call), .succeeded, .failed, .skipped, .cancelled,
            .outcomeUnknown:
            planned.effect == .pure && (planned.uses == "wait" || planned.uses == Self.approvalUses)
        }
    }
}
