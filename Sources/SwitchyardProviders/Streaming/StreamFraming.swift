/// How a streamed answer is cut into pieces.
enum StreamFraming: Hashable, Sendable {
    case serverSentEvents
    /// A JSON value a line.
    case lines
}
