import SwitchyardCore

/// What a person reads when they are asked for an input.
enum InputQuestion {
    static func head(_ count: Int, of file: String) -> String {
        "\(Cleaned.line(file)) needs \(count == 1 ? "an input" : "\(count) inputs"). ^C cancels.\n"
    }

    /// The input's name, what it is for, and what fits.
    static func text(of missing: MissingInput) -> String {
        let definition = missing.definition
        var text = missing.name
        if let description = definition.description { text += ": \(description)" }
        var lines = [text]
        if definition.kind == .secret {
            lines.append("  a secret: what you type is not shown, and not recorded")
            lines += missing.tried.map { "  \($0)" }
        } else {
            lines.append("  \(kind(definition))")
        }
        return lines.map { Cleaned.line($0) + "\n" }.joined()
    }

    static func prompt(for missing: MissingInput) -> String { "\(Cleaned.line(missing.name))> " }

    static func objection(_ objection: String, to missing: MissingInput) -> String {
        Cleaned.line("  `\(missing.name)` \(objection)") + "\n"
    }

    private static func kind(_ definition: InputDefinition) -> String {
        var parts = [definition.kind.phrase]
        switch definition.kind {
        case .array: parts[0] += " as JSON, such as [1, \"two\"]"
        case .object: parts[0] += " as JSON, such as {\"name\": 1}"
        case .string, .integer, .number, .boolean, .file, .secret: break
        }
        if let allowed = definition.allowed {
            let words = allowed.map { definition.kind == .string ? $0.rendered : JSON.text(of: $0) }
            parts.append("one of \(words.joined(separator: ", "))")
        }
        if let pattern = definition.pattern { parts.append("matching `\(pattern)`") }
        let bounds = ValueBounds(minimum: definition.minimum, maximum: definition.maximum)
        parts += bounds.phrases(for: definition.kind)
        return parts.joined(separator: ", ")
    }
}
