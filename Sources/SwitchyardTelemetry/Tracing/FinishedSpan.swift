import Tracing

/// A span that has ended.
struct FinishedSpan: Sendable {
    var identity: SpanIdentity
    var parent: SpanID?
    var name: String
    var kind: SpanKind
    /// In nanoseconds since 1970.
    var start: UInt64
    /// Never before `start`.
    var end: UInt64
    var attributes: SpanAttributes
    var events: [SpanEvent]
    var droppedEvents: Int
    var links: [Link]
    var status: SpanStatus?

    /// Another span that this one has to do with.
    struct Link: Sendable {
        var identity: SpanIdentity
        var attributes: SpanAttributes
    }
}
