/// Text in several styles, on one line.
package struct StyledText: Hashable, Sendable {
    /// A stretch in one style.
    package struct Run: Hashable, Sendable {
        package let text: CleanText
        package let style: Style
    }

    /// Where the part that does not fit is left out.
    package enum Truncation: Hashable, Sendable {
        case tail
        case middle
    }

    /// Where text stands in a wider place.
    package enum Alignment: Hashable, Sendable {
        case leading
        case center
        case trailing
    }

    /// The stretches; none is empty.
    package private(set) var runs: [Run]

    /// The columns it takes.
    package private(set) var width: Int

    /// No text, to be appended to.
    package init() {
        runs = []
        width = 0
    }

    /// Text in one style.
    package init(_ text: CleanText, _ style: Style = .plain) {
        runs = text.isEmpty ? [] : [Run(text: text, style: style)]
        width = text.width
    }

    /// Whether there is nothing to draw.
    package var isEmpty: Bool { width == 0 }

    /// The text without its styles.
    package var text: CleanText { runs.reduce(.empty) { $0 + $1.text } }

    /// Adds text in a style at the end.
    package mutating func append(_ text: CleanText, _ style: Style = .plain) {
        guard !text.isEmpty else { return }
        width += text.width
        if let last = runs.last, last.style == style {
            runs[runs.count - 1] = Run(text: last.text + text, style: style)
        } else {
            runs.append(Run(text: text, style: style))
        }
    }

    /// Adds styled text at the end.
    package mutating func append(_ other: StyledText) {
        for run in other.runs { append(run.text, run.style) }
    }

    /// Both texts, one after the other.
    package static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum.append(right)
        return sum
    }

    /// Adds styled text at the end.
    package static func += (left: inout StyledText, right: StyledText) {
        left.append(right)
    }

    /// The text with every run drawn over a base style, as for a selected row.
    package func over(_ below: Style) -> StyledText {
        var result = StyledText()
        for run in runs { result.append(run.text, run.style.over(below)) }
        return result
    }

    /// The text in at most `columns` columns; what is left out is marked by `…` in the style of the place.
    package func truncated(
        to columns: Int, _ truncation: Truncation = .tail, overflow: Overflow = .ellipsis
    ) -> StyledText {
        guard columns < width else { return self }
        guard columns > 0 else { return StyledText() }
        if overflow == .clip { return prefix(columns: columns) }
        let room = columns - 1
        switch truncation {
        case .tail:
            var result = prefix(columns: room)
            result.append(.ellipsis, style(atColumn: result.width))
            return result
        case .middle:
            var result = prefix(columns: (room + 1) / 2)
            result.append(.ellipsis, style(atColumn: result.width))
            result.append(suffix(columns: room / 2))
            return result
        }
    }

    /// The text in exactly `columns` columns, with blanks or an ellipsis as needed.
    package func padded(to columns: Int, _ alignment: Alignment = .leading, style: Style = .plain) -> StyledText {
        let visible = truncated(to: columns)
        let missing = max(0, columns - visible.width)
        let before =
            switch alignment {
            case .leading: 0
            case .center: missing / 2
            case .trailing: missing
            }
        let blank: CleanText = " "
        return StyledText(blank.repeated(before), style) + visible
            + StyledText(blank.repeated(missing - before), style)
    }

    private func prefix(columns: Int) -> StyledText {
        var result = StyledText()
        for run in runs {
            let part = run.text.prefix(columns: columns - result.width)
            result.append(part, run.style)
            if part.width < run.text.width { break }
        }
        return result
    }

    private func suffix(columns: Int) -> StyledText {
        var parts: [Run] = []
        var left = columns
        for run in runs.reversed() where left > 0 {
            let part = run.text.suffix(columns: left)
            parts.append(Run(text: part, style: run.style))
            left = part.width < run.text.width ? 0 : left - part.width
        }
        var result = StyledText()
        for part in parts.reversed() { result.append(part.text, part.style) }
        return result
    }

    private func style(atColumn column: Int) -> Style {
        var end = 0
        for run in runs {
            end += run.text.width
            if column < end { return run.style }
        }
        return runs.last?.style ?? .plain
    }
}

extension StyledText: ExpressibleByStringInterpolation {
    /// Unstyled text; cleaned, like all text.
    package init(stringLiteral value: String) {
        self.init(CleanText(cleaning: value))
    }
}
