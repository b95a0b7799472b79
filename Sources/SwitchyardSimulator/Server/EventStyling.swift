extension EventStyle {
    /// An event of a stream, whose lines end in line feeds, in this style.
    func applied(to event: String) -> String {
        var lines = event.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if hasComments {
            // Within an event a comment changes nothing, either.
            lines.insert(":", at: lines.firstIndex { $0.hasPrefix("data:") } ?? 0)
            lines.insert(": SIMULATED PROCESSING", at: 0)
        }
        return lines.joined(separator: lineEnd.characters)
    }
}

extension EventStyle.LineEnd {
    var characters: String {
        switch self {
        case .lf: "\n"
        case .crlf: "\r\n"
        case .cr: "\r"
        }
    }
}
