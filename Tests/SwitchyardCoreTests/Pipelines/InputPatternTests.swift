import SwitchyardCore
import Testing

struct InputPatternTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("abc", "abc", true), ("abc", "abcd", false), ("a|bc", "bc", true),
        ("a|bc", "abc", false), ("a*", "", true), ("a+b?", "aaab", true), ("a+b?", "b", false),
        ("a{2,3}", "a", false), ("a{2,3}", "aaa", true), ("a{2,3}", "aaaa", false), ("a{2,}", "aaaaa", true),
        ("a{2}", "aa", true), ("(ab|c)*d", "abcabd", true), ("[a-c-]+", "a-c", true), ("[^a-c]", "b", false),
        ("[^a-c]", "d", true), (#"[\d.]+"#, "10.5", true), (#"\w+@\w+\.\w{2,}"#, "ada@host.de", true),
        (#"\d"#, "٣", false), (#"\w"#, "é", false), (#"\p{L}+"#, "Straße", true), (#"\P{L}"#, "ß", false),
        (#"\D\S\W"#, "a- ", true), ("^a$", "a", true), ("a^b", "ab", false), (".", "\n", false), (".*", "a\nb", false),
        (#"[\s\S]*"#, "a\nb", true), ("(?i)[a-f]+", "AbF", true), ("(?i)straße", "STRASSE", false),
        ("(?:a|b)+?", "abab", true), ("(?<year>[0-9]{4})", "2026", true), (#"\bab\b"#, "ab", true),
        (#"a\bb"#, "ab", false), (#"a\Bb"#, "ab", true), (#"\x41\u00e9"#, "Aé", true), ("é", "e\u{301}", true),
        ("👩‍👧", "👩‍👧", true), (".", "👩‍👧", true), (#"\[\]\\"#, #"[]\"#, true), ("(a*)*b", "aaab", true),
        ("(|a)+", "aa", true), ("()*", "", true), ("((){9}){9}", "", true), ("[a-z]{1,3}(-[a-z]+)*", "ab-cd-ef", true),
        ("[a-z]+", "abc\n", false), ("^[a-z]+$", "abc\n", false),
    ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try InputPattern(pattern).matches(text) == expected)
    }

    @Test(arguments: [
        ("a(", 1, "a `(` has no `)`"), ("a)", 1, "a `)` has no `(`"), ("[a", 0, "a `[` has no `]`"),
        ("[]", 0, #"a class is empty; for the character, write `\]`"#),
        ("[z-a]", 1, "a range goes from one character up to another, as `a-z`"),
        (#"[\d-z]"#, 1, "a range goes from one character up to another, as `a-z`"),
        ("*a", 0, #"a `*` has nothing to repeat; for the character, write `\*`"#),
        ("a**", 2, "a `*` has nothing to repeat"), ("a*+", 2, "a `+` has nothing to repeat"),
        ("a{b}", 1, #"a `{` starts no repetition such as `{2,5}`; for the character, write `\{`"#),
        ("a{,3}", 1, #"a `{` starts no repetition such as `{2,5}`; for the character, write `\{`"#),
        ("a{1", 1, #"a `{` starts no repetition such as `{2,5}`; for the character, write `\{`"#),
        ("a{3,2}", 1, "the repetition ends before it starts"), ("a{2000}", 1, "a repetition goes to 1000 at most"),
        ("(?=a)", 0, "`(?` starts `(?:…)`, or `(?i)` at the start; nothing else is known here"),
        ("(?<!a)b", 0, "`(?` starts `(?:…)`, or `(?i)` at the start; nothing else is known here"),
        (#"(a)\1"#, 3, #"`\1` is not known in a pattern"#), (#"a\"#, 1, #"the pattern ends with a `\`"#),
        (#"\p{Han}"#, 0, #"of the properties, a pattern knows `\p{L}`, `\p{Lu}`, `\p{Ll}` and `\p{N}`"#),
        (#"\xg0"#, 0, "an escape wants 2 hexadecimal digits that name a character"),
        (#"\ud800"#, 0, "an escape wants 4 hexadecimal digits that name a character"),
        ("[[a]]", 1, #"a class holds no other; for the character, write `\[`"#),
        ("(a{900}){900}", 0, "the pattern is too large; use smaller repetitions"),
        ("(((){1000}){1000}){1000}", 0, "the pattern is too large; use smaller repetitions"),
    ])
    func `what is no pattern`(_ text: String, _ offset: Int, _ message: String) {
        let problem = #expect(throws: InputPattern.Problem.self) { try InputPattern(text) }
        #expect(problem?.message == message)
        #expect(problem?.offset == offset)
    }

    @Test func `groups may stand in each other, to a limit`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect((try? InputPattern(nested(50)).matches("a")) == true)
        #expect(throws: InputPattern.Problem.self) { try InputPattern(nested(100_000)) }
    }

    /// Each of these keeps a matcher that backtracks busy for longer than anybody waits.
    @Test(arguments: ["(a+)+", "(a|a)*", "(a|aa)+", "(a*)*", "(.*a){12}", "([a-z]+[a-z]*)+", "(a?){50}a{50}"])
    func `time grows with the text alone`(_ pattern: String) throws {
        let pattern = try InputPattern(pattern)
        let text = String(repeating: "a", count: 2_000)
        let elapsed = ContinuousClock().measure { #expect(!pattern.matches(text + "!")) }
        // Machines differ; 2^2000 steps do not finish on any.
        #expect(elapsed < .seconds(20))
    }

    @Test func `a text that is too long matches nothing`() throws {
        let pattern = try InputPattern("a*")
        let longest = String(repeating: "a", count: InputPattern.maximumTextLength)
        #expect(pattern.matches(longest))
        #expect(!pattern.matches(longest + "a"))
    }

    /// Short patterns and texts, on which the standard library's matcher ends in time.
    @Test func `the standard library agrees`() throws {
        var random = SeededGenerator(seed: 20_261_121)
        var matches = 0
        for _ in 0..<3_000 {
            let source = pattern(depth: 3, &random)
            let mine = try InputPattern(source)
            let reference = try Regex(source)
            for _ in 0..<5 {
                let text = String((0..<Int.random(in: 0...6, using: &random)).map { _ in letter(&random) })
                // The standard library alone finds the boundary of a word where there is nothing.
                if text.isEmpty, source.contains(#"\b"#) { continue }
                let expected = try reference.wholeMatch(in: text) != nil
                matches += expected ? 1 : 0
                #expect(mine.matches(text) == expected, "\(source) on \(text)")
            }
        }
        #expect(matches > 1_000)
    }

    private func letter(_ random: inout SeededGenerator) -> Character { "abc".randomElement(using: &random) ?? "a" }

    private func pattern(depth: Int, _ random: inout SeededGenerator) -> String {
        let kind = depth == 0 ? 0 : Int.random(in: 0...7, using: &random)
        switch kind {
        case 1: return pattern(depth: depth - 1, &random) + pattern(depth: depth - 1, &random)
        case 2: return "(?:\(pattern(depth: depth - 1, &random))|\(pattern(depth: depth - 1, &random)))"
        case 3:
            let suffix = ["*", "+", "?", "{2}", "{1,2}", "{0,3}", "*?", "+?"].randomElement(using: &random) ?? "*"
            return "(?:\(pattern(depth: depth - 1, &random)))\(suffix)"
        case 4: return "[\(letter(&random))-c]"
        case 5: return "[^\(letter(&random))]"
        case 6: return ["^", "$", ".", #"\b"#, #"\w"#].randomElement(using: &random) ?? "."
        default: return String(letter(&random))
        }
    }
}
