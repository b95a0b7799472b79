import Testing

@testable import TerminalUI

@Suite("Styled text")
struct StyledTextTests {
    private let text = StyledText("abc", Style(.red)) + StyledText("漢字", Style(.green)) + "xyz"

    @Test("The tail or the middle is left out")
    func truncation() {
        #expect(text.width == 10)
        #expect(text.truncated(to: 10) == text)
        #expect(text.truncated(to: 6).text.string == "abc漢…")
        #expect(text.truncated(to: 5).text.string == "abc…")
        #expect(text.truncated(to: 6, .middle).text.string == "abc…yz")
        #expect(text.truncated(to: 1).text.string == "…")
        #expect(text.truncated(to: 0).isEmpty)
        #expect(text.truncated(to: 4, overflow: .clip).text.string == "abc")
        #expect(text.truncated(to: 5).runs.last?.style == Style(.green))
    }

    @Test("Padding fills up to the width")
    func padding() {
        let short = StyledText("ab")
        #expect(short.padded(to: 5).text.string == "ab   ")
        #expect(short.padded(to: 5, .trailing).text.string == "   ab")
        #expect(short.padded(to: 5, .center).text.string == " ab  ")
        #expect(text.padded(to: 5).width == 5)
    }

    @Test("Runs of one style are joined")
    func joining() {
        #expect((StyledText("a") + StyledText("b")).runs.count == 1)
        #expect((StyledText("a") + StyledText("") + StyledText("b", Style(.red))).runs.count == 2)
    }

    @Test("Marks stay with their glyph when cut")
    func cutting() {
        let text = CleanText(cleaning: "e\u{301}a\u{301}b")
        #expect(text.prefix(columns: 1).string == "e\u{301}")
        #expect(text.suffix(columns: 2).string == "a\u{301}b")
        #expect(text.suffix(columns: 0).isEmpty)
        #expect(CleanText(cleaning: "漢字").suffix(columns: 3).string == "字")
    }

    @Test("Interpolated text is cleaned")
    func interpolation() {
        let foreign = "\u{1B}[31m"
        let text: CleanText = "said \(foreign)"
        #expect(text.string == "said ‹ESC›[31m")
    }
}

@Suite("Colours")
struct ColorDepthTests {
    @Test("Colours are mapped to the nearest there is")
    func mapping() {
        let orange = Color.rgb(255, 135, 0)
        #expect(ColorDepth.direct.reduce(orange) == orange)
        #expect(ColorDepth.indexed256.reduce(orange) == .indexed(208))
        #expect(ColorDepth.indexed256.reduce(.rgb(8, 8, 8)) == .indexed(232))
        #expect(ColorDepth.ansi16.reduce(.rgb(250, 10, 10)) == .ansi(9))
        #expect(ColorDepth.ansi16.reduce(.rgb(10, 200, 10)) == .ansi(2))
        #expect(ColorDepth.mono.reduce(orange) == .terminalDefault)
    }

    @Test("No index of eight or more goes to a direct-colour terminal")
    func directColor() {
        for index in UInt8.min...UInt8.max {
            for color in [Color.ansi(index), .indexed(index)] {
                switch ColorDepth.direct.reduce(color) {
                case .ansi(let mapped): #expect(mapped < 8)
                case .indexed: Issue.record("\(color) stayed an index")
                case .rgb, .terminalDefault: break
                }
            }
        }
    }

    @Test("With eight colours the bright ones are bold")
    func eightColors() {
        let reduced = ColorDepth.ansi8.reduce(Style(.ansi(12), on: .ansi(9)))
        #expect(reduced == Style(.ansi(4), on: .ansi(1), .bold))
    }

    @Test("Hexadecimal colours")
    func hexadecimal() {
        #expect(Color(hex: "#0a10Ff") == .rgb(10, 16, 255))
        #expect(Color(hex: "0a10ff") == .rgb(10, 16, 255))
        #expect(Color(hex: "#fff") == nil)
        #expect(Color(hex: "+a10ff") == nil)
    }

    @Test(
        "Capabilities follow the environment",
        arguments: [
            (["LANG": "en_US.UTF-8", "TERM": "xterm-256color"], 256, ColorDepth.indexed256, true),
            (["LANG": "en_US.UTF-8", "LC_ALL": "C"], 256, .indexed256, false),
            (["LC_CTYPE": "C.utf8", "LANG": "C"], 8, .ansi8, true),
            (["LANG": "C.UTF-8", "NO_COLOR": "1"], 256, .mono, true),
            (["LANG": "C.UTF-8", "NO_COLOR": ""], 16, .ansi16, true),
            (["LANG": "C.UTF-8", "TERM": "dumb"], 8, .mono, false),
            ([:], 0, .mono, false),
        ])
    func detection(_ environment: [String: String], _ colors: Int, _ depth: ColorDepth, _ isUnicode: Bool) {
        let found = TerminalCapabilities.detect(environment: environment, colors: colors)
        #expect(found == TerminalCapabilities(colorDepth: depth, isUnicode: isUnicode))
    }
}

@Suite("Display width")
struct DisplayWidthTests {
    @Test("Samples of each width")
    func samples() {
        for scalar in "aé─┃█▏✓●↻◇✗⊘‖⊞≈╱…▯Ж".unicodeScalars { #expect(DisplayWidth.columns(of: scalar) == 1) }
        for scalar in "漢かナ한ｆ🙂🚀，。「".unicodeScalars { #expect(DisplayWidth.columns(of: scalar) == 2) }
        for scalar in "\u{301}\u{5B0}\u{E31}\u{3099}".unicodeScalars {
            #expect(DisplayWidth.widthClass(of: scalar) == .mark)
        }
        for value in [UInt32](arrayLiteral: 0, 0x1B, 0x7F, 0x9B, 0xAD, 0x200B, 0x202E, 0x2066, 0xFEFF, 0xE0041, 0x115F)
        {
            #expect(Unicode.Scalar(value).map { DisplayWidth.widthClass(of: $0) } == .hidden)
        }
    }

    @Test("The table is sorted and covers everything")
    func table() {
        #expect(WidthTable.ranges.first.map { $0 >> 4 } == 0)
        #expect(zip(WidthTable.ranges, WidthTable.ranges.dropFirst()).allSatisfy { $0 >> 4 < $1 >> 4 })
        #expect(WidthTable.ranges.allSatisfy { WidthClass(rawValue: UInt8($0 & 0xF)) != nil })
    }
}
