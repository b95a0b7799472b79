/// A place in a file a person wrote.
package struct SourceLocation: Hashable, Sendable {
    /// The file as the person named it.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in characters.
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// One problem with what a person wrote: where, what, and what to do about it.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error, warning
    }

    package var severity: Severity
    package var location: SourceLocation
    /// One sentence, without a full stop.
    package var message: String
    /// What to write instead, where that is known.
    package var hint: String?

    package init(
        _ severity: Severity = .error, at location: SourceLocation, _ message: String, hint: String? = nil
    ) {
        self.severity = severity
        self.location = location
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic {
    /// The diagnostic as a compiler would print it: `file:line:column: error: message`, then the line of `source`
    /// with a caret, then the hint.
    package func text(source: String?) -> String {
        var text = "\(location.file):\(location.line):\(location.column): \(severity.rawValue): \(message)\n"
        if let line = source.flatMap({ Self.line(location.line, of: $0) }) {
            let number = String(location.line)
            let margin = String(repeating: " ", count: number.count)
            // Tabs stay tabs under the line, so that the caret stands where the terminal puts the character.
            let lead = line.prefix(location.column - 1).map { $0 == "\t" ? "\t" : " " }
            text += " \(number) | \(line)\n \(margin) | \(lead.joined())^\n"
        }
        if let hint { text += "  hint: \(hint)\n" }
        return text
    }

    private static func line(_ number: Int, of source: String) -> String? {
        // A carriage return and a line feed are one character, so both spellings of a line's end must be named.
        let lines = source.split(maxSplits: number, omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard number >= 1, number <= lines.count else { return nil }
        return String(lines[number - 1].prefix(200))
    }
}

extension Sequence<Diagnostic> {
    /// Whether any of them is an error.
    package var hasErrors: Bool { contains { $0.severity == .error } }
}
