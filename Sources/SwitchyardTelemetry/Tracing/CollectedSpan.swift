import Synchronization
package import Tracing

/// A span of a ``CollectingTracer``: gathers what is said of it and hands it over when it ends.
package final class CollectedSpan: Span {
    /// How many events a span keeps, the number that OpenTelemetry recommends; of what is more only the number is kept.
    static let maximumEvents = 128

    private struct State {
        var span: FinishedSpan
        var hasEnded = false
    }

    package let context: ServiceContext
    private let finish: @Sendable (FinishedSpan) -> Void
    private let state: Mutex<State>

    init(_ span: FinishedSpan, context: ServiceContext, finish: @escaping @Sendable (FinishedSpan) -> Void) {
        self.context = context
        self.finish = finish
        state = Mutex(State(span: span))
    }

    package var operationName: String {
        get { state.withLock { $0.span.name } }
        set { change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.span.attributes } }
        set { change { $0.attributes = newValue } }
    }

    package var isRecording: Bool { state.withLock { !$0.hasEnded } }

    package func setStatus(_ status: SpanStatus) { change { $0.status = status } }

    package func addEvent(_ event: SpanEvent) {
        change { span in
            if span.events.count < Self.maximumEvents { span.events.append(event) } else { span.droppedEvents += 1 }
        }
    }

    /// The error's type only: its words may be anybody's.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        var attributes = attributes
        attributes["exception.type"] = String(reflecting: type(of: error))
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
    }

    package func addLink(_ link: SpanLink) {
        guard let identity = link.context.currentSpan else { return }
        change { $0.links.append(FinishedSpan.Link(identity: identity, attributes: link.attributes)) }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let time = instant().nanosecondsSinceEpoch
        let ended = state.withLock { state -> FinishedSpan? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            // The clock may have been set back.
            state.span.end = max(state.span.start, time)
            return state.span
        }
        if let ended { finish(ended) }
    }

    /// What is said of a span that has ended is not heard.
    private func change(_ body: (inout FinishedSpan) -> Void) {
        state.withLock { state in
            if !state.hasEnded { body(&state.span) }
        }
    }
}
