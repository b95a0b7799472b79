import SwitchyardCore
import TerminalUI

/// What stands over the views: help, questions, the line being typed.
enum OverlayView {
    static func draw(_ state: DashboardState, with pen: Pen, in frame: inout Frame) {
        switch state.overlay {
        case .none: break
        case .help(let offset): drawHelp(state.view, offset: offset, pen, &frame)
        case .confirm(let confirmation): drawQuestion(confirmation, pen, &frame)
        case .choose(let choice): drawChoice(choice, state, pen, &frame)
        case .models: if let run = state.run { ModelTable.draw(run, pen, &frame) }
        case .input(let line): drawInput(line, state, pen, &frame)
        }
    }

    private static func drawHelp(_ view: KeyView, offset: Int, _ pen: Pen, _ frame: inout Frame) {
        let lines = HelpText.lines(for: view)
        let keyWidth =
            lines.map { line in
                switch line {
                case .entry(let keys, _): CleanText(cleaning: keys).width
                case .heading, .blank: 0
                }
            }.max() ?? 0
        let texts = lines.map { line in
            switch line {
            case .blank: StyledText()
            case .heading(let text): StyledText(cleaning: text, pen.style(.title))
            case .entry(let keys, let text):
                StyledText("  ") + StyledText(cleaning: keys, pen.style(.accent)).padded(to: keyWidth + 3)
                    + StyledText(cleaning: text, pen.style(.text))
            }
        }
        let screen = frame.bounds
        let width = min(screen.width, (texts.map(\.width).max() ?? 0) + 4)
        let height = min(screen.height, texts.count + 2)
        let box = Rect(
            column: (screen.width - width) / 2, row: (screen.height - height) / 2, width: width, height: height)
        let inner = box.width >= 4 && box.height >= 3 ? box.inset(left: 2, top: 1, right: 1, bottom: 1) : box
        frame.fill(box)
        let first = max(0, min(offset, texts.count - inner.height))
        let isWhole = texts.count <= inner.height
        let place =
            isWhole ? "Esc closes" : "\(first + 1)-\(min(texts.count, first + inner.height)) of \(texts.count) · j k"
        frame.drawBox(
            box, title: StyledText(cleaning: "Keys · \(view.name)", pen.style(.title)),
            trailing: StyledText(cleaning: place, pen.style(.dim)), style: pen.style(.focusBorder), border: pen.heavy)
        frame.withClip(inner) { frame in
            for (line, text) in texts.dropFirst(first).prefix(inner.height).enumerated() {
                frame.write(text, column: inner.column, row: inner.row + line)
            }
        }
    }

    private static func drawQuestion(_ confirmation: Confirmation, _ pen: Pen, _ frame: inout Frame) {
        let screen = frame.bounds
        let question = StyledText(cleaning: confirmation.question, pen.style(.title))
        let answers = StyledText(cleaning: confirmation.answers, pen.style(.text))
        guard screen.width >= 20, screen.height >= 6 else {
            // What is asked matters more than what is behind it.
            let row = screen.line(max(0, screen.height - 1))
            frame.fill(row)
            frame.write(StyledText("y? ", pen.style(.paused)) + question, column: 0, row: row.row)
            return
        }
        let width = min(screen.width - 2, max(question.width, answers.width) + 4)
        let inner = width - 4
        let texts = Wrap.lines(question, width: inner) + [StyledText()] + Wrap.lines(answers, width: inner)
        let height = min(screen.height, texts.count + 2)
        let box = Rect(
            column: (screen.width - width) / 2, row: (screen.height - height) / 2, width: width, height: height)
        frame.fill(box)
        frame.drawBox(
            box, title: StyledText("Sure?", pen.style(.paused)), style: pen.style(.paused), border: pen.heavy)
        for (line, text) in texts.prefix(height - 2).enumerated() {
            frame.write(text, column: box.column + 2, row: box.row + 1 + line, maxWidth: inner)
        }
    }

    private static func drawChoice(
        _ choice: BreakerChoice, _ state: DashboardState, _ pen: Pen, _ frame: inout Frame
    ) {
        guard let run = state.run else { return }
        let looks = BreakerLook.all(run, run.snapshot, now: run.clock(now: pen.now))
        var lines = choice.breakers.enumerated().map { index, breaker in
            let look = looks.first { $0.id == breaker }
            return StyledText(cleaning: "\(index + 1)  ", pen.style(.accent))
                + StyledText(cleaning: breaker.description, pen.style(.text), limit: 40)
                + StyledText(
                    cleaning: look.map { "  \($0.glyph) \($0.words)" } ?? "  ═ closed", pen.style(look?.role ?? .ok))
        }
        lines.append(StyledText())
        lines.append(StyledText("a digit chooses, any other key leaves all as they are", pen.style(.dim)))
        drawPopup(StyledText(cleaning: choice.question, pen.style(.title)), lines, pen, &frame)
    }

    /// Lines in a box in the middle of the screen.
    static func drawPopup(
        _ title: StyledText, trailing: StyledText? = nil, _ lines: [StyledText], _ pen: Pen, _ frame: inout Frame
    ) {
        let screen = frame.bounds
        let heading = title.width + (trailing?.width ?? 0) + 8
        let width = min(screen.width, max(heading, (lines.map(\.width).max() ?? 0) + 4))
        let height = min(screen.height, lines.count + 2)
        let box = Rect(
            column: (screen.width - width) / 2, row: (screen.height - height) / 2, width: width, height: height)
        let inner = box.width >= 4 && box.height >= 3 ? box.inset(left: 2, top: 1, right: 2, bottom: 1) : box
        frame.fill(box)
        frame.drawBox(
            box, title: title, trailing: trailing, style: pen.style(.focusBorder), border: pen.heavy)
        for (line, text) in lines.prefix(inner.height).enumerated() {
            frame.write(text, column: inner.column, row: inner.row + line, maxWidth: inner.width)
        }
    }

    private static func drawInput(_ line: InputLine, _ state: DashboardState, _ pen: Pen, _ frame: inout Frame) {
        let screen = frame.bounds
        guard screen.height > 0 else { return }
        let row = screen.line(screen.height - 1)
        frame.fill(row)
        let prompt = frame.write(
            StyledText(cleaning: " " + line.purpose.prompt, pen.style(.accent)), column: 0, row: row.row)
        let hint =
            switch line.purpose {
            case .filterRuns, .filterSteps: "Enter keeps · Esc drops"
            case .searchLog: "Enter finds · n N go on · Esc drops"
            case .command: CommandName.list
            case .breakCondition: "run.failed run.elapsed steps.ID.status … · Enter sets or clears"
            case .budget: "Enter sets it · Esc leaves it"
            }
        let hintText = StyledText(cleaning: hint, pen.style(.dim))
        var field = row.inset(left: prompt)
        if field.width > hintText.width + 24 {
            frame.writeTrailing(hintText, in: row.inset(right: 1))
            field = field.inset(right: hintText.width + 3)
        }
        line.field.draw(in: &frame, rect: field, style: pen.style(.text))
    }
}
