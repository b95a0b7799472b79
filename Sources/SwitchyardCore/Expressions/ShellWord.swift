/// The word of a script that the lexer is in, as far as it is known before the script runs.
struct ShellWord: Hashable, Sendable {
    /// Its literal text with the variables it expands, as `$name` or `${…}`; holes and other substitutions add nothing.
    private(set) var text = ""
    private(set) var isUnderWay = false
    /// Nothing of it is quoted, expanded or a hole: only then can it be a keyword.
    private(set) var isPlain = true
    private(set) var hasHole = false
    /// Whether its first character is known, because no hole or expansion may come before.
    private(set) var hasKnownBeginning: Bool?
    /// Whether a hole's value may be its beginning.
    private(set) var mayBeginWithHole = false
    /// Unquoted `[` that are still open.
    private(set) var brackets = 0
    private(set) var lastUnquoted: Unicode.Scalar?
    /// The variables whose values become part of it.
    private(set) var variables: Set<String> = []

    mutating func append(_ scalar: Unicode.Scalar, isQuoted: Bool = false) {
        isUnderWay = true
        hasKnownBeginning = hasKnownBeginning ?? true
        text.unicodeScalars.append(scalar)
        lastUnquoted = isQuoted ? nil : scalar
        if isQuoted { return isPlain = false }
        if scalar == "[" { brackets += 1 }
        if scalar == "]", brackets > 0 { brackets -= 1 }
    }

    /// Takes the text of a `${…}`.
    mutating func append(expansion: String) {
        touch()
        text += expansion
    }

    /// The variable's value becomes part of the word; a number is that of a positional parameter.
    mutating func expand(_ variable: String) {
        substitute()
        let isPositional = variable.unicodeScalars.allSatisfy { SourceText.isDigit($0) || $0 == "@" || $0 == "*" }
        variables.insert(isPositional ? Self.positional : variable)
    }

    /// A substitution is part of the word.
    mutating func substitute() {
        touch()
        hasKnownBeginning = hasKnownBeginning ?? false
    }

    /// A quote or an expansion is part of the word.
    mutating func touch() {
        isUnderWay = true
        isPlain = false
        lastUnquoted = nil
    }

    mutating func takeHole() {
        if hasKnownBeginning != true { mayBeginWithHole = true }
        hasHole = true
        substitute()
    }

    // MARK: Meaning

    /// The last component of the path it spells, which may be the default of a variable: `${SHELL:-/bin/sh}`.
    var programName: String {
        let last = text.split(separator: "/").last ?? ""
        guard text.hasPrefix("${"), text.hasSuffix("}"), text.contains(where: "-=".contains) else {
            return String(last)
        }
        return last.dropLast().split(whereSeparator: "-=\"'".contains).last.map(String.init) ?? ""
    }

    /// Whether it looks like an option.
    var isOption: Bool { text.unicodeScalars.first == "-" && text != "-" }

    /// The letters of `-abc`; empty for anything else.
    var optionLetters: Substring {
        let letters = text.unicodeScalars.dropFirst()
        return isOption && letters.first != "-" ? Substring(letters) : ""
    }

    /// The variable, the index and the value of `name=…`, `name+=…` and `name[index]=…`; nil if it assigns nothing.
    var assignment: (name: String, index: String?, value: Substring)? {
        let scalars = text.unicodeScalars
        let nameEnd = scalars.firstIndex { !Self.continuesName($0) } ?? scalars.endIndex
        guard let first = scalars.first, Self.startsName(first) else { return nil }
        var rest = scalars[nameEnd...]
        var index: String?
        if rest.first == "[" {
            // The first `]` with an assignment behind it: an index that holds one itself is longer than this takes.
            guard
                let close = rest.indices.first(where: { position in
                    let behind = rest[position...].dropFirst()
                    return rest[position] == "]"
                        && (behind.starts(with: "=".unicodeScalars)
                            || behind.starts(with: "+=".unicodeScalars))
                })
            else { return nil }
            index = String(rest[..<close].dropFirst())
            rest = rest[close...].dropFirst()
        }
        if rest.first == "+" { rest = rest.dropFirst() }
        guard rest.first == "=" else { return nil }
        return (String(scalars[..<nameEnd]), index, Substring(rest.dropFirst()))
    }

    /// Whether it is the name of a variable.
    static func isName(_ text: some StringProtocol) -> Bool {
        (text.unicodeScalars.first.map(startsName) ?? false) && text.unicodeScalars.allSatisfy(continuesName)
    }

    static func startsName(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCII && SourceText.startsName(scalar) }

    static func continuesName(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCII && SourceText.continuesName(scalar) }

    /// Stands for every positional parameter.
    static let positional = "@"

    /// The variables that `text` names, with `$` or without, as arithmetic does.
    static func names(in text: some StringProtocol) -> Set<String> {
        var names: Set<String> = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            let isExpansion = scalar == "$"
            if isExpansion {
                rest = rest.dropFirst()
                if rest.first == "{" { rest = rest.dropFirst().drop { $0 == "!" || $0 == "#" } }
            }
            let name = rest.prefix(while: continuesName)
            let text = String(String.UnicodeScalarView(name))
            if isExpansion, let next = rest.first, SourceText.isDigit(next) || next == "@" || next == "*" {
                names.insert(positional)
            } else if isName(text) {
                names.insert(text)
            }
            rest = rest.dropFirst(max(name.count, isExpansion ? 0 : 1))
        }
        return names
    }
}
