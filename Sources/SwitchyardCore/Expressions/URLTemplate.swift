/// Percent-encoding of the holes of a URL (RFC 3986, 2.1), so that a value stays in the part it was put in.
package enum URLTemplate {
    /// `template` with every hole encoded, except one at the very beginning, which is a URL or the start of one, and
    /// those that end in `| raw`.
    package static func encodingHoles(of template: Template) throws(ExpressionError) -> RewrittenTemplate {
        var pieces: [(text: String, origin: Int?)] = []
        for (index, part) in template.parts.enumerated() {
            switch part {
            case .text(let text): pieces.append((text, nil))
            case .hole(let expression) where index == 0 || expression.isRaw:
                pieces += [("${{ ", nil), (expression.source, expression.offset), (" }}", nil)]
            case .hole(let expression):
                pieces += [("${{ (", nil), (expression.source, expression.offset), (") | urlencode }}", nil)]
            }
        }
        return try RewrittenTemplate(pieces)
    }

    /// `text` in UTF-8 with every byte encoded that is not a letter, a digit or one of `-._~`.
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
