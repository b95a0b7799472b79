import TerminalUI

/// Foreign text made safe for a terminal, or for whoever pipes it to one.
enum Cleaned {
    /// `text` on one line, controls as visible forms, cut after `limit` columns.
    static func line(_ text: String, limit: Int = 4000) -> String {
        let clean = CleanText(cleaning: text, limit: limit)
        return clean.isCut ? clean.string + "…" : clean.string
    }

    /// `text` with its line ends kept and everything else cleaned.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }.joined(separator: "\n")
    }
}
