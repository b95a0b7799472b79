import SwitchyardCore

/// Diagnostics as a compiler prints them.
enum DiagnosticText {
    /// Every diagnostic with its source line, then a count.
    static func text(of diagnostics: [Diagnostic], source: String?) -> String {
        Cleaned.lines(diagnostics.text(source: source)) + count(diagnostics)
    }

    /// The same for diagnostics of several files, by the text of each.
    static func text(of diagnostics: [Diagnostic], sources: [String: String]) -> String {
        Cleaned.lines(diagnostics.text(sources: sources)) + count(diagnostics)
    }

    private static func count(_ diagnostics: [Diagnostic]) -> String {
        var text = ""
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        if diagnostics.count > 1 {
            let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            text += parts.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ") + "\n"
        }
        return text
    }

    /// The diagnostics as JSON, for editors and scripts.
    static func json(of diagnostics: [Diagnostic]) -> Value {
        .array(
            diagnostics.map { diagnostic in
                [
                    "severity": .string(diagnostic.severity.rawValue), "file": .string(diagnostic.location.file),
                    "line": .int(diagnostic.location.line), "column": .int(diagnostic.location.column),
                    "message": .string(diagnostic.message), "hint": Value(diagnostic.hint),
                ]
            }
        )
    }
}
