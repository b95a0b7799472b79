/// Finds where each character of a scalar's text was written.
///
/// libYAML tells where a scalar starts and what it says, not where its characters came from. So the source is read
/// again, for the one scalar that has something to report, and followed as long as it agrees with the text.
struct ScalarPositions {
    private let source: [Unicode.Scalar]
    private var cursor: Int
    /// For each scalar of the text, its offset in the source; shorter than the text where the source stopped agreeing.
    private(set) var offsets: [Int] = []
    private let text: [Unicode.Scalar]

    /// - Parameter offset: where the node starts: at its anchor or tag, if it has one.
    init(of scalar: YAMLScalar, at offset: Int, in source: [Unicode.Scalar]) {
        self.source = source
        cursor = offset
        text = Array(scalar.text.unicodeScalars)
        skipProperties()
        switch scalar.style {
        case .plain: readFlow(quote: nil)
        case .singleQuoted: readFlow(quote: "'")
        case .doubleQuoted: readFlow(quote: "\"")
        case .literal, .folded: readBlock(folds: scalar.style == .folded)
        }
    }

    /// The offset in the source of the character at `character` of the text.
    func offset(ofCharacter character: Int, in string: String) -> Int? {
        var index = 0
        for (number, element) in string.enumerated() {
            if number == character { break }
            index += element.unicodeScalars.count
        }
        if index < offsets.count { return offsets[index] }
        guard let last = offsets.last, index == offsets.count else { return offsets.last }
        return last + 1
    }

    private var current: Unicode.Scalar? { cursor < source.count ? source[cursor] : nil }

    private static func isBlank(_ scalar: Unicode.Scalar?) -> Bool { scalar == " " || scalar == "\t" }

    private static func isBreak(_ scalar: Unicode.Scalar?) -> Bool { scalar == "\n" || scalar == "\r" }

    /// Skips `&anchor` and `!tag`.
    private mutating func skipProperties() {
        while current == "&" || current == "!" {
            while let scalar = current, !Self.isBlank(scalar), !Self.isBreak(scalar) { cursor += 1 }
            while let scalar = current, Self.isBlank(scalar) || Self.isBreak(scalar) { cursor += 1 }
        }
    }

    /// Consumes a line's end and returns whether there was one.
    private mutating func skipBreak() -> Bool {
        guard Self.isBreak(current) else { return false }
        if current == "\r", cursor + 1 < source.count, source[cursor + 1] == "\n" { cursor += 1 }
        cursor += 1
        return true
    }

    /// Notes that the next scalar of the text is `scalar` and was written at `offset`; false if it is not.
    private mutating func emit(_ scalar: Unicode.Scalar, at offset: Int) -> Bool {
        guard offsets.count < text.count, text[offsets.count] == scalar else { return false }
        offsets.append(offset)
        return true
    }

    private mutating func readFlow(quote: Unicode.Scalar?) {
        if quote != nil { cursor += 1 }
        while offsets.count < text.count, let scalar = current {
            let start = cursor
            if Self.isBlank(scalar) || Self.isBreak(scalar) {
                guard readSpace(from: start) else { return }
            } else if quote == "'", scalar == "'" {
                guard cursor + 1 < source.count, source[cursor + 1] == "'", emit("'", at: start) else { return }
                cursor += 2
            } else if quote == "\"", scalar == "\\" {
                cursor += 1
                guard readEscape(from: start) else { return }
            } else {
                guard emit(scalar, at: start) else { return }
                cursor += 1
            }
        }
    }

    /// Space inside a line stands for itself; around line ends it folds to one space, or to one line end less.
    private mutating func readSpace(from start: Int) -> Bool {
        var breaks = 0
        while Self.isBlank(current) || Self.isBreak(current) {
            if skipBreak() { breaks += 1 } else { cursor += 1 }
        }
        if breaks == 0 {
            for offset in start..<cursor { guard emit(source[offset], at: offset) else { return false } }
            return true
        }
        if breaks == 1 { return emit(" ", at: start) }
        for _ in 1..<breaks { guard emit("\n", at: start) else { return false } }
        return true
    }

    private mutating func readEscape(from start: Int) -> Bool {
        guard let scalar = current else { return false }
        if Self.isBreak(scalar) {
            // An escaped line end: the line goes on behind the next one's indentation.
            while Self.isBlank(current) || Self.isBreak(current) { cursor += 1 }
            return true
        }
        cursor += 1
        switch scalar {
        case "x": cursor += 2
        case "u": cursor += 4
        case "U": cursor += 8
        default: break
        }
        guard offsets.count < text.count else { return false }
        offsets.append(start)
        return true
    }

    private mutating func readBlock(folds: Bool) {
        // The header: `|` or `>`, indicators, a comment. An explicit indentation only differs from the found one if
        // the text starts with a space, and then the two stop agreeing at once.
        while current != nil, !Self.isBreak(current) { cursor += 1 }
        _ = skipBreak()
        let width = contentIndent()
        while offsets.count < text.count, cursor < source.count {
            for _ in 0..<width where current == " " { cursor += 1 }
            if folds { guard joinFolded() else { return } }
            while let scalar = current, !Self.isBreak(scalar) {
                guard emit(scalar, at: cursor) else { return }
                cursor += 1
            }
            let end = cursor
            guard skipBreak() else { return }
            if !folds { guard emit("\n", at: end) else { return } }
        }
    }

    /// The indentation of the first line that is not blank.
    private func contentIndent() -> Int {
        var index = cursor
        var width = 0
        while index < source.count {
            if source[index] == " " {
                width += 1
            } else if Self.isBreak(source[index]) {
                width = 0
            } else {
                return width
            }
            index += 1
        }
        return width
    }

    /// In a folded scalar a line end becomes a space, a line end or nothing; the text tells which.
    private mutating func joinFolded() -> Bool {
        guard !Self.isBreak(current), !offsets.isEmpty else { return true }
        var isFirst = true
        while offsets.count < text.count, text[offsets.count] != current {
            guard text[offsets.count] == "\n" || (isFirst && text[offsets.count] == " ") else { return false }
            isFirst = false
            offsets.append(max(0, cursor - 1))
        }
        return true
    }
}
