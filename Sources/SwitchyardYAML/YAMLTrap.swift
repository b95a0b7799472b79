import SwitchyardCore

/// The mistakes that YAML itself invites a pipeline's author to, with the text to paste instead.
enum YAMLTrap {
    /// The trap behind a syntax error, or nil.
    static func find(_ problem: String, at offset: Int, context: Int?, in index: SourceIndex) -> Diagnostic? {
        if let trap = unquotedDollarHole(at: offset, in: index) { return trap }
        for place in [context, offset].compactMap({ $0 }) where place < index.scalars.count {
            let (line, start) = index.line(at: place)
            if let auto = auto(in: line) {
                let at = start + line[..<auto.lowerBound].unicodeScalars.count
                let whole = value(of: line).flatMap {
                    $0.range.lowerBound == auto.lowerBound && !$0.key.isEmpty ? $0 : nil
                }
                return Diagnostic(
                    at: index.location(at), "`: ` inside `<AUTO>` needs quotes around the whole value",
                    hint: whole.map { "\($0.key): \(quoted($0.text))" } ?? "quote it: \(quoted(String(line[auto])))")
            }
            guard let found = value(of: line) else { continue }
            let at = start + line[..<found.range.lowerBound].unicodeScalars.count
            let lead = found.key.isEmpty ? "- " : "\(found.key): "
            if found.text.hasPrefix("{{") {
                return Diagnostic(
                    at: index.location(at), "`{{` at the start of a value is a YAML map, not a hole",
                    hint: "\(lead)\(quoted(found.text))")
            }
            if found.text.hasPrefix("{"), let end = found.text.firstIndex(of: "}"),
                case let form = String(found.text[...end]), isDataFlow(form)
            {
                return Diagnostic(
                    at: index.location(at), "`\(form)` without quotes is a YAML map, not a reference",
                    hint: "\(lead)\(quoted(found.text))")
            }
        }
        // Inside a map in braces, as in `with: {ci: {a.b[0]}}`.
        guard let form = dataFlow(before: offset, in: index) else { return nil }
        return Diagnostic(
            at: index.location(form.start), "`\(form.text)` without quotes is a YAML map, not a reference",
            hint: "quote it: \(quoted(form.text))")
    }

    /// `<AUTO>…</AUTO>` with a `: ` inside and no quote before it.
    private static func auto(in line: String) -> Range<String.Index>? {
        guard let open = line.firstRange(of: "<AUTO>"), let close = line[open.upperBound...].firstRange(of: "</AUTO>"),
            line[open.upperBound..<close.lowerBound].contains(": ")
        else { return nil }
        let before = line[..<open.lowerBound].last
        return before == "\"" || before == "'" ? nil : open.lowerBound..<close.upperBound
    }

    /// The fix for `{{ … }}` at `offset`, which YAML took for a map in a map.
    ///
    /// - Parameter isInsideFlow: whether it stands inside brackets or braces, where no plain text has a brace in it.
    static func unquotedHole(at offset: Int, isInsideFlow: Bool, in index: SourceIndex) -> String? {
        guard let hole = hole(at: offset, in: index) else { return nil }
        return isInsideFlow
            ? "inside brackets a hole needs quotes: \(quoted(hole))"
            : "write `$` before it, `$\(hole)`, or quote it: \(quoted(hole))"
    }

    /// The hole that begins at `offset`, to its end on the same line.
    private static func hole(at offset: Int, in index: SourceIndex) -> String? {
        let (line, start) = index.line(at: offset)
        let rest = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(offset - start)))
        guard rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") else { return nil }
        return String(rest[..<end.upperBound])
    }

    /// `${{ … }}` inside brackets, where YAML takes the brace for the start of a map.
    private static func unquotedDollarHole(at offset: Int, in index: SourceIndex) -> Diagnostic? {
        guard offset > 0, offset < index.scalars.count, index.scalars[offset - 1] == "$",
            let hole = hole(at: offset, in: index)
        else { return nil }
        return Diagnostic(
            at: index.location(offset - 1), "inside brackets a brace starts a YAML map, not a hole",
            hint: "quote it: \(quoted("$" + hole))")
    }

    /// `text` as a YAML scalar in quotes: double ones, unless it holds a backslash or a double quote.
    static func quoted(_ text: String) -> String {
        if text.contains("\\") || text.contains("\"") { return "'\(text.replacing("'", with: "''"))'" }
        return "\"\(text)\""
    }

    /// The rest of the line from `offset` on in quotes.
    static func quotedRest(at offset: Int, in index: SourceIndex) -> String? {
        let (line, start) = index.line(at: offset)
        let rest = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(offset - start)))
        let text = withoutComment(rest)
        return text.isEmpty ? nil : "quote it: \(quoted(text))"
    }

    /// The value of the line at `offset` in quotes, with its key, if it has both.
    static func quotedValue(at offset: Int, in index: SourceIndex) -> String? {
        guard let found = value(of: index.line(at: offset).text), !found.key.isEmpty, found.text.contains(": "),
            let first = found.text.first, !"\"'[{&!".contains(first)
        else { return nil }
        return "quote the value: `\(found.key): \(quoted(found.text))`"
    }

    /// Whether `text` is the data-flow form.
    static func isDataFlow(_ text: String) -> Bool { ValueTemplate.dataFlowReference(text) != nil }

    /// What a line holds behind its first `: ` or `- `.
    private static func value(of line: String) -> (key: String, text: String, range: Range<String.Index>)? {
        var start = line.firstIndex { $0 != " " && $0 != "\t" } ?? line.endIndex
        while line[start...].hasPrefix("- ") {
            start = line[start...].dropFirst().firstIndex { $0 != " " } ?? line.endIndex
        }
        var key = ""
        if let colon = line[start...].firstRange(of: ": ") {
            let name = line[start..<colon.lowerBound]
            if name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }), !name.isEmpty {
                key = String(name)
                start = line[colon.upperBound...].firstIndex { $0 != " " } ?? line.endIndex
            }
        }
        let text = withoutComment(String(line[start...]))
        guard !text.isEmpty, let end = line.index(start, offsetBy: text.count, limitedBy: line.endIndex) else {
            return nil
        }
        return (key, text, start..<end)
    }

    private static func withoutComment(_ text: String) -> String {
        let end = text.firstRange(of: " #")?.lowerBound ?? text.endIndex
        var result = text[..<end]
        while result.last?.isWhitespace == true { result.removeLast() }
        return String(result)
    }

    /// The data-flow form around `offset`: from the last `{` before it.
    private static func dataFlow(before offset: Int, in index: SourceIndex) -> (text: String, start: Int)? {
        let (line, lineStart) = index.line(at: min(offset, index.scalars.count))
        let scalars = Array(line.unicodeScalars)
        var start = min(offset - lineStart, scalars.count) - 1
        while start >= 0, scalars[start] != "{" { start -= 1 }
        guard start >= 0, let end = scalars[start...].firstIndex(of: "}") else { return nil }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start...end])
        return isDataFlow(String(view)) ? (String(view), lineStart + start) : nil
    }
}
