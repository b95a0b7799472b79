import TerminalUI
import Testing

@testable import NCursesTerminal

@Suite("Decoding what curses read")
struct KeyDecoderTests {
    private func decode(_ inputs: RawInput...) -> [InputEvent] {
        var decoder = KeyDecoder()
        return inputs.flatMap { decoder.decode($0) } + decoder.endBatch()
    }

    @Test("Control characters are keys")
    func controls() {
        #expect(decode(.character(3)) == [.key(.ctrl("c"))])
        #expect(decode(.character(26)) == [.key(.ctrl("z"))])
        #expect(decode(.character(9)) == [.key(.tab)])
        #expect(decode(.character(13)) == [.key(.enter)])
        #expect(decode(.character(127)) == [.key(.backspace)])
        #expect(decode(.character(28)) == [.key(.ctrl("\\"))])
        #expect(decode(.character(0x20AC)) == [.key(.character("€"))])
    }

    @Test("Escape alone is a key, before a character it is Alt")
    func escape() {
        #expect(decode(.character(27)) == [.key(.escape)])
        #expect(decode(.character(27), .character(27)) == [.key(.escape), .key(.escape)])
        #expect(decode(.character(27), .character(120)) == [.key(.alt("x"))])
        #expect(decode(.character(27), .key("KEY_UP")) == [.key(.escape), .key(.up)])
        #expect(decode(.character(27), .character(13)) == [.key(.escape), .key(.enter)])
    }

    @Test(
        "Keys are known by name",
        arguments: [
            ("KEY_UP", KeyPress.up), ("kUP5", .up), ("KEY_F(12)", .function(12)), ("KEY_BTAB", .backtab),
            ("kDC5", .delete), ("KEY_PPAGE", .pageUp),
        ])
    func named(_ name: String, _ key: KeyPress) {
        #expect(decode(.key(name)) == [.key(key)])
    }

    @Test("Unknown keys are nothing")
    func unknown() {
        #expect(decode(.key("KEY_SUSPEND"), .key("KEY_RESIZE"), .key("kXYZ5")).isEmpty)
    }

    @Test("A paste is one event, whatever it holds")
    func paste() {
        #expect(
            decode(.pasteBegin, .character(113), .character(13), .character(27), .key("KEY_UP"), .pasteEnd)
                == [.paste("q\n\u{1B}")])
        #expect(decode(.pasteBegin, .character(113)).isEmpty)
    }
}

@Suite("Colour pairs")
struct ColorPairsTests {
    @Test("Each combination has one pair")
    func allocation() {
        var pairs = ColorPairs(limit: 3) { _, _, _ in true }
        #expect(pairs.pair(for: .plain) == 0)
        #expect(pairs.pair(for: Style(.red)) == 1)
        #expect(pairs.pair(for: Style(.red, .bold)) == 1)
        #expect(pairs.pair(for: Style(.terminalDefault, on: .red)) == 2)
        #expect(pairs.pair(for: Style(.green)) == 0)
    }

    @Test("The darkest direct colours are not the terminal's own eight")
    func darkColors() {
        #expect(ColorPairs.index(.rgb(0, 0, 7)) == 0x010101)
        #expect(ColorPairs.index(.rgb(0, 0, 8)) == 8)
        #expect(ColorPairs.index(.ansi(7)) == 7)
        #expect(ColorPairs.index(.terminalDefault) == -1)
    }
}
