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
    /// The same problem where it does not keep the file from being used.
    package var asWarning: Diagnostic {
        var warning = self
        warning.severity = .warning
        return warning
    }

    /// The diagnostic as a compiler would print it: `file:line:column: error: message`, then the line of `source`
    /// with a caret, then the hint.
    package func text(source: String?) -> String {
        text(lines: source.map(SourceLines.init))
    }

    fileprivate func text(lines: SourceLines?) -> String {
        var text = "\(location.file):\(location.line):\(location.column): \(severity.rawValue): \(message)\n"
        if let line = lines?[location.line] {
            let number = String(location.line)
            let margin = String(repeating: " ", count: number.count)
            // Tabs stay tabs under the line, so that the caret stands where the terminal puts the character.
            let lead = line.prefix(location.column - 1).map { $0 == "\t" ? "\t" : " " }
            text += " \(number) | \(line)\n \(margin) | \(lead.joined())^\n"
        }
        if let hint { text += "  hint: \(hint)\n" }
        return text
    }
}

/// A text by line. Split once for all diagnostics of a file.
private struct SourceLines {
    private let lines: [Substring.UTF8View]

    init(_ source: String) {
        lines = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// The line `number`, from 1, without its end.
    subscript(number: Int) -> String? {
        guard lines.indices.contains(number - 1) else { return nil }
        var line = Substring(lines[number - 1])
        if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
        return String(line.prefix(200))
    }
}

extension Sequence<Diagnostic> {
    /// Whether any of them is an error.
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// Each as ``Diagnostic/text(source:)``, one after the other.
    package func text(source: String?) -> String {
        let lines = source.map(SourceLines.init)
        return map { $0.text(lines: lines) }.joined()
    }

    /// Each as ``Diagnostic/text(source:)`` with the text of its own file, one after the other.
    ///
    /// - Parameter sources: texts by the file that locations name.
    package func text(sources: [String: String]) -> String {
        let lines = sources.mapValues(SourceLines.init)
        return map { $0.text(lines: lines[$0.location.file]) }.joined()
    }
}
