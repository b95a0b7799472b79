/// How many tokens a text is, without the tokenizer of a model: a rule that errs upwards.
///
/// A letter, space or line end of ASCII counts a third of a token, any other ASCII character half of one, and each
/// byte of UTF-8 beyond ASCII half of one (a Cyrillic letter 1, a Chinese character 1.5, an emoji 2). From the 25th
/// character without a space on, each counts two thirds: such runs are Base64, hexadecimal or the like, which
/// tokenizers cut small. English prose is about 4 characters a token and program text about 3, so prose comes out a
/// third too long.
package enum TokenEstimate {
    /// What a turn, a tool's frame and a picture add. Pictures are counted by size, each provider in its own way; this
    /// is more than any of them takes for one that it has scaled down to its usual size.
    static let perMessage = 8
    static let perTool = 24
    static let perImage = 1600

    /// The tokens of `text`, rounded up.
    package static func tokens(in text: String) -> Int {
        var sixths = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte >= 0x80 ? 0 : run + 1
            sixths += run > longestWord ? 4 : isLetterOrSpace(byte) ? 2 : 3
        }
        return (sixths + 5) / 6
    }

    private static let longestWord = 24

    /// The tokens that `request` sends: system text, turns, tools and the schema of the answer.
    package static func inputTokens(of request: ModelRequest) -> Int {
        var total = perMessage
        if let system = request.system { total += tokens(in: system) + perMessage }
        for message in request.messages {
            total += message.parts.reduce(perMessage) { $0 + tokens(in: $1) }
        }
        for tool in request.tools {
            total += perTool + tokens(in: tool.name) + tokens(in: tool.description) + tokens(in: tool.parameters)
        }
        if let schema = request.outputSchema { total += perTool + tokens(in: schema.schema) }
        return total
    }

    private static func tokens(in part: MessagePart) -> Int {
        switch part {
        case .text(let text): tokens(in: text)
        case .image: perImage
        case .toolCall(let call):
            switch call.arguments {
            case .object(let object): perTool + tokens(in: call.name) + tokens(in: object)
            case .malformed(let text): perTool + tokens(in: call.name) + tokens(in: text)
            }
        case .toolResult(let result): perTool + tokens(in: result.content)
        case .carried(let state): tokens(in: state.content)
        }
    }

    private static func tokens(in value: Value) -> Int { tokens(in: JSON.text(of: value)) }

    private static func isLetterOrSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: " "),
            UInt8(ascii: "\n"):
            true
        default: false
        }
    }
}
