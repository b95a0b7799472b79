/// A rough count of tokens, the same on every machine: a word with the space before it, in parts of six characters.
enum Tokens {
    private static let longest = 6

    /// The tokens of `text`; joined they are the text.
    static func split(_ text: String) -> [Substring] {
        var tokens: [Substring] = []
        var start = text.startIndex
        var length = 0
        var index = start
        while index < text.endIndex {
            let isSpace = text[index].isWhitespace
            // A token begins with at most one run of space.
            let isWordEnd = isSpace && index > start && !text[text.index(before: index)].isWhitespace
            if isWordEnd || length == longest {
                tokens.append(text[start..<index])
                start = index
                length = 0
            }
            if !isSpace { length += 1 }
            index = text.index(after: index)
        }
        if start < text.endIndex { tokens.append(text[start...]) }
        return tokens
    }

    static func count(in texts: some Sequence<String>) -> Int {
        texts.reduce(0) { $0 + split($1).count }
    }

    /// `text` in pieces of `size` tokens; joined they are the text.
    static func pieces(of text: String, size: Int) -> [String] {
        let tokens = split(text)
        return stride(from: 0, to: tokens.count, by: size).map { start in
            tokens[start..<min(start + size, tokens.count)].joined()
        }
    }
}
