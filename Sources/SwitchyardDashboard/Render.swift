package import SwitchyardCore
package import TerminalUI

/// The screen as a function of the state, the size, the terminal's abilities, the theme and the time.
package func render(
    _ state: DashboardState, size: Size, capabilities: TerminalCapabilities, theme: Theme, now: Timestamp
) -> Frame {
    var frame = Frame(size: size)
    let theme = theme.adapted(to: capabilities.colorDepth)
    let pen = Pen(theme: theme, isUnicode: capabilities.isUnicode, now: now)
    if let run = state.run {
        RunView.draw(run, of: state, with: pen, in: &frame)
    } else {
        RunsView.draw(state, with: pen, in: &frame)
    }
    OverlayView.draw(state, with: pen, in: &frame)
    if theme.base != .plain { frame.restyle(frame.bounds) { $0 = $0.over(theme.base) } }
    return frame
}

/// What every view draws with.
struct Pen {
    let theme: Theme
    let isUnicode: Bool
    let now: Timestamp

    func style(_ role: Role) -> Style { theme[role] }

    /// The mark before what is selected: without Unicode the block would be a `#`.
    var selectionMark: Glyph { isUnicode ? "▌" : ">" }

    var light: BorderSet { isUnicode ? .light : .ascii }
    var heavy: BorderSet { isUnicode ? .heavy : .asciiHeavy }
}

extension StyledText {
    /// Parts with gaps of blanks between them.
    static func joined(_ parts: [StyledText], gap: Int) -> StyledText {
        var result = StyledText()
        for part in parts where !part.isEmpty {
            if !result.isEmpty { result.append(CleanText(" ").repeated(gap)) }
            result.append(part)
        }
        return result
    }

    /// Foreign text in a style.
    init(cleaning text: String, _ style: Style = .plain, limit: Int = 1024) {
        self.init(CleanText(cleaning: text, limit: limit), style)
    }
}

extension CleanText {
    /// One of our own glyphs as text.
    init(_ glyph: Glyph) {
        self.init(cleaning: glyph.description)
    }
}
