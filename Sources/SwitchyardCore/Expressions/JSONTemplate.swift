/// JSON text with holes, such as a request's body: every value stays one value, or inside its string.
package enum JSONTemplate {
    /// `template` with every hole encoded, if the text around the holes is JSON; nil if it is not, and for a template
    /// that is one hole.
    ///
    /// Inside a string a hole is rendered as text and escaped; elsewhere it becomes a value of its own type. Holes that
    /// end in `| raw` are left as they are.
    ///
    /// - Throws: a `raw` hole inside a string that has other holes.
    package static func encodingHoles(of template: Template) throws(ExpressionError) -> RewrittenTemplate? {
        guard template.parts.count > 1, isJSON(template) else { return nil }
        var pieces: [(text: String, origin: Int?)] = []
        var string: OpenString?
        for part in template.parts {
            switch part {
            case .text(let text):
                for scalar in text.unicodeScalars { string = try step(scalar, string, &pieces) }
            case .hole(let expression) where string != nil: string?.take(expression)
            case .hole(let expression):
                let trail = expression.isRaw ? " }}" : ") | json }}"
                let lead = expression.isRaw ? "${{ " : "${{ ("
                pieces += [(lead, nil), (expression.source, expression.offset), (trail, nil)]
            }
        }
        return try RewrittenTemplate(pieces)
    }

    /// Whether the text is JSON once every hole outside of strings is a value.
    private static func isJSON(_ template: Template) -> Bool {
        var skeleton = ""
        var isInString = false
        var isEscaped = false
        for part in template.parts {
            switch part {
            case .text(let text):
                skeleton += text
                for scalar in text.unicodeScalars {
                    if isEscaped {
                        isEscaped = false
                    } else if scalar == "\\" {
                        isEscaped = isInString
                    } else if scalar == "\"" {
                        isInString.toggle()
                    }
                }
            // A hole cannot be the letter behind a backslash, nor continue a number.
            case .hole: skeleton += isEscaped ? "{" : isInString ? "x" : " 0 "
            }
        }
        return (try? JSON.parse(skeleton)) != nil
    }

    /// A JSON string that is not closed yet, with its escapes as they are written.
    private struct OpenString {
        var text = ""
        var isEscaped = false
        var holes: [(text: String, expression: Expression)] = []

        mutating func take(_ expression: Expression) {
            holes.append((text, expression))
            text = ""
        }
    }

    /// Takes the next scalar of the text.
    private static func step(
        _ scalar: Unicode.Scalar, _ string: OpenString?, _ pieces: inout [(text: String, origin: Int?)]
    ) throws(ExpressionError) -> OpenString? {
        guard var string else {
            if scalar == "\"" { return OpenString() }
            pieces.append((String(scalar), nil))
            return nil
        }
        guard scalar == "\"", !string.isEscaped else {
            string.isEscaped = scalar == "\\" && !string.isEscaped
            string.text.unicodeScalars.append(scalar)
            return string
        }
        try close(string, &pieces)
        return nil
    }

    /// A string with holes becomes one hole: its texts and values joined, as JSON.
    private static func close(
        _ string: OpenString, _ pieces: inout [(text: String, origin: Int?)]
    ) throws(ExpressionError) {
        guard let first = string.holes.first else { return pieces.append(("\"\(string.text)\"", nil)) }
        if let raw = string.holes.first(where: { $0.expression.isRaw }) {
            guard string.holes.count == 1 else {
                throw ExpressionError(
                    "a hole with `raw` must be the only one of a JSON string", hint: "join inside the hole: `a ~ b`",
                    offset: raw.expression.offset)
            }
            pieces += [
                ("\"\(first.text)${{ ", nil), (first.expression.source, first.expression.offset),
                (" }}\(string.text)\"", nil),
            ]
            return
        }
        pieces.append(("${{ (''", nil))
        for (text, expression) in string.holes {
            pieces += [
                (" ~ \(literal(text)) ~ (", nil), (expression.source, expression.offset), (")", nil),
            ]
        }
        pieces.append((" ~ \(literal(string.text))) | json }}", nil))
    }

    /// The text that a part of a JSON string spells, as a literal of an expression.
    private static func literal(_ text: String) -> String {
        SourceText.quoted((try? JSON.parse("\"\(text)\""))?.stringValue ?? text)
    }
}
