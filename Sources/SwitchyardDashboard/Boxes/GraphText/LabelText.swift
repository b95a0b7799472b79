/// A label's text without what no format can carry: controls and marks that turn the direction of writing.
enum LabelText {
    /// Line breaks of every kind as line feeds, tabs as blanks, and `U+FFFD` for the rest.
    static func cleaned(_ text: String) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var wasReturn = false
        for scalar in text.unicodeScalars {
            defer { wasReturn = scalar == "\r" }
            switch scalar {
            case "\n": if !wasReturn { result.append("\n") }
            case "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}", "\u{C}": result.append("\n")
            case "\t": result.append(" ")
            default:
                let properties = scalar.properties
                let isSafe = properties.generalCategory != .control && !properties.isBidiControl
                result.append(isSafe ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
