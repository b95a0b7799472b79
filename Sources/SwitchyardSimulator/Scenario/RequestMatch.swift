package import SwitchyardCore

/// The conditions of a rule. What is nil is not asked.
package struct RequestMatch: Hashable, Sendable {
    /// Where texts are looked for.
    package enum Place: String, Hashable, Sendable, CaseIterable {
        /// The text of the last turn of the user.
        case question
        case system
        /// The whole request, as it was sent.
        case anything
    }

    /// `openai`, `anthropic`, `google`, `ollama`, or the name before the path.
    package var provider: String?
    package var model: Glob?
    /// The path of the request, without the name before it. Asked for, it also matches requests that are no question
    /// to a model: lists of models, counts of tokens.
    package var path: Glob?
    /// A text that stands in the place, capital letters aside.
    package var contains: String?
    /// A pattern that some part of the place matches.
    package var regex: TextPattern?
    package var place: Place
    package var hasTools: Bool?
    package var hasSchema: Bool?
    /// Whether the last turn holds results of tools.
    package var hasToolResults: Bool?
    package var streams: Bool?
    /// Which of the requests that meet all other conditions, from 1.
    package var call: ClosedRange<Int>?

    package init(
        provider: String? = nil, model: Glob? = nil, path: Glob? = nil, contains: String? = nil,
        regex: TextPattern? = nil, place: Place = .question, hasTools: Bool? = nil, hasSchema: Bool? = nil,
        hasToolResults: Bool? = nil, streams: Bool? = nil, call: ClosedRange<Int>? = nil
    ) {
        self.provider = provider
        self.model = model
        self.path = path
        self.contains = contains
        self.regex = regex
        self.place = place
        self.hasTools = hasTools
        self.hasSchema = hasSchema
        self.hasToolResults = hasToolResults
        self.streams = streams
        self.call = call
    }
}

/// A name with `*` for any characters and `?` for one.
package struct Glob: Hashable, Sendable {
    package let source: String
    private let pattern: InputPattern

    /// Nil if it is too long to be matched.
    package init?(_ source: String) {
        self.source = source
        var pattern = ""
        for character in source {
            switch character {
            case "*": pattern += ".*"
            case "?": pattern += "."
            case _ where character.isLetter || character.isNumber || !character.isASCII: pattern.append(character)
            default: pattern += "\\\(character)"
            }
        }
        guard let compiled = try? InputPattern(pattern) else { return nil }
        self.pattern = compiled
    }

    package func matches(_ name: String) -> Bool { pattern.matches(name) }
}

/// A regular expression of which a text holds a match. The syntax is that of ``InputPattern``.
package struct TextPattern: Hashable, Sendable {
    package let source: String
    private let pattern: InputPattern

    /// - Throws: what is wrong with it, with its offset in `source`.
    package init(_ source: String) throws(InputPattern.Problem) {
        self.source = source
        _ = try InputPattern(source)
        let ignoresCase = source.hasPrefix("(?i)")
        let inner = ignoresCase ? String(source.dropFirst(4)) : source
        pattern = try InputPattern("\(ignoresCase ? "(?i)" : "")[\\s\\S]*(?:\(inner))[\\s\\S]*")
    }

    /// Whether a part of the first 65,536 characters of `text` matches.
    package func isFound(in text: String) -> Bool {
        pattern.matches(String(text.prefix(InputPattern.maximumTextLength)))
    }
}
