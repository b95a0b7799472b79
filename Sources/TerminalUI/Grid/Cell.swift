/// What stands in one place of the screen: a scalar and up to four marks upon it.
///
/// Only cleaned text and literals become glyphs, so that no control code can stand in a cell.
package struct Glyph: Hashable, Sendable {
    /// The most marks a glyph carries; ncurses cells hold five scalars.
    package static let maximumMarks = 4

    /// An empty place.
    package static let blank = Glyph(trusted: " ")

    // Five scalars of 21 bits: the base and two marks here, two marks in `more`; absent marks are zero.
    private var bits: UInt64
    private var more: UInt64

    /// A glyph of a scalar known to be clean.
    init(trusted scalar: Unicode.Scalar) {
        bits = UInt64(scalar.value)
        more = 0
    }

    /// The scalar that the marks stand upon.
    package var base: Unicode.Scalar { Unicode.Scalar(UInt32(bits & 0x1F_FFFF)) ?? " " }

    /// How many columns it takes: 1 or 2.
    package var width: Int { DisplayWidth.widthClass(of: base) == .wide ? 2 : 1 }

    /// Adds a mark; more than four are dropped.
    mutating func add(mark: Unicode.Scalar) {
        let value = UInt64(mark.value)
        if bits >> 21 & 0x1F_FFFF == 0 {
            bits |= value << 21
        } else if bits >> 42 == 0 {
            bits |= value << 42
        } else if more == 0 {
            more = value
        } else if more >> 21 == 0 {
            more |= value << 21
        }
    }

    /// Calls the body with the base and then with each mark, without allocating.
    package func forEachScalar(_ body: (Unicode.Scalar) -> Void) {
        for value in [bits & 0x1F_FFFF, bits >> 21 & 0x1F_FFFF, bits >> 42, more & 0x1F_FFFF, more >> 21] {
            guard value != 0, let scalar = Unicode.Scalar(UInt32(value)) else { return }
            body(scalar)
        }
    }

    /// Whether the glyph is one printable ASCII character.
    package var isASCII: Bool { bits < 0x7F && more == 0 }
}

extension Glyph: ExpressibleByUnicodeScalarLiteral {
    /// A glyph written in our own source; anything that is not a printable scalar becomes the replacement.
    package init(unicodeScalarLiteral scalar: Unicode.Scalar) {
        switch DisplayWidth.widthClass(of: scalar) {
        case .narrow, .wide: self.init(trusted: scalar)
        case .hidden, .mark, .doubtful, .space: self.init(trusted: scalar == " " ? " " : CleanText.replacement)
        }
    }
}

extension Glyph: CustomStringConvertible {
    /// The scalars as a string.
    package var description: String {
        var text = ""
        forEachScalar { text.unicodeScalars.append($0) }
        return text
    }
}

/// One place of a frame.
package struct Cell: Hashable, Sendable {
    /// An unstyled blank.
    package static let blank = Cell(glyph: .blank, style: .plain, span: 1)

    /// What stands here; a blank in the second half of a wide glyph.
    package let glyph: Glyph
    /// How it looks.
    package internal(set) var style: Style

    /// How many columns the glyph takes: 1, 2 for the first half of a wide one, 0 for its second half.
    package let span: UInt8

    init(glyph: Glyph, style: Style, span: UInt8) {
        self.glyph = glyph
        self.style = style
        self.span = span
    }
}
