import SwitchyardCore

/// Finds the JSON value in an answer's text.
enum StructuredText {
    /// The value of `text`, white space and a code fence around it aside; nil if there is none.
    static func value(in text: String) -> Value? {
        if let value = try? JSON.parse(text) { return value }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("```") }),
            let end = lines.lastIndex(where: { $0.hasPrefix("```") }), start + 1 < end
        else { return nil }
        return try? JSON.parse(lines[(start + 1)..<end].joined(separator: "\n"))
    }
}
