import CNCurses
import TerminalUI

/// Colour pairs of curses, made as they are first needed.
struct ColorPairs {
    private struct Key: Hashable {
        let foreground: Int32
        let background: Int32
    }

    private let limit: Int
    private let define: (Int32, Int32, Int32) -> Bool
    private var pairs: [Key: Int32] = [:]

    /// Pairs below `limit`; `define` tells curses of a new one and says whether it could.
    init(limit: Int, define: @escaping (Int32, Int32, Int32) -> Bool) {
        self.limit = limit
        self.define = define
    }

    /// The pair for a style already reduced to the terminal's depth; 0, the default look, when none is left.
    mutating func pair(for style: Style) -> Int32 {
        let key = Key(foreground: Self.index(style.foreground), background: Self.index(style.background))
        if key.foreground < 0 && key.background < 0 { return 0 }
        if let known = pairs[key] { return known }
        let next = Int32(pairs.count + 1)
        guard next < limit, define(next, key.foreground, key.background) else { return 0 }
        pairs[key] = next
        return next
    }

    /// The number curses knows a colour by.
    ///
    /// On direct-colour terminals the lowest eight numbers are still the terminal's own colours, so that the darkest
    /// blues are rounded to the darkest grey.
    static func index(_ color: Color) -> Int32 {
        switch color {
        case .terminalDefault: return -1
        case .ansi(let index), .indexed(let index): return Int32(index)
        case .rgb(let red, let green, let blue):
            let value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
            return value < 8 ? 0x010101 : value
        }
    }
}
