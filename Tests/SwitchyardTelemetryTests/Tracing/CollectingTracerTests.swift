import SwitchyardCore
import Testing
import Tracing

@testable import SwitchyardTelemetry

@Suite struct CollectingTracerTests {
    struct Boom: Error {}

    @Test func spansInsideOfSpans() throws {
        let recorded = RecordedSpans()
        let tracer = recorded.tracer
        #expect(throws: Boom.self) {
            try tracer.withSpan("outer", ofKind: .server) { outer in
                outer.attributes["n"] = 1
                try tracer.withSpan("inner") { _ in throw Boom() }
            }
        }
        let (inner, outer) = (recorded.all[0], recorded.all[1])
        #expect([inner.name, outer.name] == ["inner", "outer"])
        #expect(inner.parent == outer.identity.span)
        #expect(inner.identity.trace == outer.identity.trace)
        #expect(outer.parent == nil)
        #expect(inner.status?.code == .error)
        #expect(inner.events.map(\.name) == ["exception"])
        #expect(outer.kind == .server)
        #expect(outer.end >= inner.end)
    }

    @Test func nothingIsHeardAfterTheEnd() {
        let recorded = RecordedSpans()
        let span = recorded.tracer.startSpan("once", at: EventInstant(Script.time(1)))
        #expect(span.isRecording)
        span.end(at: EventInstant(Script.time(2)))
        span.end(at: EventInstant(Script.time(3)))
        span.addEvent("late")
        span.operationName = "twice"
        #expect(!span.isRecording)
        #expect(recorded.all.count == 1)
        #expect(recorded.all.first?.events.isEmpty == true)
        #expect(span.operationName == "once")
    }

    struct Headers: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    }

    @Test func traceContext() {
        let recorded = RecordedSpans()
        var headers: [String: String] = [:]
        var context = ServiceContext.topLevel
        recorded.tracer.inject(context, into: &headers, using: Headers())
        #expect(headers.isEmpty)
        let text = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"
        recorded.tracer.extract(["traceparent": text], into: &context, using: Headers())
        recorded.tracer.inject(context, into: &headers, using: Headers())
        #expect(headers == ["traceparent": text])
        let span = recorded.tracer.startSpan("child", context: context)
        span.addLink(SpanLink(context: context, attributes: [:]))
        span.end()
        #expect(recorded.all[0].identity.trace.description == "0af7651916cd43dd8448eb211c80319c")
        #expect(recorded.all[0].parent?.description == "00f067aa0ba902b7")
        #expect(recorded.all[0].links.map(\.identity.span.description) == ["00f067aa0ba902b7"])
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319g-00f067aa0ba902b7-01",
    ]) func brokenTraceContext(text: String) {
        var context = ServiceContext.topLevel
        RecordedSpans().tracer.extract(["traceparent": text], into: &context, using: Headers())
        #expect(context.currentSpan == nil)
    }
}
