/// What a pattern is made of.
indirect enum PatternNode: Hashable, Sendable {
    case one(PatternSet)
    case assert(PatternAssertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `most` is nil without a limit.
    case repetition(PatternNode, least: Int, most: Int?)
}

/// The characters that one place of a pattern takes.
struct PatternSet: Hashable, Sendable {
    enum Item: Hashable, Sendable {
        /// Everything but line ends.
        case any
        case single(Character)
        case range(Unicode.Scalar, Unicode.Scalar)
        case digit, word, space
        case letter, upper, lower, number
        indirect case not(Item)
    }

    var items: [Item]
    var isNegated = false
    var ignoresCase = false

    func contains(_ character: Character) -> Bool {
        var isMember = items.contains { $0.contains(character) }
        if !isMember, ignoresCase {
            isMember = [character.lowercased(), character.uppercased()].contains { other in
                other.count == 1 && items.contains { $0.contains(Character(other)) }
            }
        }
        return isMember != isNegated
    }
}

extension PatternSet.Item {
    func contains(_ character: Character) -> Bool {
        switch self {
        case .any: return !character.isNewline
        case .single(let other): return character == other
        case .not(let item): return !item.contains(character)
        case .digit: return character.isASCII && character.isWholeNumber
        case .word: return character.isASCII && (character.isLetter || character.isNumber) || character == "_"
        case .space: return character.isWhitespace
        case .letter: return character.isLetter
        case .upper: return character.isUppercase
        case .lower: return character.isLowercase
        case .number: return character.isNumber
        case .range(let first, let last):
            let scalars = character.unicodeScalars
            guard let scalar = scalars.first, scalars.count == 1 else { return false }
            return first <= scalar && scalar <= last
        }
    }
}

/// Reads patterns by recursive descent.
struct PatternParser {
    private let characters: [Character]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    /// Groups inside groups.
    private static let maximumDepth = 50
    private static let maximumRepetition = 1_000

    init(_ source: String) { characters = Array(source) }

    mutating func pattern() throws(InputPattern.Problem) -> PatternNode {
        if skip("(?i)") { ignoresCase = true }
        let node = try choice()
        guard position == characters.count else { throw problem("a `)` has no `(`") }
        return node
    }

    private var current: Character? { position < characters.count ? characters[position] : nil }

    private func problem(_ message: String, at offset: Int? = nil) -> InputPattern.Problem {
        InputPattern.Problem(message: message, offset: offset ?? position)
    }

    private mutating func skip(_ text: String) -> Bool {
        guard characters[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }

    private mutating func choice() throws(InputPattern.Problem) -> PatternNode {
        var parts = [try sequence()]
        while skip("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(InputPattern.Problem) -> PatternNode {
        var parts: [PatternNode] = []
        while let character = current, character != "|", character != ")" {
            let part = try atom()
            parts.append(try repeated(part))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repeated(_ part: PatternNode) throws(InputPattern.Problem) -> PatternNode {
        let (least, most): (Int, Int?)
        switch current {
        case "*": (least, most) = (0, nil)
        case "+": (least, most) = (1, nil)
        case "?": (least, most) = (0, 1)
        case "{": (least, most) = try bounds()
        default: return part
        }
        position += 1
        // How greedy it is makes no difference to a match of everything.
        if current == "?" { position += 1 }
        if let next = current, "*+?{".contains(next) { throw problem("a `\(next)` has nothing to repeat") }
        return .repetition(part, least: least, most: most)
    }

    /// `{2}`, `{2,}` or `{2,5}`; ends before the `}`.
    private mutating func bounds() throws(InputPattern.Problem) -> (Int, Int?) {
        let start = position
        position += 1
        let end = characters[position...].firstIndex(of: "}") ?? characters.count
        let parts = characters[position..<end].split(separator: ",", omittingEmptySubsequences: false)
        position = end
        let numbers = parts.map { Int(String($0)) }
        let isOpen = parts.count == 2 && parts[1].isEmpty
        guard end < characters.count, (1...2).contains(parts.count), let least = numbers[0], least >= 0,
            isOpen || numbers.last != .some(nil)
        else { throw problem("a `{` starts no repetition such as `{2,5}`; for the character, write `\\{`", at: start) }
        let most = parts.count == 1 ? least : isOpen ? nil : numbers[1]
        guard max(least, most ?? 0) <= Self.maximumRepetition else {
            throw problem("a repetition goes to \(Self.maximumRepetition) at most", at: start)
        }
        if let most, most < least { throw problem("the repetition ends before it starts", at: start) }
        return (least, most)
    }

    private mutating func atom() throws(InputPattern.Problem) -> PatternNode {
        let start = position
        guard let character = current else { throw problem("the pattern ends too early") }
        position += 1
        switch character {
        case "^": return .assert(.start)
        case "$": return .assert(.end)
        case ".": return .one(set([.any]))
        case "(": return try group(start)
        case "[": return try characterClass(start)
        case "\\": return try escape(start)
        case "*", "+", "?", "{":
            throw problem(
                "a `\(character)` has nothing to repeat; for the character, write `\\\(character)`", at: start)
        default: return .one(set([.single(character)]))
        }
    }

    private func set(_ items: [PatternSet.Item], isNegated: Bool = false) -> PatternSet {
        PatternSet(items: items, isNegated: isNegated, ignoresCase: ignoresCase)
    }

    private mutating func group(_ start: Int) throws(InputPattern.Problem) -> PatternNode {
        if current == "?" {
            let isNamed = ["?<", "?P<"].contains { characters[position...].starts(with: $0) }
            let isLookBehind = ["?<=", "?<!"].contains { characters[position...].starts(with: $0) }
            if isNamed, !isLookBehind, let end = characters[position...].firstIndex(of: ">") {
                position = end + 1
            } else if !skip("?:") {
                throw problem("`(?` starts `(?:…)`, or `(?i)` at the start; nothing else is known here", at: start)
            }
        }
        depth += 1
        guard depth <= Self.maximumDepth else { throw problem("the groups stand too deep in each other", at: start) }
        defer { depth -= 1 }
        let inside = try choice()
        guard skip(")") else { throw problem("a `(` has no `)`", at: start) }
        return inside
    }

    private mutating func escape(_ start: Int) throws(InputPattern.Problem) -> PatternNode {
        switch current {
        case "b": position += 1; return .assert(.boundary)
        case "B": position += 1; return .assert(.noBoundary)
        case "A": position += 1; return .assert(.start)
        case "z", "Z": position += 1; return .assert(.end)
        default: return .one(set([try escapedItem(start)]))
        }
    }

    /// What a backslash that was read already makes of what follows.
    private mutating func escapedItem(_ start: Int) throws(InputPattern.Problem) -> PatternSet.Item {
        guard let character = current else { throw problem("the pattern ends with a `\\`", at: start) }
        position += 1
        switch character {
        case "d": return .digit
        case "D": return .not(.digit)
        case "w": return .word
        case "W": return .not(.word)
        case "s": return .space
        case "S": return .not(.space)
        case "t": return .single("\t")
        case "n": return .single("\n")
        case "r": return .single("\r")
        case "x": return try scalar(digits: 2, start)
        case "u": return try scalar(digits: 4, start)
        case "p": return try property(start)
        case "P": return .not(try property(start))
        default:
            guard character.isASCII, !character.isLetter, !character.isNumber else {
                throw problem("`\\\(character)` is not known in a pattern", at: start)
            }
            return .single(character)
        }
    }

    private mutating func scalar(digits: Int, _ start: Int) throws(InputPattern.Problem) -> PatternSet.Item {
        let text = String(characters[position...].prefix(digits))
        guard text.count == digits, text.allSatisfy(\.isHexDigit), let number = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw problem("an escape wants \(digits) hexadecimal digits that name a character", at: start) }
        position += digits
        return .single(Character(scalar))
    }

    private mutating func property(_ start: Int) throws(InputPattern.Problem) -> PatternSet.Item {
        let known: [(String, PatternSet.Item)] = [
            ("{L}", .letter), ("{Lu}", .upper), ("{Ll}", .lower), ("{N}", .number),
        ]
        for (name, item) in known where skip(name) { return item }
        throw problem("of the properties, a pattern knows `\\p{L}`, `\\p{Lu}`, `\\p{Ll}` and `\\p{N}`", at: start)
    }

    private mutating func characterClass(_ start: Int) throws(InputPattern.Problem) -> PatternNode {
        let isNegated = skip("^")
        var items: [PatternSet.Item] = []
        while let character = current, character != "]" {
            let place = position
            let item = try classItem()
            // A `-` before the end is itself.
            guard current == "-", position + 1 < characters.count, characters[position + 1] != "]" else {
                items.append(item)
                continue
            }
            position += 1
            guard case .single(let first) = item, case .single(let last) = try classItem(),
                first.unicodeScalars.count == 1, last.unicodeScalars.count == 1,
                let lower = first.unicodeScalars.first, let upper = last.unicodeScalars.first, lower <= upper
            else { throw problem("a range goes from one character up to another, as `a-z`", at: place) }
            items.append(.range(lower, upper))
        }
        guard skip("]") else { throw problem("a `[` has no `]`", at: start) }
        guard !items.isEmpty else { throw problem("a class is empty; for the character, write `\\]`", at: start) }
        return .one(set(items, isNegated: isNegated))
    }

    private mutating func classItem() throws(InputPattern.Problem) -> PatternSet.Item {
        let start = position
        guard let character = current else { throw problem("the pattern ends inside a class") }
        position += 1
        if character == "\\" { return try escapedItem(start) }
        if character == "[" { throw problem("a class holds no other; for the character, write `\\[`", at: start) }
        return .single(character)
    }
}
