/// Header fields of HTTP: a value with a line end in it would add fields of its own, or a whole request.
package enum HeaderTemplate {
    /// The first scalar of `text` that no header field may hold; nil if there is none.
    ///
    /// A tab may stand in a value. What a hole will bring is for the request to refuse.
    package static func forbidden(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
    }

    /// Checks the text around the holes of `template`, a field's value.
    ///
    /// - Throws: a line end or another control character, which every request with this field would be refused for.
    package static func check(_ template: Template) throws(ExpressionError) {
        for part in template.parts {
            guard case .text(let text) = part, let scalar = forbidden(in: text) else { continue }
            let isLineEnd = scalar == "\n" || scalar == "\r"
            throw ExpressionError(
                "a header field cannot hold \(isLineEnd ? "a line end" : "a control character")",
                hint: isLineEnd ? "write it on one line, or use `>-` or `|-`, which end without one" : nil, offset: 0)
        }
    }
}
