package import Metrics
package import SwitchyardCore
import Synchronization
package import Tracing

/// Tells a tracer and a metrics back end of runs, as a subscriber of their events.
///
/// The events of a run are given in order and from its first on, also by a process that took the run over; where the
/// first is missing, nothing is told of the run. Several runs may be given in any mixture, from any task.
package final class RunTelemetry: Sendable {
    private struct State {
        var traces: [RunID: RunTrace] = [:]
        var spans: [RunID: [SpanKey: any Span]] = [:]
    }

    private let tracer: any Tracer
    private let metrics: any MetricsFactory
    private let since: Timestamp
    private let state = Mutex(State())

    /// - Parameter since: what happened before it was measured by another process, and gives spans but no metrics.
    package init(tracer: any Tracer, metrics: any MetricsFactory, since: Timestamp) {
        self.tracer = tracer
        self.metrics = metrics
        self.since = since
    }

    package func consume(_ events: [EventEnvelope]) {
        state.withLock { state in
            for event in events { consume(event, &state) }
        }
    }

    private func consume(_ envelope: EventEnvelope, _ state: inout State) {
        let run = envelope.run
        if case .runCreated = envelope.event, state.traces[run] == nil { state.traces[run] = RunTrace(run: run) }
        guard var trace = state.traces[run] else { return }
        // Taken out, so that it is changed in place.
        state.traces[run] = nil
        let instructions = trace.apply(envelope)
        var spans = state.spans.removeValue(forKey: run) ?? [:]
        for instruction in instructions { perform(instruction, of: trace, at: envelope.time, &spans) }
        guard !trace.hasEnded else { return }
        state.traces[run] = trace
        state.spans[run] = spans
    }

    private func perform(
        _ instruction: SpanInstruction, of trace: RunTrace, at time: Timestamp, _ spans: inout [SpanKey: any Span]
    ) {
        switch instruction {
        case .start(let key, let start):
            let context = context(for: key, start, of: trace, spans)
            let span = tracer.startSpan(
                start.name, context: context, ofKind: start.kind, at: EventInstant(start.time))
            span.attributes = SpanAttributes(start.attributes)
            spans[key] = span
        case .note(let key, let note):
            spans[key]?.addEvent(
                SpanEvent(name: note.name, at: EventInstant(note.time), attributes: SpanAttributes(note.attributes)))
        case .finish(let key, let finish):
            guard let span = spans.removeValue(forKey: key) else { return }
            span.updateAttributes { attributes in
                attributes.merge(SpanAttributes(finish.attributes))
                if let error = finish.error { attributes[GenAIConventions.errorType] = error }
            }
            if finish.error != nil { span.setStatus(SpanStatus(code: .error)) }
            span.end(at: EventInstant(finish.time))
        case .measure(let measure):
            if time >= since { record(measure) }
        }
    }

    private func context(
        for key: SpanKey, _ start: SpanStart, of trace: RunTrace, _ spans: [SpanKey: any Span]
    ) -> ServiceContext {
        let number = TraceID(of: trace.root)
        var context = start.parent.flatMap { spans[$0]?.context } ?? .topLevel
        if start.parent == nil, let parent = trace.created?.parent {
            context.currentSpan = SpanIdentity(trace: number, span: SpanID(of: parent.run, .step(parent.step)))
        }
        context.plannedSpan = SpanIdentity(trace: number, span: SpanID(of: trace.run, key))
        return context
    }

    private func record(_ measure: Measure) {
        switch measure {
        case .count(let name, let dimensions):
            Counter(label: name, dimensions: Self.sorted(dimensions), factory: metrics).increment()
        case .sum(let name, let value, let dimensions):
            FloatingPointCounter(label: name, dimensions: Self.sorted(dimensions), factory: metrics)
                .increment(by: value)
        case .histogram(let name, let value, let dimensions):
            Recorder(label: name, dimensions: Self.sorted(dimensions), aggregate: true, factory: metrics)
                .record(value)
        }
    }

    private static func sorted(_ dimensions: [String: String]) -> [(String, String)] {
        dimensions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
