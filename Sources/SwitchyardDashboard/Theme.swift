package import TerminalUI

/// What a colour means; views name roles, never colours.
package enum Role: Hashable, Sendable, CaseIterable {
    case ok, running, retry, failed, waiting, held, skipped, paused, cost
    case selection, dim, border, focusBorder, title, accent, text, error
}

/// How each role looks.
package struct Theme: Hashable, Sendable {
    package let name: String

    /// What the whole screen is drawn upon; the terminal's own colours unless a scheme says otherwise.
    let base: Style
    private let styles: [Role: Style]

    /// The style of a role.
    package subscript(role: Role) -> Style { styles[role] ?? base }

    private init(name: String, base: Style, style: (Role) -> Style) {
        self.name = name
        self.base = base
        styles = Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, style($0)) })
    }

    /// The terminal's own sixteen colours upon its own background.
    ///
    /// Secondary text is dimmed rather than painted in "bright black", which some palettes make invisible.
    package static let terminal = Theme(name: "terminal", base: .plain) { role in
        switch role {
        case .ok: Style(.green)
        case .running: Style(.cyan, .bold)
        case .retry: Style(.yellow)
        case .failed, .error: Style(.red, .bold)
        case .waiting, .skipped, .dim, .border: Style(.dim)
        case .held: Style(.magenta)
        case .paused: Style(.yellow, .bold)
        case .cost: Style(.magenta)
        case .selection: Style(.reverse)
        case .focusBorder: Style(.cyan)
        case .title: Style(.bold)
        case .accent: Style(.cyan)
        case .text: .plain
        }
    }

    /// Attributes alone, for terminals without colours and people who want none.
    static let mono = Theme(name: "mono", base: .plain) { role in
        switch role {
        case .ok, .text, .cost, .held: .plain
        case .running, .title, .accent, .focusBorder, .paused: Style(.bold)
        case .retry: Style(.underline)
        case .failed, .error: Style([.bold, .underline])
        case .waiting, .skipped, .dim, .border: Style(.dim)
        case .selection: Style(.reverse)
        }
    }

    /// A published scheme: its sixteen colours in the places base16 gives them.
    package init(scheme: Base16Scheme) {
        let colors = scheme.colors
        self.init(name: scheme.name, base: Style(colors[0x5], on: colors[0x0])) { role in
            switch role {
            case .ok: Style(colors[0xB])
            case .running: Style(colors[0xD], .bold)
            case .retry: Style(colors[0x9])
            case .failed, .error: Style(colors[0x8], .bold)
            case .waiting, .skipped, .dim: Style(colors[0x4])
            case .held, .cost: Style(colors[0xE])
            case .paused: Style(colors[0xA], .bold)
            case .selection: Style(colors[0x5], on: colors[0x2], .bold)
            case .border: Style(colors[0x3])
            case .focusBorder: Style(colors[0xD])
            case .title: Style(colors[0x6], .bold)
            case .accent: Style(colors[0xC])
            case .text: Style(colors[0x5])
            }
        }
    }

    /// A published scheme.
    package init(_ scheme: Base16Scheme) {
        self.init(scheme: scheme)
    }

    /// The theme as it is drawn at a colour depth: without colours, attributes carry what colours did.
    func adapted(to depth: ColorDepth) -> Theme {
        depth == .mono ? .mono : self
    }
}

extension Style {
    /// The terminal's own colours with attributes.
    fileprivate init(_ attributes: Attributes) {
        self.init(.terminalDefault, on: .terminalDefault, attributes)
    }

    fileprivate init(_ color: Color, _ attributes: Attributes) {
        self.init(color, on: .terminalDefault, attributes)
    }
}
