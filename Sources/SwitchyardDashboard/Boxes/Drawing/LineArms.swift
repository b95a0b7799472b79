import TerminalUI

/// How heavy a line is drawn.
enum LineWeight: UInt8, Hashable, Sendable, Comparable {
    case none, light, heavy

    static func < (left: LineWeight, right: LineWeight) -> Bool { left.rawValue < right.rawValue }
}

/// The lines that meet in a cell: a weight for each of four directions.
struct LineArms: Hashable, Sendable {
    var north = LineWeight.none
    var east = LineWeight.none
    var south = LineWeight.none
    var west = LineWeight.none

    /// The character with these arms; a blank where there are none.
    func glyph(isASCII: Bool) -> Glyph {
        guard isASCII else {
            let index = Int(((north.rawValue * 3 + east.rawValue) * 3 + south.rawValue) * 3 + west.rawValue)
            return Self.glyphs[index]
        }
        let isUpright = max(north, south) > .none
        switch max(east, west) {
        case .none: return isUpright ? "|" : .blank
        case .light: return isUpright ? "+" : "-"
        case .heavy: return isUpright ? "+" : "="
        }
    }

    /// The rounded form of a corner of two light lines, which has one in no other case.
    var curve: Glyph? {
        switch (north, east, south, west) {
        case (.light, .light, .none, .none): "╰"
        case (.none, .light, .light, .none): "╭"
        case (.none, .none, .light, .light): "╮"
        case (.light, .none, .none, .light): "╯"
        default: nil
        }
    }

    /// By north, east, south and west, as a number of base 3: none, light, heavy.
    private static let glyphs: [Glyph] = {
        let rows = [
            " ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳", "╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈",
            "╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋",
        ]
        return rows.flatMap { $0.unicodeScalars.map { Glyph(unicodeScalarLiteral: $0) } }
    }()
}
