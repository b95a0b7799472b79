/// A small generator whose numbers are the same on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension String {
    /// Text of pieces that mean something to SQL, URLs, headers, paths and shells, and of any scalar at all. No NUL.
    static func hostile(using generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "0", " ", "  ", "\t", "\n", "\r\n", "\r\nX-Evil: 1", "\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
            "'", "''", "\"", "`", "'; DROP TABLE t; --", "' OR 1=1 --", "\") --", "?", "?1", ":a", "@a", "$a", "[", "]",
            "/*", "*/", "--", "%", "%27", "%2e", "%0D%0A", "%00", "+", "&", "=", "#", "/", "//", "..", ".", "../", "\\",
            ":", ";", ",", "|", "<", ">", "{", "}", "{{", "}}", "$(id)", "`id`", "-n", "*", "~", "é", "e\u{301}",
            "\u{301}", "漢", "😀", "\u{200D}", "\u{FEFF}", "\u{85}", "\u{2028}", "\u{1}", "\u{7F}", "\u{1B}[31m", "null",
            "1e999", "true",
        ]
        var text = Bool.random(using: &generator) ? "" : pieces.randomElement(using: &generator)!
        for _ in 0..<Int.random(in: 0..<7, using: &generator) {
            if Int.random(in: 0..<5, using: &generator) > 0 {
                text += pieces.randomElement(using: &generator)!
            } else {
                let top: UInt32 = [0x80, 0x800, 0x11_0000].randomElement(using: &generator)!
                let scalar = Unicode.Scalar(UInt32.random(in: 1..<top, using: &generator))
                text.unicodeScalars.append(scalar ?? "\u{FFFD}")
            }
        }
        return text
    }

    /// So many of them, the same for the same seed.
    static func hostile(_ count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in hostile(using: &generator) }
    }
}
