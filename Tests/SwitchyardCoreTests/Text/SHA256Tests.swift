import Testing

@testable import SwitchyardCore

@Suite struct SHA256Tests {
    /// From FIPS 180-4's examples and NIST's CAVP byte-oriented short messages.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `known messages have their known digests`(message: String, digest: String) {
        #expect(SHA256.hexDigest(of: message) == digest)
    }

    @Test func `a byte and a million of them`() {
        var one = SHA256()
        one.update([0xBD])
        #expect(one.hexDigest() == "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b")
        let million = SHA256.hexDigest(of: String(repeating: "a", count: 1_000_000))
        #expect(million == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func `pieces give the digest of the whole`() {
        let message = Array("The quick brown fox jumps over the lazy dog, and over the block boundary at byte 64.".utf8)
        var whole = SHA256()
        whole.update(message)
        let digest = whole.hexDigest()
        for cut in message.indices {
            var pieces = SHA256()
            pieces.update(message[..<cut])
            pieces.update(message[cut...])
            #expect(pieces.hexDigest() == digest)
        }
    }
}
