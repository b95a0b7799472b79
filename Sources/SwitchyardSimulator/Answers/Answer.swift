import SwitchyardCore

/// What a model says, whatever format it is sent in.
struct Answer: Hashable, Sendable {
    struct Call: Hashable, Sendable {
        var name: String
        var arguments: ToolCall.Arguments

        /// As the formats that send text spell them.
        var text: String {
            switch arguments {
            case .object(let value): JSON.text(of: value)
            case .malformed(let text): text
            }
        }

        /// As the formats that send objects hold them.
        var value: Value {
            switch arguments {
            case .object(let value): value
            case .malformed(let text): .string(text)
            }
        }
    }

    var reasoning: String?
    var text = ""
    var calls: [Call] = []
    var finish = FinishReason.stop
    /// What of the request's stop sequences the text ended before.
    var stopSequence: String?
    /// Nil where the reply says nothing of it.
    var usage: TokenUsage?
    /// How many tokens a piece of the stream has.
    var chunkTokens = 4

    /// `text` in the pieces of a stream.
    func pieces(of text: String) -> [String] { Tokens.pieces(of: text, size: chunkTokens) }
}
