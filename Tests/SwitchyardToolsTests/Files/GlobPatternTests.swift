import Testing

@testable import SwitchyardTools

@Suite struct GlobPatternTests {
    @Test(
        arguments: [
            ("*.txt", "a.txt", true), ("*.txt", "b/a.txt", false), ("**/*.txt", "a.txt", true),
            ("**/*.txt", "b/c/a.txt", true), ("b/**", "b/c/a.txt", true), ("b/**", "b", true), ("a?c", "abc", true),
            ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("a/*/c", "a/b/c", true),
            ("a/*/c", "a/b/b/c", false), ("a/**/c", "a/c", true), ("a/**/**/c", "a/b/d/c", true), ("**", "a/b", true),
            ("*", "a/b", false), ("\\*", "a", false), ("*", ".a", true), ("ä*", "äb", true),
        ] as [(String, String, Bool)])
    func matches(pattern: String, path: String, expected: Bool) {
        #expect(GlobPattern(pattern).matches(path.split(separator: "/").map(String.init)) == expected)
    }

    @Test func manyStarsAreNoTrap() {
        let pattern = GlobPattern(String(repeating: "**/a/", count: 30) + "b")
        #expect(!pattern.matches(Array(repeating: "a", count: 200)))
    }
}
