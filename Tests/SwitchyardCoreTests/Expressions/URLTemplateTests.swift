import Testing

@testable import SwitchyardCore

@Suite struct URLTemplateTests {
    private func url(_ text: String, _ inputs: Value) throws -> String {
        var scope = sampleScope
        scope.inputs = inputs
        return try URLTemplate.encodingHoles(of: try Template.parse(text, allowsRaw: true)).template.text(in: scope)
    }

    @Test func `every hole but the first is encoded`() throws {
        let inputs: Value = ["base": "https://h/a?b=", "v": "a/b?c=d&e#f %é\r\n", "n": nil, "list": [1, "x"]]
        #expect(
            try url("{{ inputs.base }}{{ inputs.v }}", inputs)
                == "https://h/a?b=a%2Fb%3Fc%3Dd%26e%23f%20%25%C3%A9%0D%0A")
        #expect(try url("https://h/{{ inputs.n }}x/{{ inputs.list }}", inputs) == "https://h/x/%5B1%2C%22x%22%5D")
        #expect(try url("https://h/{{ 'a' if true else 'b' }}", inputs) == "https://h/a")
        #expect(try url("https://h/{{ inputs.base | raw }}", inputs) == "https://h/https://h/a?b=")
        #expect(try url("https://h/$${{ 1 }}/{${{ 2 }}", inputs) == "https://h/$1/{2")
        #expect(try url("https://{{ 'u:p@evil/#' }}/x", inputs) == "https://u%3Ap%40evil%2F%23/x")
    }

    @Test func `every text is encoded so that it can be read back`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let text = String.shellHostile(using: &generator)
            let encoded = URLTemplate.encode(text)
            #expect(
                encoded.utf8.allSatisfy { $0 == UInt8(ascii: "%") || "-._~".utf8.contains($0) || isAlphanumeric($0) })
            #expect(decoded(encoded) == Array(text.utf8))
        }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private func decoded(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)!)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
