import SwitchyardCore
import SwitchyardDashboard
import TerminalUI

/// Prints the events of a run, in one of three forms.
struct EventPrinter {
    let format: LineFormat
    let stream: StandardStream
    /// The state that the events so far lead to.
    private(set) var snapshot: RunSnapshot
    private struct AttemptKey: Hashable {
        var step: StepPath
        var attempt: Int
    }

    /// The beginnings of lines.
    private var open: [AttemptKey: String] = [:]
    /// Whether anybody still reads.
    private(set) var isOpen = true

    init(run: RunID, format: LineFormat, stream: StandardStream = .output) {
        self.format = format
        self.stream = stream
        snapshot = RunSnapshot(run: run)
    }

    /// Takes note of `events` without printing them.
    mutating func skip(_ events: some Sequence<EventEnvelope>) {
        for event in events { snapshot.apply(event) }
    }

    /// Prints a line about the run that is no event; programs read events only.
    mutating func note(_ line: String) {
        let text: String
        switch format {
        case .json: return
        case .sentences: text = line.prefix(1).uppercased() + line.dropFirst() + "."
        case .lines: text = line
        }
        if isOpen { isOpen = stream.write(Cleaned.line(text) + "\n") }
    }

    /// Prints a batch; does nothing once nobody reads.
    mutating func print(_ batch: EventBatch) {
        var text = ""
        for event in batch.events {
            snapshot.apply(event)
            switch format {
            case .json: text += JSON.text(of: event.json) + "\n"
            // What is set aside and used is summed up elsewhere.
            case .sentences where event.event.isBookkeeping, .lines where event.event.isBookkeeping: break
            case .sentences:
                text += Cleaned.line(EventLine.sentence(event, in: snapshot)) + "\n"
            case .lines: text += line(event)
            }
        }
        switch format {
        case .json: break
        case .sentences: text += sentences(batch)
        case .lines: text += lines(batch)
        }
        if isOpen, !text.isEmpty { isOpen = stream.write(text) }
    }

    private func line(_ event: EventEnvelope) -> String {
        let description = EventLine.describe(event, in: snapshot)
        let step = Cleaned.line(description.subject, limit: 60)
        let pad = String(repeating: " ", count: max(0, 20 - CleanText(cleaning: step).width))
        return
            "\(clock(event.time))  \(description.glyph) \(step)\(pad)  \(Cleaned.line(description.text, limit: 400))\n"
    }

    /// Lines whose ends have come; what is still open is kept for the next batch.
    private mutating func lines(_ batch: EventBatch) -> String {
        var text = ""
        if batch.droppedLines > 0 {
            text += "            … \(batch.droppedLines) lines not shown; the step's log file has all of them\n"
        }
        for var line in batch.lines {
            let key = AttemptKey(step: line.step, attempt: line.attempt)
            if line.line.continues, let begun = open.removeValue(forKey: key) {
                line.line.text = begun + line.line.text
            }
            guard !line.line.isOpen else {
                open[key] = line.line.text
                continue
            }
            let margin = line.line.stream == .stdout ? "│" : "!"
            text +=
                "            \(margin) \(Cleaned.line(line.step.rawValue, limit: 60)): "
                + "\(Cleaned.line(line.line.text, limit: 400))\n"
        }
        return text
    }

    private func sentences(_ batch: EventBatch) -> String {
        var text = ""
        if batch.droppedLines > 0 {
            let count = CountText.of(batch.droppedLines, "line")
            text +=
                "Of what steps print, \(count) \(batch.droppedLines == 1 ? "is" : "are") left out here;"
                + " their log files have all of it.\n"
        }
        for line in batch.lines {
            let verb = line.line.stream == .stdout ? "prints" : "prints as an error"
            text +=
                "\(Cleaned.line(EventLine.subject(line.step), limit: 80)) \(verb): "
                + "\(Cleaned.line(line.line.text, limit: 400))\n"
        }
        return text
    }

    /// The time since the run started: `01:29.588`.
    private func clock(_ time: Timestamp) -> String {
        let milliseconds = max(0, time.since(snapshot.startedAt ?? time).wholeMicroseconds / 1000)
        let decimals = String(1000 + milliseconds % 1000).dropFirst()
        return "\(DurationText.clock(.milliseconds(milliseconds))).\(decimals)"
    }
}
