import SwitchyardCore
import TerminalUI

/// What happened, the newest at the bottom.
enum EventsView {
    static func draw(_ run: RunState, _ snapshot: RunSnapshot, in rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let count = run.eventCount
        let first = max(0, min(run.events.offset, count - rect.height))
        let origin = run.timeline.origin
        let wanted = run.plan?.nameWidth ?? 0
        let subjectWidth = max(4, min(wanted, 20, rect.width / 4))
        frame.withClip(rect) { frame in
            for (line, index) in (first..<min(count, first + rect.height)).enumerated() {
                let envelope = run.timeline.events[index]
                let event = EventLine.describe(envelope, in: snapshot)
                let place = rect.line(line)
                let time = TimeText.offset(envelope.time.since(origin))
                let role = role(of: envelope.event)
                var text = StyledText(cleaning: time, pen.style(.dim)) + StyledText("  ")
                text.append(CleanText(cleaning: event.glyph), pen.style(role))
                text.append(" ")
                let subject = envelope.step?.shortName ?? event.subject
                let subjectRole: Role = envelope.event.isBookkeeping ? .dim : envelope.step == nil ? .title : .text
                text.append(
                    StyledText(cleaning: subject, pen.style(subjectRole), limit: 64)
                        .padded(to: subjectWidth))
                text.append("  ")
                let isPlain = role == .waiting || role == .skipped
                text.append(CleanText(cleaning: event.text, limit: 512), pen.style(isPlain ? .dim : .text))
                frame.write(text, column: place.column + 1, row: place.row)
                if run.focus == .events, index == run.events.selection {
                    frame.put(pen.selectionMark, column: place.column, row: place.row, style: pen.style(.accent))
                    frame.highlight(place.inset(left: 1), pen)
                }
            }
        }
    }

    private static func role(of event: RunEvent) -> Role {
        switch event {
        case .runCreated, .planCompiled, .stepReady, .stepProgress, .stepDelegated, .qualityScored, .modelSelected,
            .modelRequested, .modelCompleted, .modelToolCalled, .modelToolReturned, .timerSet,
            .timerFired, .leaseTaken, .runQueued, .runDeadlocked, .runForked,
            .breakpointCleared, .unknown:
            .waiting
        case .routing(let event): RoutingWords.role(event)
        case .mapExpanded, .loopIterated: .running
        case .approvalRequested, .approvalAnswered, .approvalExpired, .stepOutcomeUnknown, .stepResolved: .held
        case .runStarted, .runResumed, .stepStarted: .running
        case .runPaused, .breakpointSet, .breakpointHit: .paused
        case .runSucceeded, .stepSucceeded: .ok
        case .runFailed, .stepFailed, .stepTimedOut: .failed
        case .stepRetryScheduled, .branchDecided, .compensationPlanned: .retry
        case .runCancelRequested, .runCancelled, .stepSkipped, .stepCancelRequested, .stepCancelled,
            .stepSkipRequested:
            .skipped
        }
    }
}
