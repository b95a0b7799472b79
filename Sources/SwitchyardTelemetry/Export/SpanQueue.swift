/// Spans that wait to be sent: so many at most, the oldest first.
struct SpanQueue: Sendable {
    let capacity: Int
    private var spans: [FinishedSpan] = []
    /// How many were turned away since that was last asked.
    private var turnedAway = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { spans.count }

    /// Turns `span` away if there is no room. Those that wait stay: they hold the beginning of what happened.
    mutating func add(_ span: FinishedSpan) {
        if spans.count < capacity { spans.append(span) } else { turnedAway += 1 }
    }

    /// The oldest, `limit` at most.
    mutating func take(_ limit: Int) -> [FinishedSpan] {
        let batch = Array(spans.prefix(limit))
        spans.removeFirst(batch.count)
        return batch
    }

    mutating func takeTurnedAway() -> Int {
        defer { turnedAway = 0 }
        return turnedAway
    }
}
