import OrderedCollections
import SwitchyardCore
import TerminalUI

// What events and answers change in a run's screen.

extension RunState {
    mutating func take(_ batch: EventBatch) {
        timeline.append(batch.events)
        adoptPlan()
        playback?.extend(timeline)
        if !batch.lines.isEmpty || batch.droppedLines > 0 {
            log.append(batch.lines, dropped: batch.droppedLines)
        }
    }

    /// All events have come.
    mutating func endEvents(summary: RunSummary?, now: Timestamp) {
        switch summary?.status {
        // Another process may still be at it.
        case .running, .paused, .waiting, .pending: break
        case .succeeded, .failed, .cancelled, .interrupted, nil: timeline.markInterrupted()
        }
        playback?.finishLoading(timeline, now: now)
    }

    mutating func adoptOwnership(isLive: Bool, now: Timestamp) {
        switch (ownership, isLive) {
        case (.unknown, true), (.foreign, true): ownership = .owned
        case (.owned, _): break
        case (.unknown, false), (.foreign, false):
            ownership = .foreign
            // What cannot be commanded is looked at: it opens as a replay that stands at its end.
            if playback == nil { startReplay(now: now) }
        }
    }

    /// Turns the live view into a replay that stands at the end of what there is.
    mutating func startReplay(now: Timestamp) {
        var playback = Playback(run: run, opening: .standAtEnd)
        playback.extend(timeline)
        if timeline.head.status.isFinal || timeline.head.status == .interrupted {
            playback.finishLoading(timeline, now: now)
        }
        self.playback = playback
    }

    mutating func advancePlayback(now: Timestamp) {
        playback?.advance(timeline, now: now)
    }

    /// Brings lists and the log in line with what is shown.
    ///
    /// - Parameter isTyping: whether a person types something, which is about the step that they see selected.
    mutating func settle(size: Size, isTyping: Bool) -> [DashboardEffect] {
        updateRows()
        let layout = layout(size: size)
        steps.update(count: rows.count, height: layout.contentRows(of: .steps))
        if !isTyping { followSteps() }
        events.update(count: eventCount, height: layout.contentRows(of: .events))
        let wanted = wantedLog
        var effects: [DashboardEffect] = []
        if wanted != log.key {
            if log.show(wanted), let wanted { effects.append(.loadLog(run, wanted)) }
            logList = ScrollList(isFollowing: true)
            logColumn = 0
        }
        logList.update(count: log.lines.count, height: layout.contentRows(of: .logs))
        return effects
    }

    func layout(size: Size) -> RunLayout {
        RunLayout(
            size: size, rowCount: rows.count, focus: focus, bottomPane: bottomPane, hasModels: timeline.models.isUsed)
    }

    mutating func focus(on pane: Pane) {
        focus = pane
        if pane == .events || pane == .logs { bottomPane = pane }
    }
}
