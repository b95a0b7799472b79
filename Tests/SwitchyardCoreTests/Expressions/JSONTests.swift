import OrderedCollections
import Testing

@testable import SwitchyardCore

@Suite struct JSONTests {
    private func outcome(_ text: String) -> String {
        do throws(JSON.ParseError) {
            return JSON.text(of: try JSON.parse(text))
        } catch {
            return "error at \(error.offset): \(error.message)"
        }
    }

    @Test(arguments: [
        (" null\t", "null"), ("[ ]", "[]"), ("{ }", "{}"), ("-0", "0"), ("-0.0", "-0.0"), ("5.0", "5.0"),
        ("1E2", "100.0"),
        ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9.223372036854776e+18"),
        ("5e-324", "5e-324"),
        (#"{"b":1,"a":2,"b":3}"#, #"{"b":3,"a":2}"#), (#""\u00e9\ud83d\ude00\/\b\f""#, #""é😀/\u0008\u000c""#),
        (#""\ud83d""#, #""\#u{FFFD}""#), (#""\ud83dx""#, #""\#u{FFFD}x""#),
        (#""\ude00\ud83d\u0041""#, #""\#u{FFFD}\#u{FFFD}A""#), (#""\u0000""#, #""\u0000""#),
        ("\"\u{7F}\"", #""\u007f""#), ("", "error at 0: the text ends where a value is expected"),
        ("[1,]", "error at 3: a value is expected here"),
        ("[1 2]", "error at 3: `,` or `]` is expected"),
        ("{\"a\" 1}", "error at 5: `:` is expected after a member name"),
        ("{a:1}", "error at 1: a member name in quotes is expected"),
        ("{\"a\":1,}", "error at 7: a member name in quotes is expected"),
        ("01", "error at 2: a number does not start with 0"), ("+1", "error at 0: a value is expected here"),
        ("1.", "error at 2: a digit is expected after `.`"),
        (".5", "error at 0: a value is expected here"), ("1e", "error at 2: a digit is expected in the exponent"),
        ("-", "error at 1: a digit is expected"),
        ("1e999", "error at 5: the number is too large"), ("NaN", "error at 0: a value is expected here"),
        ("nul", "error at 0: a value is expected here"), ("nulll", "error at 4: unexpected text after the value"),
        ("\"a", "error at 2: the text ends inside a string"),
        ("\"a\nb\"", "error at 2: a control character stands in a string; write it as an escape"),
        (#""\x""#, "error at 2: an unknown escape"),
        (#""\u12g4""#, #"error at 3: four hexadecimal digits are expected after \u"#),
        (#""\u-000""#, #"error at 3: four hexadecimal digits are expected after \u"#),
        ("'a'", "error at 0: a value is expected here"), ("[] []", "error at 3: unexpected text after the value"),
        ("\u{FEFF}1", "error at 0: a value is expected here"),
    ])
    func `text is read as RFC 8259 has it`(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test func `nesting is bounded`() {
        #expect(outcome(String(repeating: "[", count: 100_000)) == "error at 512: nested deeper than 512 levels")
        let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(outcome(deepest) == deepest)
    }

    @Test func `layouts differ in space and order`() {
        let value: Value = ["b": [1, [:], []], "a": 2.0]
        #expect(JSON.text(of: value) == #"{"b":[1,{},[]],"a":2.0}"#)
        #expect(JSON.text(of: value, layout: .canonical) == #"{"a":2,"b":[1,{},[]]}"#)
        #expect(
            JSON.text(of: value, layout: .indented) == "{\n  \"b\": [\n    1,\n    {},\n    []\n  ],\n  \"a\": 2.0\n}")
        #expect(JSON.text(of: [.double(.nan), .double(.infinity)]) == "[null,null]")
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `a value survives the way to text and back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Value.random(depth: 5, using: &generator)
        for layout in [JSON.Layout.compact, .canonical, .indented] {
            let back = try JSON.parse(JSON.text(of: value, layout: layout))
            #expect(back == value)
            #expect(back.hashValue == value.hashValue)
            #expect(JSON.text(of: back, layout: .canonical) == JSON.text(of: value, layout: .canonical))
        }
        #expect(JSON.text(of: try JSON.parse(JSON.text(of: value))) == JSON.text(of: value))
    }
}

extension Value {
    /// Some value, with the awkward ones often.
    static func random(depth: Int, using generator: inout SeededGenerator) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .int([0, -1, .max, .min, 1 << 53].randomElement(using: &generator)!)
        case 3:
            return .double(
                [0.1, -0.0, 1e300, .leastNonzeroMagnitude, 3, 9.007199254740993e15].randomElement(using: &generator)!)
        case 4, 5: return .string(.hostile(using: &generator))
        case 6, 7:
            return .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            var object = OrderedDictionary<String, Value>()
            for _ in 0..<Int.random(in: 0..<4, using: &generator) {
                object[.hostile(using: &generator)] = random(depth: depth - 1, using: &generator)
            }
            return .object(object)
        }
    }
}

extension String {
    /// Text of pieces that mean something to a shell, a parser or a terminal. No NUL.
    static func hostile(using generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "Z", "0", " ", "  ", "\t", "\n", "\r\n", "'", "\"", "`", "$", "$(", ")", "$HOME", "${x}", "\\", "\\\\",
            "*", "?", "[a]", "~", "-", "--",
            "-n", "!", "#", "&", ";", "|", "<", ">", "=", "{", "}", "{{", "}}", "{{ x }}", "%s", "%", "é", "e\u{301}",
            "漢", "😀", "\u{200D}", "\u{FEFF}", "\u{1}", "\u{7F}", "\u{1B}[31m",
            "$(touch /tmp/switchyard-pwned)", "`id`", "'; exit 1; '", "\"; exit 1; \"", "\\'", "EOF", "//", ",", ":",
        ]
        return (0..<Int.random(in: 0..<7, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
            .joined()
    }
}
