package import Tracing

/// A tracer that hands every span over as it ends.
package struct CollectingTracer: Tracer {
    private let finish: @Sendable (FinishedSpan) -> Void

    init(finish: @escaping @Sendable (FinishedSpan) -> Void) {
        self.finish = finish
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> CollectedSpan {
        var context = context()
        let parent = context.currentSpan
        let identity =
            context.plannedSpan ?? SpanIdentity(trace: parent?.trace ?? .random(), span: .random())
        context.currentSpan = identity
        context.plannedSpan = nil
        let start = instant().nanosecondsSinceEpoch
        let span = FinishedSpan(
            identity: identity, parent: parent?.span, name: operationName, kind: kind, start: start, end: start,
            attributes: [:], events: [], droppedEvents: 0, links: [], status: nil)
        return CollectedSpan(span, context: context, finish: finish)
    }

    /// Nothing is kept here that could be flushed.
    package func forceFlush() {}

    // MARK: W3C Trace Context

    private static let header = "traceparent"

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.currentSpan else { return }
        injector.inject("00-\(span.trace)-\(span.span)-01", forKey: Self.header, into: &carrier)
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        let parts = extractor.extract(key: Self.header, from: carrier)?.split(separator: "-") ?? []
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16,
            let high = UInt64(parts[1].prefix(16), radix: 16), let low = UInt64(parts[1].suffix(16), radix: 16),
            let span = UInt64(parts[2], radix: 16), high | low != 0, span != 0
        else { return }
        context.currentSpan = SpanIdentity(trace: TraceID(high: high, low: low), span: SpanID(number: span))
    }
}
