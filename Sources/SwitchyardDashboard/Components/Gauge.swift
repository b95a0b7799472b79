import TerminalUI

/// How far something has come: `▕███▒▒░░░▏`.
enum Gauge {
    /// - Parameters:
    ///   - share: the full part, from 0 to 1; more counts as 1.
    ///   - ahead: up to where it is expected to come; drawn lighter.
    static func text(
        _ share: Double, ahead: Double? = nil, width: Int, style: Style, dim: Style
    ) -> StyledText {
        let full = cells(share, width)
        let light = max(0, cells(ahead ?? 0, width) - full)
        var text = StyledText("▕", dim)
        text.append(CleanText("█").repeated(full), style)
        text.append(CleanText("▒").repeated(light), style)
        text.append(CleanText("░").repeated(width - full - light), dim)
        text.append("▏", dim)
        return text
    }

    private static func cells(_ share: Double, _ width: Int) -> Int {
        guard share > 0, width > 0 else { return 0 }
        // Whatever there is, is seen.
        return max(1, min(width, Int(share * Double(width))))
    }
}

/// Numbers as columns of different heights: `▁▃▅▂█`.
enum Sparkline {
    private static let glyphs: [CleanText] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    static func text(_ numbers: [Double], _ style: Style) -> StyledText {
        let highest = numbers.max() ?? 0
        var text = CleanText.empty
        for number in numbers {
            let place = highest > 0 && number > 0 ? 1 + Int(number / highest * 6) : 0
            text = text + glyphs[min(place, glyphs.count - 1)]
        }
        return StyledText(text, style)
    }
}
