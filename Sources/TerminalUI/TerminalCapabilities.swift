/// What a terminal can show.
package struct TerminalCapabilities: Hashable, Sendable {
    /// The colours there are.
    package var colorDepth: ColorDepth

    /// Whether characters beyond ASCII may be drawn.
    package var isUnicode: Bool

    /// Capabilities stated outright, as in tests.
    package init(colorDepth: ColorDepth, isUnicode: Bool) {
        self.colorDepth = colorDepth
        self.isUnicode = isUnicode
    }

    /// What may be drawn, from the environment and terminfo's colour count.
    ///
    /// `NO_COLOR` (set and not empty) and `TERM=dumb` leave no colours. The first that is set of `LC_ALL`, `LC_CTYPE`
    /// and `LANG` must name UTF-8; with none set the locale is C, hence ASCII.
    package static func detect(
        environment: [String: String], colors: Int, hasDirectColor: Bool = false, forceASCII: Bool = false
    ) -> TerminalCapabilities {
        let isDumb = environment["TERM"] == "dumb"
        let refusesColor = !(environment["NO_COLOR"] ?? "").isEmpty
        let depth: ColorDepth =
            if isDumb || refusesColor || colors < 8 {
                .mono
            } else if hasDirectColor && colors > 256 {
                .direct
            } else if colors >= 256 {
                .indexed256
            } else {
                colors >= 16 ? .ansi16 : .ansi8
            }
        return TerminalCapabilities(
            colorDepth: depth, isUnicode: !forceASCII && !isDumb && isUTF8(environment))
    }

    /// Whether the environment's locale writes UTF-8.
    package static func isUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let name = locale?.lowercased() ?? ""
        return name.contains("utf-8") || name.contains("utf8")
    }
}
