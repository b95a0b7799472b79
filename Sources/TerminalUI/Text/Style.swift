/// A colour as themes and views name it; the terminal gets it mapped to what it can show.
package enum Color: Hashable, Sendable {
    /// Whatever the terminal uses by itself.
    case terminalDefault
    /// One of the terminal's own sixteen; higher numbers count modulo 16.
    case ansi(UInt8)
    /// One of the 256 of xterm's palette; only mapping makes these.
    case indexed(UInt8)
    /// Red, green and blue.
    case rgb(UInt8, UInt8, UInt8)

    package static let black = Color.ansi(0)
    package static let red = Color.ansi(1)
    package static let green = Color.ansi(2)
    package static let yellow = Color.ansi(3)
    package static let blue = Color.ansi(4)
    package static let magenta = Color.ansi(5)
    package static let cyan = Color.ansi(6)
    package static let white = Color.ansi(7)

    /// The colour written as six hexadecimal digits, with or without `#`, as in base16 files; nil for anything else.
    package init?(hex: String) {
        let digits = hex.hasPrefix("#") ? hex.dropFirst() : Substring(hex)
        guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
            return nil
        }
        self = .rgb(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    }
}

/// Ways to set text apart besides colour.
package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let underline = Attributes(rawValue: 4)
    package static let reverse = Attributes(rawValue: 8)
    package static let italic = Attributes(rawValue: 16)
}

/// How a cell looks.
package struct Style: Hashable, Sendable {
    package var foreground: Color
    package var background: Color
    package var attributes: Attributes

    /// The terminal's own look.
    package static let plain = Style()

    /// A style of colours and attributes; all may be left out.
    package init(
        _ foreground: Color = .terminalDefault,
        on background: Color = .terminalDefault,
        _ attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// The style with further attributes.
    package func adding(_ attributes: Attributes) -> Style {
        Style(foreground, on: background, self.attributes.union(attributes))
    }

    /// The style with another background.
    package func on(_ background: Color) -> Style {
        Style(foreground, on: background, attributes)
    }

    /// The style with default colours taken from the one below, and the attributes of both.
    package func over(_ below: Style) -> Style {
        Style(
            foreground == .terminalDefault ? below.foreground : foreground,
            on: background == .terminalDefault ? below.background : background,
            attributes.union(below.attributes))
    }
}
