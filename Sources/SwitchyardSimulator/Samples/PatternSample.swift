import SwitchyardCore

/// A text that matches a regular expression of the kind that schemas have.
///
/// Read are literals, `.`, classes, `\d \w \s`, groups, alternatives (the first) and repetitions. What is made is
/// checked against ``InputPattern``, so that a pattern read wrongly gives nothing rather than a wrong text.
struct PatternSample {
    private let characters: [Character]
    private var position = 0
    /// How often what may repeat without limit is repeated beyond its least.
    private let surplus: Int

    /// A text of one of `lengths` that all of `pattern` matches; nil if none was found.
    static func text(of pattern: String, lengths: ClosedRange<Int>) -> String? {
        guard let check = try? TextPattern(pattern) else { return nil }
        for surplus in [0, 1, 2, 4, 8, 16, 32, 64, lengths.lowerBound] {
            var sample = PatternSample(characters: Array(pattern), surplus: surplus)
            guard let text = sample.choice(), sample.position == sample.characters.count else { return nil }
            if lengths.contains(text.count), check.isFound(in: text) { return text }
        }
        return nil
    }

    private init(characters: [Character], surplus: Int) {
        self.characters = characters
        self.surplus = surplus
    }

    private var current: Character? { position < characters.count ? characters[position] : nil }

    /// The first of some alternatives; the others are read over.
    private mutating func choice() -> String? {
        guard let first = sequence() else { return nil }
        while current == "|" {
            position += 1
            guard sequence() != nil else { return nil }
        }
        return first
    }

    private mutating func sequence() -> String? {
        var text = ""
        while let character = current, character != "|", character != ")" {
            guard let atom = atom(character), let range = repetition() else { return nil }
            let most = range.upperBound
            text += String(repeating: atom, count: min(most, range.lowerBound + (most == .max ? surplus : 0)))
        }
        return text
    }

    private mutating func repetition() -> ClosedRange<Int>? {
        var range = 1...1
        switch current {
        case "*": range = 0...Int.max
        case "+": range = 1...Int.max
        case "?": range = 0...1
        case "{":
            guard let end = characters[position...].firstIndex(of: "}") else { return nil }
            let parts = String(characters[(position + 1)..<end]).split(
                separator: ",", omittingEmptySubsequences: false)
            guard let least = parts.first.flatMap({ Int($0) }) else { return nil }
            let most = parts.count == 1 ? least : parts[1].isEmpty ? .max : Int(parts[1]) ?? least
            guard least <= most, least <= 1_000 else { return nil }
            range = least...most
            position = end
        default: return range
        }
        position += 1
        if current == "?" { position += 1 }
        return range
    }

    private mutating func atom(_ character: Character) -> String? {
        position += 1
        switch character {
        case "^", "$": return ""
        case ".": return "x"
        case "(":
            if current == "?" {
                guard characters[position...].starts(with: "?:") else { return nil }
                position += 2
            }
            guard let inside = choice(), current == ")" else { return nil }
            position += 1
            return inside
        case "[": return characterClass()
        case "\\": return escape().map { String($0) }
        default: return String(character)
        }
    }

    private mutating func escape() -> Character? {
        guard let character = current else { return nil }
        position += 1
        switch character {
        case "d": return "1"
        case "w": return "x"
        case "s": return " "
        case "n": return "\n"
        case "t": return "\t"
        default: return character.isLetter || character.isNumber ? nil : character
        }
    }

    /// The first member of a class; of a negated one, a usual character that is no member.
    private mutating func characterClass() -> String? {
        let isNegated = current == "^"
        if isNegated { position += 1 }
        let start = position
        var first: Character?
        while let character = current, character != "]" || position == start {
            position += 1
            let member = character == "\\" ? escape() : character
            guard let member else { return nil }
            first = first ?? member
        }
        guard current == "]" else { return nil }
        let source = String(characters[start..<position])
        position += 1
        guard isNegated else { return first.map { String($0) } }
        guard let excluded = try? InputPattern("[\(source)]") else { return nil }
        return ["x", "1", " ", "-", "A"].first { !excluded.matches($0) }
    }
}
