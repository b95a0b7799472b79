import Testing

@testable import TerminalUI

@Suite("Cleaning foreign text")
struct CleanTextTests {
    @Test(
        "Each class has its visible form",
        arguments: [
            ("plain text", "plain text", 0),
            ("\u{1B}]52;c;aGk\u{7}", "‹ESC›]52;c;aGk‹BEL›", 2),
            ("a\u{0}b", "a‹NUL›b", 1),
            ("a\u{7F}", "a‹DEL›", 1),
            ("\u{9B}31m", "‹U+009B›31m", 1),
            ("abc\u{202E}def", "abc‹U+202E›def", 1),
            ("a\u{200B}b", "a‹U+200B›b", 1),
            ("a\u{200D}", "a‹U+200D›", 1),
            ("a\u{FE0F}", "a‹U+FE0F›", 1),
            ("x\u{E0041}", "x‹U+E0041›", 1),
            ("a\tb", "a   b", 0),
            ("abcd\tb", "abcd    b", 0),
            ("a\nb", "a⏎b", 0),
            ("a\r\nb", "a‹CR›⏎b", 1),
            ("a\u{A0}b", "a b", 0),
            ("e\u{301}", "e\u{301}", 0),
            ("\u{301}", "‹U+0301›", 1),
            ("漢字", "漢字", 0),
            ("น\u{E49}ำ", "น\u{E49}ำ", 0),
            ("🙂", "🙂", 0),
            ("👨‍👩‍👧", "▯", 1),
            ("🇩🇪", "▯", 1),
            ("👍🏽", "▯", 1),
            ("❤️", "▯", 1),
            ("1️⃣", "▯", 1),
            ("🏴\u{E0067}\u{E007F}", "▯", 1),
            ("क\u{94D}ष", "▯", 1),
            ("a\u{301}\u{301}\u{301}\u{301}\u{301}", "▯", 1),
            ("\u{E000}", "▯", 1),
            ("\u{10FFFF}", "▯", 1),
        ])
    func visibleForms(_ text: String, _ expected: String, _ replaced: Int) {
        let clean = CleanText(cleaning: text)
        #expect(clean.string == expected)
        #expect(clean.replacedCount == replaced)
    }

    @Test("Invalid bytes become the replacement character")
    func invalidBytes() {
        let text = String(decoding: [0x61, 0xFF, 0xED, 0xA0, 0x80, 0x62] as [UInt8], as: UTF8.self)
        #expect(CleanText(cleaning: text).string.allSatisfy { $0 == "a" || $0 == "b" || $0 == "\u{FFFD}" })
    }

    @Test(
        "The width counts columns",
        arguments: [("", 0), ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("🙂!", 3), ("\u{1B}", 5), ("ｆ", 2)])
    func widths(_ text: String, _ width: Int) {
        #expect(CleanText(cleaning: text).width == width)
    }

    @Test("The limit cuts between glyphs and never inside a visible form")
    func limit() {
        #expect(CleanText(cleaning: "abcdef", limit: 3).string == "abc")
        #expect(CleanText(cleaning: "abcdef", limit: 3).isCut)
        #expect(!CleanText(cleaning: "abc", limit: 3).isCut)
        #expect(CleanText(cleaning: "漢字", limit: 3).string == "漢")
        #expect(CleanText(cleaning: "ab\u{1B}", limit: 4).string == "ab")
        #expect(CleanText(cleaning: "é", limit: 0).isEmpty)
    }

    @Test("A limit bounds the work on text without end")
    func boundedWork() {
        let marks = "a" + String(repeating: "\u{301}", count: 2_000_000)
        let duration = ContinuousClock().measure {
            for _ in 0..<100 { #expect(CleanText(cleaning: marks, limit: 80).width == 1) }
        }
        #expect(duration < .seconds(2))
    }

    @Test("Whatever comes in, only printable scalars come out, and cleaning again changes nothing")
    func allowList() {
        var random = SeededGenerator(state: 4812)
        for _ in 0..<3000 {
            let text = random.text()
            let clean = CleanText(cleaning: text, limit: Int.random(in: 0...60, using: &random))
            var columns = 0
            var marks = 5
            for scalar in clean.string.unicodeScalars {
                switch DisplayWidth.widthClass(of: scalar) {
                case .narrow: (columns, marks) = (columns + 1, 0)
                case .wide: (columns, marks) = (columns + 2, 0)
                case .space:
                    (columns, marks) = (columns + 1, 0)
                    #expect(scalar == " ")
                case .mark: marks += 1
                case .hidden, .doubtful: Issue.record("\(scalar.value) got through")
                }
                #expect(marks <= 4 || columns == 0 && marks == 5)
            }
            #expect(columns == clean.width)
            let again = CleanText(cleaning: clean.string)
            #expect(again.string == clean.string)
            #expect(again.width == clean.width)

            var frame = Frame(size: Size(columns: 20, rows: 3))
            frame.write(clean, column: Int.random(in: -30...30, using: &random), row: 1)
            frame.drawBox(frame.bounds, title: StyledText(clean))
            for cell in frame.cells {
                cell.glyph.forEachScalar { scalar in
                    #expect(![.hidden, .doubtful].contains(DisplayWidth.widthClass(of: scalar)))
                }
            }
            for row in 0..<3 { #expect(frame.row(row).reduce(0) { $0 + Int($1.span) } == 20) }
            let ascii = frame.reduced(to: TerminalCapabilities(colorDepth: .mono, isUnicode: false))
            #expect(ascii.cells.allSatisfy { $0.glyph.isASCII && $0.span == 1 })
        }
    }
}

/// SplitMix64: the same text on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A short text of the scalars that cause trouble, and some that do not.
    mutating func text() -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0xFF, 0x20...0x7E, 0x300...0x36F, 0x590...0x6FF, 0x900...0x97F, 0xE00...0xE7F, 0x1100...0x11FF,
            0x2000...0x206F, 0x20D0...0x20FF, 0x2600...0x27BF, 0x3000...0x30FF, 0xAC00...0xAC20, 0xFE00...0xFE0F,
            0x1F1E6...0x1F1FF, 0x1F300...0x1F6FF, 0xE0000...0xE01FF, 0...0x10FFFF,
        ]
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &self) {
            let range = ranges.randomElement(using: &self) ?? 0...1
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { view.append(scalar) }
        }
        return String(view)
    }
}
