/// Patterns of names, in which `*` stands for any text.
package enum NamePattern {
    /// Whether `pattern` means `model`: with its provider, or its own name where the pattern has no `/`.
    static func matches(_ pattern: String, _ model: ModelID) -> Bool {
        let name = pattern.utf8.contains(UInt8(ascii: "/")) ? model.description : model.name
        return matches(Array(pattern.utf8), Array(name.utf8))
    }

    /// Whether `pattern` means `name`.
    package static func matches(_ pattern: String, _ name: String) -> Bool {
        matches(Array(pattern.utf8), Array(name.utf8))
    }

    private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var p = 0
        var t = 0
        // Where the last star stands, and how much of the text it has taken so far.
        var star: (p: Int, t: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.p, last.t + 1)
                p = last.p + 1
                t = last.t + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
