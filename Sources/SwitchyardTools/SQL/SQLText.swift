/// Looks at SQL text without a database.
struct SQLText: Sendable {
    /// The bare words and the sign `=` of each statement, in capitals, in order; what is quoted or a comment is not
    /// among them.
    let statements: [[String]]

    init(_ sql: String) {
        var scanner = Scanner(bytes: Array(sql.utf8))
        statements = scanner.statements()
    }

    /// Whether the text can only read.
    ///
    /// Conservative: what is not certainly reading counts as writing.
    var isReading: Bool { statements.allSatisfy(Self.isReading) }

    /// Why the text may not be run at all; nil if it may.
    ///
    /// These statements open files that no path was checked for.
    var refusal: String? {
        for words in statements {
            switch words.first {
            case "ATTACH", "DETACH": return "`ATTACH` is not allowed: a step works on one database"
            case "VACUUM" where words.contains("INTO"): return "`VACUUM INTO` is not allowed: it writes another file"
            default: continue
            }
        }
        return nil
    }

    /// Whether it is one `VACUUM`.
    var isVacuum: Bool { statements.count == 1 && statements[0].first == "VACUUM" }

    /// Whether the text begins or ends transactions itself, or must run outside one.
    var managesTransactions: Bool {
        let words: Set = ["BEGIN", "COMMIT", "END", "ROLLBACK", "VACUUM", "PRAGMA"]
        return statements.contains { $0.first.map(words.contains) ?? false }
    }

    private static func isReading(_ words: [String]) -> Bool {
        switch words.first {
        case nil, "SELECT", "VALUES", "EXPLAIN": true
        case "WITH": !words.contains { ["INSERT", "UPDATE", "DELETE", "REPLACE"].contains($0) }
        case "PRAGMA": !words.contains("=") && words.dropFirst().contains { readingPragmas.contains($0) }
        default: false
        }
    }

    /// Those that change nothing, with an argument or without.
    private static let readingPragmas: Set = [
        "COLLATION_LIST", "COMPILE_OPTIONS", "DATABASE_LIST", "FOREIGN_KEY_CHECK", "FOREIGN_KEY_LIST",
        "FREELIST_COUNT", "FUNCTION_LIST", "INDEX_INFO", "INDEX_LIST", "INDEX_XINFO", "INTEGRITY_CHECK", "PAGE_COUNT",
        "QUICK_CHECK", "TABLE_INFO", "TABLE_LIST", "TABLE_XINFO",
    ]

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        mutating func statements() -> [[String]] {
            var statements: [[String]] = []
            var words: [String] = []
            // A statement need not hold a word, if only because it is a wrong one.
            var isEmpty = true
            while position < bytes.count {
                let byte = bytes[position]
                switch byte {
                case 0x09, 0x0A, 0x0C, 0x0D, 0x20:
                    position += 1
                    continue
                case 0xEF where bytes[position...].starts(with: [0xEF, 0xBB, 0xBF]):
                    // SQLite skips a byte order mark wherever a word could begin.
                    position += 3
                    continue
                case UInt8(ascii: "-") where next == byte:
                    skip(past: "\n")
                    continue
                case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
                    skip(past: "*/")
                    continue
                case UInt8(ascii: ";"):
                    if !isEmpty { statements.append(words) }
                    words = []
                    isEmpty = true
                    position += 1
                    continue
                case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): skipQuoted(until: byte)
                case UInt8(ascii: "["): skipQuoted(until: UInt8(ascii: "]"))
                case UInt8(ascii: "$"), UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: ":"): skipVariable()
                case UInt8(ascii: "="):
                    words.append("=")
                    position += 1
                case _ where isWordByte(byte): words.append(word())
                default: position += 1
                }
                isEmpty = false
            }
            if !isEmpty { statements.append(words) }
            return statements
        }

        private var next: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

        private mutating func word() -> String {
            let start = position
            while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
        }

        private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

        private func isWordByte(_ byte: UInt8) -> Bool {
            let letter = byte | 0x20
            return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
                || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "_") || byte >= 0x80
        }

        /// A doubled quote stands for itself; ending and starting again at it comes to the same.
        private mutating func skipQuoted(until quote: UInt8) {
            position += 1
            while position < bytes.count, bytes[position] != quote { position += 1 }
            position += 1
        }

        /// `$name`, `$name::name(anything but a space)`: what looks like a quote in there is none.
        private mutating func skipVariable() {
            position += 1
            let start = position
            while position < bytes.count {
                let byte = bytes[position]
                if isWordByte(byte) || byte == UInt8(ascii: "$") {
                    position += 1
                } else if byte == UInt8(ascii: ":"), next == byte {
                    position += 2
                } else if byte == UInt8(ascii: "("), position > start {
                    while position < bytes.count, bytes[position] != UInt8(ascii: ")"), !isSpace(bytes[position]) {
                        position += 1
                    }
                    position += 1
                    return
                } else {
                    return
                }
            }
        }

        private mutating func skip(past end: String) {
            position += 2
            while position < bytes.count, !bytes[position...].starts(with: end.utf8) { position += 1 }
            position += end.utf8.count
        }
    }
}
