import SwitchyardCore

/// A piece of a streamed answer.
enum StreamEvent: Hashable {
    case json(Value)
    /// OpenAI's `[DONE]`.
    case done
}

/// Decodes the pieces of one streamed answer, in order.
protocol StreamDecoder {
    /// Whether the answer is whole, so that nothing more is needed.
    var isOver: Bool { get }

    /// Takes a piece; gives what can be shown of it.
    mutating func receive(_ event: StreamEvent) throws(WireFailure) -> [ModelDelta]

    /// Ends the stream: the whole answer, or what is missing of it.
    mutating func finish() throws(WireFailure) -> WireReply
}
