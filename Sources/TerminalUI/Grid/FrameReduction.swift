extension Frame {
    /// The frame as a terminal of the given capabilities can show it: colours mapped down, glyphs replaced by ASCII.
    ///
    /// Views may draw in RGB and Unicode throughout; a terminal passes every frame through here. A wide glyph becomes
    /// `?` and a blank.
    package func reduced(to capabilities: TerminalCapabilities) -> Frame {
        if capabilities.isUnicode && capabilities.colorDepth == .direct && !usesIndexedColors { return self }
        var result = self
        // Neighbours mostly share their style, and mapping one RGB colour searches a palette.
        var source = Style.plain
        var mapped = capabilities.colorDepth.reduce(source)
        for index in cells.indices {
            let cell = cells[index]
            if cell.style != source {
                source = cell.style
                mapped = capabilities.colorDepth.reduce(source)
            }
            if capabilities.isUnicode || cell.glyph.isASCII {
                let span = capabilities.isUnicode || cell.span != 0 ? cell.span : 1
                result.cells[index] = Cell(glyph: cell.glyph, style: mapped, span: span)
            } else {
                result.cells[index] = Cell(glyph: cell.glyph.asciiForm, style: mapped, span: 1)
            }
        }
        return result
    }

    private var usesIndexedColors: Bool {
        cells.contains { cell in
            [cell.style.foreground, cell.style.background].contains { color in
                switch color {
                case .terminalDefault, .rgb: false
                case .ansi, .indexed: true
                }
            }
        }
    }
}

extension Glyph {
    /// The ASCII character that stands for the glyph where Unicode cannot be shown; `?` for those without one.
    package var asciiForm: Glyph {
        isASCII ? self : Self.asciiForms[base] ?? "?"
    }

    private static let asciiForms: [Unicode.Scalar: Glyph] = {
        let groups: [(String, Glyph)] = [
            ("─━┄┅┈┉╌╍╴╶╸╺╼╾–—−·", "-"), ("│┃┆┇┊┋╎╏╵╷╹╻╽╿▏▕", "|"), ("═", "="), ("≈", "~"), ("╱", "/"), ("╲", "\\"),
            ("┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋╭╮╯╰✓", "+"),
            ("●•", "*"), ("↻", "r"), ("○░", "."), ("◆", "="), ("◇▯�", "?"), ("✗×", "x"), ("⊘", "-"), ("‖", "\""),
            ("⊞█▉▊▋▌▍▎▓▐", "#"), ("▒", ":"), ("▸▶›→»", ">"), ("◂◀‹←«", "<"), ("▲▴↑", "^"), ("▼▾↓", "v"),
            ("▁▂", "_"), ("▃▄", "-"), ("▅▆", "="), ("▇", "#"), ("…~", "~"), ("⏎", "$"), ("‘’′", "'"), ("“”″", "\""),
        ]
        var forms: [Unicode.Scalar: Glyph] = [:]
        for (scalars, glyph) in groups {
            for scalar in scalars.unicodeScalars { forms[scalar] = glyph }
        }
        return forms
    }()
}
