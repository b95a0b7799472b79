/// A text as its lexers walk it: by Unicode scalar, because a combining mark after a quote must not hide the quote,
/// with positions reported by character, because those are what a person counts.
struct SourceText {
    let scalars: [Unicode.Scalar]
    /// The character each scalar belongs to; nil where every character is one scalar.
    private let characters: [Int]?

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        // A carriage return may join a line feed to one character; every other ASCII character stands alone.
        if scalars.allSatisfy({ $0.isASCII && $0 != "\r" }) {
            characters = nil
        } else {
            var map: [Int] = []
            map.reserveCapacity(scalars.count + 1)
            for (number, character) in text.enumerated() {
                map.append(contentsOf: repeatElement(number, count: character.unicodeScalars.count))
            }
            map.append((map.last ?? -1) + 1)
            characters = map
        }
    }

    /// The character offset of the scalar at `index`, which may be the end.
    func character(at index: Int) -> Int { characters?[index] ?? index }

    func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// The first scalar of `range` that is not space, or nil.
    func firstNonSpace(in range: Range<Int>) -> Int? {
        range.first { !Self.isSpace(scalars[$0]) }
    }

    /// Whether the scalars from `index` on spell `word`.
    func has(_ word: StaticString, at index: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard index + count <= scalars.count else { return false }
        return (0..<count).allSatisfy { scalars[index + $0].value == UInt32(word.utf8Start[$0]) }
    }

    /// A letter of any alphabet or `_`.
    static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? isASCIILetter(scalar) || scalar == "_" : scalar.properties.isAlphabetic
    }

    static func continuesName(_ scalar: Unicode.Scalar) -> Bool { startsName(scalar) || isDigit(scalar) }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
    }

    private static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// Whether `text` can stand after a `.`: letters, digits and `_`, and `-` inside.
    static func isName(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return !scalars.isEmpty && nameEnd(in: scalars, from: 0) == scalars.count
    }

    /// The end of the name that starts at `start`, or `start` if none does. A `-` belongs to it if a name goes on
    /// behind it, as in `my-step`; so a minus after a name needs a space.
    static func nameEnd(in scalars: [Unicode.Scalar], from start: Int) -> Int {
        var index = start
        while index < scalars.count {
            if continuesName(scalars[index]) {
                index += 1
            } else if scalars[index] == "-", index > start, index + 1 < scalars.count,
                continuesName(scalars[index + 1])
            {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    /// `text` as a string literal of an expression.
    static func quoted(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": quoted += "\\'"
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }
}
