import Testing

@testable import SwitchyardSimulator

struct TokensTests {
    @Test(arguments: [
        ("", []), ("One two", ["One", " two"]), ("simulation", ["simula", "tion"]), ("  a  b ", ["  a", "  b", " "]),
        ("Grüße 👨‍👩‍👧\nX", ["Grüße", " 👨‍👩‍👧", "\nX"]),
    ])
    func `words with the space before them, in parts`(text: String, tokens: [String]) {
        #expect(Tokens.split(text).map(String.init) == tokens)
        #expect(Tokens.pieces(of: text, size: 2).joined() == text)
    }
}
