/// A template made from another by changing the text around its holes, with the way back to the original's offsets.
package struct RewrittenTemplate: Sendable {
    package var template: Template
    /// Where each expression starts in the new text and in the original.
    private var origins: [(new: Int, old: Int)]

    /// - Parameter pieces: the new text in order; of an expression also its offset in the original. Holes are written
    ///   `${{ … }}`, because `{{` would join a `$` or a `{` that the text before ends in.
    init(_ pieces: [(text: String, origin: Int?)]) throws(ExpressionError) {
        var text = ""
        var length = 0
        origins = []
        for piece in pieces {
            if let origin = piece.origin { origins.append((length, origin)) }
            text += piece.text
            length += piece.text.count
        }
        template = try Template.parse(text, allowsRaw: true)
    }

    /// The offset in the original of the character at `offset` of the new text, which must be in an expression.
    package func original(_ offset: Int) -> Int {
        guard let origin = origins.last(where: { $0.new <= offset }) else { return 0 }
        return origin.old + offset - origin.new
    }
}
