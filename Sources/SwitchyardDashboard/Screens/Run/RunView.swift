import OrderedCollections
import SwitchyardCore
import TerminalUI

/// A run's screen, live or replayed: the same panes in the same places.
enum RunView {
    static func draw(_ run: RunState, of state: DashboardState, with pen: Pen, in frame: inout Frame) {
        // Everything a pane shows is of one moment.
        let pen = Pen(theme: pen.theme, isUnicode: pen.isUnicode, now: run.clock(now: pen.now))
        let layout = RunLayout(
            size: frame.size, rowCount: run.rows.count, focus: run.focus, bottomPane: run.bottomPane,
            hasModels: run.timeline.models.isUsed)
        let snapshot = run.snapshot
        switch layout.form {
        case .line:
            frame.write(
                RunHeader.status(run, snapshot, pen) + StyledText(" ") + RunHeader.counts(run.tally, pen), column: 0,
                row: 0)
        case .list:
            if run.timeline.models.isUsed {
                RunHeader.drawCompact(run, snapshot, layout.header, pen, &frame)
            } else {
                frame.write(RunHeader.short(run, snapshot, pen), column: 1, row: 0)
            }
            drawRule(run.focus, run, layout, pen, &frame)
            drawPanes(run, snapshot, layout, pen, &frame)
            drawFooter(run, state, layout.footer, pen, &frame)
        case .compact:
            if run.timeline.models.isUsed {
                RunHeader.drawCompact(run, snapshot, layout.header, pen, &frame)
            } else {
                frame.write(RunHeader.short(run, snapshot, pen), column: 1, row: 0)
                frame.write(RunHeader.progress(run, snapshot, width: layout.header.width - 2, pen), column: 1, row: 1)
            }
            for pane in [Pane.steps, .inspector, run.bottomPane] { drawRule(pane, run, layout, pen, &frame) }
            drawPanes(run, snapshot, layout, pen, &frame)
            drawFooter(run, state, layout.footer, pen, &frame)
        case .wide:
            RunHeader.drawTop(run, snapshot, layout.header.line(0), pen, &frame)
            let width = layout.header.width - 2
            frame.write(RunHeader.progress(run, snapshot, width: width, pen), column: 1, row: 1)
            if run.timeline.models.isUsed {
                frame.write(
                    ModelStrips.breakers(run, snapshot, width: width, isCompact: false, pen), column: 1, row: 2)
            }
            for pane in Pane.allCases { drawBox(pane, run, layout, pen, &frame) }
            drawPanes(run, snapshot, layout, pen, &frame)
            drawFooter(run, state, layout.footer, pen, &frame)
        }
    }

    private static func drawPanes(
        _ run: RunState, _ snapshot: RunSnapshot, _ layout: RunLayout, _ pen: Pen, _ frame: inout Frame
    ) {
        StepsView.draw(run, snapshot, in: layout.content(of: .steps), pen, &frame)
        let inspector = layout.content(of: .inspector)
        frame.withClip(inspector) { frame in
            let lines = InspectorText.lines(
                run, width: inspector.width - 2, theme: pen.theme, now: pen.now, isCompact: layout.form != .wide)
            let first = max(0, min(run.inspectorOffset, lines.count - inspector.height))
            for (row, line) in lines.dropFirst(first).prefix(inspector.height).enumerated() {
                frame.write(line, column: inspector.column + 1, row: inspector.row + row)
            }
        }
        EventsView.draw(run, snapshot, in: layout.content(of: .events), pen, &frame)
        LogView.draw(run, in: layout.content(of: .logs), pen, &frame)
    }

    // MARK: Titles

    private static func drawBox(
        _ pane: Pane, _ run: RunState, _ layout: RunLayout, _ pen: Pen, _ frame: inout Frame
    ) {
        let isFocused = run.focus == pane
        let (title, trailing) = titles(pane, run, pen)
        frame.drawBox(
            layout.rect(of: pane),
            title: StyledText(cleaning: title, isFocused ? pen.style(.title) : pen.style(.text)), trailing: trailing,
            style: pen.style(isFocused ? .focusBorder : .border), border: isFocused ? pen.heavy : pen.light)
        if pane == .steps {
            let row = layout.rect(of: .steps).inset(left: 1, top: 1, right: 1)
            StepsView.drawNames(run, in: row.line(0), pen, &frame)
        }
    }

    /// A rule with a title, above a pane that has no box. The rule above the steps names their columns.
    private static func drawRule(
        _ pane: Pane, _ run: RunState, _ layout: RunLayout, _ pen: Pen, _ frame: inout Frame
    ) {
        let rect = layout.rect(of: pane).line(0)
        guard !rect.isEmpty else { return }
        let isFocused = run.focus == pane
        let (title, trailing) = titles(pane, run, pen)
        let glyph: Glyph = isFocused ? "━" : "─"
        frame.drawRule(
            rect, title: pane == .steps ? nil : StyledText(cleaning: title, pen.style(isFocused ? .title : .text)),
            trailing: pane == .steps ? nil : trailing, style: pen.style(isFocused ? .focusBorder : .border),
            glyph: pen.isUnicode ? glyph : isFocused ? "=" : "-")
        if pane == .steps { StepsView.drawNames(run, in: rect, pen, &frame) }
    }

    private static func titles(_ pane: Pane, _ run: RunState, _ pen: Pen) -> (String, StyledText) {
        switch pane {
        case .steps:
            let count = run.filter.isEmpty ? run.tally.leaves.total : run.shownCount
            var parts = [CountText.of(count, "step")]
            let shown = run.rows.count { !$0.isRule }
            if !run.filter.isEmpty { parts = ["\(shown) of \(count)", "filter: \(run.filter)"] }
            if run.followsSteps { parts.append("follow") }
            return ("1 Steps", StyledText(cleaning: parts.joined(separator: " · "), pen.style(.dim)))
        case .inspector:
            guard let path = run.selectedPath, let step = run.snapshot.steps[path] else {
                return ("2 Step", StyledText())
            }
            let effect = step.planned.uses == "group" ? "" : " · " + step.planned.effect.rawValue
            return (
                "2 \(path.isCompensation ? path.shortName : path.rawValue)",
                StyledText(
                    cleaning: step.planned.uses + effect, pen.style(.dim), limit: 40)
            )
        case .events:
            let follow = run.events.isFollowing ? " · tail" : " · \(run.events.selection + 1)"
            return (
                "3 Events\(follow)", StyledText(cleaning: CountText.of(run.eventCount, "event"), pen.style(.dim))
            )
        case .logs:
            var title = "4 Log"
            if let key = run.log.key {
                title += " · \(key.step.shortName)" + (key.attempt > 1 ? " · attempt \(key.attempt)" : "")
            }
            var parts = [CountText.of(run.log.leftOut + run.log.lines.count, "line")]
            if run.log.dropped > 0 { parts.append("\(CountText.grouped(run.log.dropped)) only in the file") }
            if !run.logSearch.isEmpty { parts.append("/\(run.logSearch)") }
            parts.append(run.logList.isFollowing ? "follow" : "\(run.log.leftOut + run.logList.selection + 1)")
            return (title, StyledText(cleaning: parts.joined(separator: " · "), pen.style(.dim)))
        }
    }

    // MARK: The bottom

    private static func drawFooter(
        _ run: RunState, _ state: DashboardState, _ rect: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        guard !rect.isEmpty else { return }
        let toast =
            StatusBar.toast(state, pen: pen) ?? shortage(run, width: rect.width, pen)
            ?? question(run, namesKeys: rect.height == 1, pen)
        let last = rect.line(rect.height - 1)
        if let playback = run.playback {
            if rect.height > 1 { Scrubber.draw(playback, run.timeline, rect.line(0), pen, &frame) }
            let place = StyledText(
                cleaning: "event \(CountText.grouped(playback.count)) of \(CountText.grouped(run.timeline.count))",
                pen.style(.dim))
            let word = StyledText("REPLAY", pen.style(.title))
            if let toast {
                StatusBar.draw(word, toast, trailing: place, row: last, in: &frame)
            } else {
                let keys = StatusBar.keys(of: .replay, width: last.width - place.width - 3, isOver: true, pen: pen)
                frame.write(keys, column: last.column, row: last.row)
                frame.writeTrailing(place, in: last.inset(left: keys.width + 1, right: 1))
            }
            return
        }
        if rect.height > 1 || toast == nil {
            let isOver = run.timeline.head.status.isFinal
            frame.write(
                StatusBar.keys(
                    of: .run, width: rect.width, isOver: isOver,
                    isAsked: run.takesAnswers && (!run.tally.asking.isEmpty || run.unknownStep != nil),
                    isShort: run.takesAnswers && run.shortage?.scope.mayBeRaised == true, pen: pen),
                column: rect.column, row: rect.row)
        }
        if rect.height > 1 || toast != nil {
            if rect.height == 1 { frame.fill(last) }
            let word = StyledText(cleaning: modeWord(run, state), pen.style(.title))
            StatusBar.draw(word, toast ?? latest(run, pen), trailing: place(run, pen), row: last, in: &frame)
        }
    }

    private static func modeWord(_ run: RunState, _ state: DashboardState) -> String {
        if state.isReadOnly { return "READ-ONLY" }
        return run.timeline.head.status.isFinal ? "ENDED" : "LIVE"
    }

    /// What a person is asked, for as long as nobody answers.
    private static func question(_ run: RunState, namesKeys: Bool, _ pen: Pen) -> StyledText? {
        guard run.playback == nil, run.timeline.head.status.mayGoOn,
            let index = run.askingStep ?? run.tally.asking.first,
            case .waiting(.approval(let request)) = run.snapshot.steps.values[index].state
        else { return nil }
        let path = run.snapshot.steps.values[index].path
        let count = run.tally.asking.count
        let others = count > 1 ? ", and \(count - 1) more" : ""
        let keys = namesKeys && run.takesAnswers ? " · a yes, x no" : ""
        return StyledText(cleaning: "◇ \(path) asks", pen.style(.held), limit: 60)
            + StyledText(cleaning: others + keys + ": ", pen.style(.held))
            + StyledText(cleaning: request.message, pen.style(.text), limit: 300)
    }

    /// What a run that has used up a budget waits for, for as long as it does.
    private static func shortage(_ run: RunState, width: Int, _ pen: Pen) -> StyledText? {
        guard run.playback == nil, let exceeded = run.shortage else { return nil }
        let keys =
            !run.takesAnswers ? "" : exceeded.scope.mayBeRaised ? "; $ raises it, C cancels" : "; C cancels"
        let word = run.snapshot.status == .paused ? "paused" : "waits"
        let used = RoutingWords.used(exceeded)
        let texts = [RoutingWords.shortage(exceeded), "budget, \(used)", used].map { "\(word): \($0)" } + ["no money"]
        let least = keys.isEmpty || !exceeded.scope.mayBeRaised ? "no money" : "no money; $ raises it"
        let forms = (texts.map { $0 + keys } + [least]).map { text in
            StyledText(cleaning: "‖ \(text)", pen.style(.paused), limit: 300)
        }
        // The word before it and the blanks around that.
        return forms.first { $0.width + 14 <= width } ?? forms.last
    }

    /// What happened last, in words.
    private static func latest(_ run: RunState, _ pen: Pen) -> StyledText {
        guard let envelope = run.timeline.events.last(where: { !$0.event.isProgress }) else {
            return StyledText("waiting for the run's first event", pen.style(.dim))
        }
        let line = EventLine.describe(envelope, in: run.timeline.head)
        return StyledText(cleaning: "\(line.subject): \(line.text)", pen.style(.dim), limit: 300)
    }

    private static func place(_ run: RunState, _ pen: Pen) -> StyledText {
        guard !run.rows.isEmpty, run.steps.count > run.steps.height else { return StyledText() }
        let visible = run.steps.visible
        return StyledText(
            cleaning: "rows \(visible.lowerBound + 1)-\(visible.upperBound) of \(run.steps.count)", pen.style(.dim))
    }
}

extension RunEvent {
    /// Whether it only says how an attempt goes, or keeps an account: of all that happens, the least worth a line of its
    /// own.
    fileprivate var isProgress: Bool {
        if case .stepProgress = self { true } else { isBookkeeping }
    }
}
