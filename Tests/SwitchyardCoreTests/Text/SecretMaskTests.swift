import OrderedCollections
import Testing

@testable import SwitchyardCore

@Suite struct SecretMaskTests {
    @Test(arguments: [
        (["abc"], "x abc y abcabc", "x *** y ******"), (["abc", "abcdef"], "abcdef abcde", "*** ***de"),
        (["abcd", "cdef"], "abcdef", "***"), (["aba"], "ababa", "***"), (["abc"], "ab", "ab"), (["abc"], "", ""),
        (["ab", "", "  ", "\n\n"], "ab", "ab"), (["né!"], "zoné!s", "zo***s"), ([" abc\n"], "(abc)", "(***)"),
        (["abcdefgh", "bcdx", "cdefgz"], "abcdefgabcdx", "abcdefga***"), ([], "abc", "abc"),
    ])
    func `every occurrence is masked, the longest first`(secrets: [String], text: String, expected: String) {
        #expect(SecretMask(secrets).masking(text) == expected)
    }

    @Test(arguments: [
        // As `python3 -c 'import base64, json, urllib.parse as u'` and `bash -x` write it.
        ("pa ss/w*rd é'\"\\", "pa%20ss%2Fw%2Ard%20%C3%A9%27%22%5C"),
        ("pa ss/w*rd é'\"\\", "pa%20ss%2fw%2ard%20%c3%a9%27%22%5c"),
        ("pa ss/w*rd é'\"\\", "pa%20ss/w%2Ard%20%C3%A9%27%22%5C"),
        ("pa ss/w*rd é'\"\\", "pa+ss%2Fw%2Ard+%C3%A9%27%22%5C"),
        ("pa ss/w*rd é'\"\\", "pa+ss%2Fw*rd+%C3%A9%27%22%5C"), ("pa ss/w*rd é'\"\\", "pa%20ss%2Fw*rd%20%C3%A9'%22%5C"),
        ("pa ss/w*rd é'\"\\", #"pa ss/w*rd é'\"\\"#), ("pa ss/w*rd é'\"\\", #"pa ss/w*rd \u00e9'\"\\"#),
        ("pa ss/w*rd é'\"\\", #"pa ss/w*rd é'\''"\"#), ("😀key", #"\ud83d\ude00key"#), ("tab\there", #"tab\there"#),
    ])
    func `a secret is found as programs write it`(secret: String, text: String) {
        #expect(SecretMask([secret]).masking("a \(text) z") == "a *** z")
    }

    @Test func `a secret is found wherever it stands in base64`() {
        // `secret12` behind none to four bytes and before none to three, in both alphabets.
        for (encoded, expected) in [
            ("c2VjcmV0MTI=", "***I="), ("eHNlY3JldDEy", "eH***"), ("eHhzZWNyZXQxMg==", "eHh***g=="),
            ("eHh4c2VjcmV0MTI=", "eHh4***I="), ("dXNlcjpzZWNyZXQxMg==", "dXNlcjp***g=="),
        ] {
            #expect(SecretMask(["secret12"]).masking("Basic \(encoded)") == "Basic \(expected)")
        }
        #expect(SecretMask(["~~~???"]).masking("fn5+Pz8/ fn5-Pz8_") == "*** ***")
        // Three bytes in the middle decide fewer than four characters.
        #expect(SecretMask(["abc"]).masking("YWJj eGFiY3g=") == "*** eGFiY3g=")
    }

    @Test func `the lines of a long secret are masked alone`() {
        let key = "-----BEGIN KEY-----\nMIIEvQIBADAN\r\n}\n-----END KEY-----\n"
        let mask = SecretMask([key])
        #expect(mask.masking("key: MIIEvQIBADAN }") == "key: *** }")
        #expect(mask.masking("x\(key)y") == "x***\ny")
        #expect(mask.masking(JSON.text(of: .string(key))) == #""***\n""#)
    }

    @Test func `a value is masked with its names, and its numbers where they are a secret`() {
        let value: Value = [
            "the key": "key", "a": [1, 4711, 47110, 4711.0, true, nil], "key1": 1, "***1": 2, "ok": ["x": "keykey"],
        ]
        let mask = SecretMask(["key", "4711", "true"])
        #expect(
            JSON.text(of: mask.masking(value))
                == #"{"the ***":"***","a":[1,"***",47110,4711.0,true,null],"***1":1,"***1 (4)":2,"ok":{"x":"******"}}"#)
        #expect(SecretMask([]).isEmpty && SecretMask(["ab"]).isEmpty && !mask.isEmpty)
        #expect(JSON.text(of: SecretMask([]).masking(value)) == JSON.text(of: value))
    }

    /// The plain definition: every byte that an occurrence of a secret covers is hidden.
    private func covered(_ text: [UInt8], by secrets: [[UInt8]]) -> Set<Int> {
        var covered: Set<Int> = []
        for secret in secrets where secret.count <= text.count {
            for start in 0...(text.count - secret.count) where Array(text[start..<(start + secret.count)]) == secret {
                covered.formUnion(start..<(start + secret.count))
            }
        }
        return covered
    }

    @Test func `what is left of a text is what no secret covers`() {
        var generator = SeededGenerator(seed: 20_270_103)
        func word(_ lengths: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: lengths, using: &generator)).map { _ in "abc".randomElement(using: &generator)! })
        }
        for round in 0..<5000 {
            let secrets = (0..<Int.random(in: 1...4, using: &generator)).map { _ in word(3...7) }
            let text = word(0...30)
            let covered = covered(Array(text.utf8), by: secrets.map { Array($0.utf8) })
            let left = text.utf8.enumerated().filter { !covered.contains($0.offset) }.map(\.element)
            let masked = SecretMask(secrets).masking(text)
            #expect(masked.utf8.filter { $0 != UInt8(ascii: "*") } == left, "\(round): \(secrets) in \(text)")
            #expect(SecretMask(secrets).masking(masked) == masked)
        }
    }

    @Test func `a long text and a long secret take time in proportion`() {
        let repetitive = String(repeating: "a", count: 20_000)
        let text = String(repeating: repetitive.dropLast() + "b", count: 50)
        #expect(SecretMask([repetitive]).masking(text) == text)
        #expect(SecretMask([repetitive]).masking(text + repetitive + "a") == text + "***")
        let lines = String(repeating: "nothing to see here\n", count: 50_000)
        #expect(SecretMask((0..<50).map { "secret number \($0)" }).masking(lines) == lines)
    }
}
