import FoundationEssentials
import SwiftProtobuf
import Tracing

/// Spans as OTLP says them.
enum OTLPTraces {
    private typealias Request = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest
    private typealias Response = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceResponse
    private typealias WireSpan = Opentelemetry_Proto_Trace_V1_Span

    /// The body of a request.
    static func body(_ spans: [FinishedSpan], of resource: OTLPResource) throws -> [UInt8] {
        let request = Request.with {
            $0.resourceSpans = [
                .with {
                    $0.resource = resource.wire
                    $0.scopeSpans = [
                        .with {
                            $0.scope = resource.wireScope
                            $0.spans = spans.map(wire)
                        }
                    ]
                }
            ]
        }
        return try request.serializedBytes()
    }

    /// What a collector says that it did not take; nil if it took all.
    static func refusal(in body: [UInt8]) -> (count: Int, message: String)? {
        guard let response = try? Response(serializedBytes: body), response.hasPartialSuccess,
            response.partialSuccess.rejectedSpans > 0
        else { return nil }
        return (Int(response.partialSuccess.rejectedSpans), response.partialSuccess.errorMessage)
    }

    private static func wire(_ span: FinishedSpan) -> WireSpan {
        .with {
            $0.traceID = Data(span.identity.trace.bytes)
            $0.spanID = Data(span.identity.span.bytes)
            if let parent = span.parent { $0.parentSpanID = Data(parent.bytes) }
            $0.name = span.name
            $0.kind = wire(span.kind)
            $0.startTimeUnixNano = span.start
            $0.endTimeUnixNano = span.end
            $0.attributes = span.attributes.wire
            $0.events = span.events.map(wire)
            $0.droppedEventsCount = UInt32(clamping: span.droppedEvents)
            $0.links = span.links.map(wire)
            if let status = span.status { $0.status = wire(status) }
        }
    }

    private static func wire(_ kind: SpanKind) -> WireSpan.SpanKind {
        switch kind {
        case .internal: .internal
        case .server: .server
        case .client: .client
        case .producer: .producer
        case .consumer: .consumer
        }
    }

    private static func wire(_ event: SpanEvent) -> WireSpan.Event {
        .with {
            $0.timeUnixNano = event.nanosecondsSinceEpoch
            $0.name = event.name
            $0.attributes = event.attributes.wire
        }
    }

    private static func wire(_ link: FinishedSpan.Link) -> WireSpan.Link {
        .with {
            $0.traceID = Data(link.identity.trace.bytes)
            $0.spanID = Data(link.identity.span.bytes)
            $0.attributes = link.attributes.wire
        }
    }

    private static func wire(_ status: SpanStatus) -> Opentelemetry_Proto_Trace_V1_Status {
        .with {
            switch status.code {
            case .ok: $0.code = .ok
            case .error:
                $0.code = .error
                $0.message = status.message ?? ""
            }
        }
    }

}
