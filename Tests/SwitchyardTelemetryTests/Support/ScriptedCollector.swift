import SwiftProtobuf
import SwitchyardCore
import SwitchyardTestSupport
import Synchronization
import Tracing

@testable import SwitchyardTelemetry

/// A collector without a network, and a clock that stands still.
final class ScriptedCollector: Sendable {
    let clock: ManualClock
    private let requests = Mutex<[OTLPRequest]>([])
    private let reply: @Sendable (Int) async -> OTLPReply

    /// - Parameter reply: to the request of that number, from 1.
    init(
        clock: ManualClock = ManualClock(start: Script.start),
        _ reply: @escaping @Sendable (Int) async -> OTLPReply = { _ in .ok }
    ) {
        self.clock = clock
        self.reply = reply
    }

    var outside: OTLPExporter.Outside {
        OTLPExporter.Outside(
            now: { self.clock.now }, sleep: { try await self.clock.sleep(for: $0) },
            send: { request in
                let number = self.requests.withLock { requests in
                    requests.append(request)
                    return requests.count
                }
                return await self.reply(number)
            }, draw: { 1 })
    }

    /// The number of spans in each request for traces, and `m` for one for metrics.
    var received: [String] {
        requests.withLock(\.self).map { request in
            guard request.target.url.hasSuffix("traces") else { return "m" }
            return OTLPTraces.names(in: request.body).map { "\($0.count)" } ?? "broken"
        }
    }

    func exporter(_ settings: [String: String] = [:], metrics: CollectingMetrics = CollectingMetrics()) throws
        -> OTLPExporter
    {
        let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector"]
        guard let settings = try ExporterSettings(environment: settings.merging(endpoint) { $1 }) else {
            throw TelemetryProblem.malformed(variable: "")
        }
        return OTLPExporter(settings, of: .test, metrics: metrics, outside: outside)
    }
}

extension OTLPReply {
    static let ok = OTLPReply.answered(status: 200, retryAfter: nil, body: [])
}

extension OTLPTraces {
    /// The names of the spans in a request's body; nil if it is none.
    static func names(in body: [UInt8]) -> [String]? {
        let request = try? Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest(serializedBytes: body)
        return request?.resourceSpans.flatMap { $0.scopeSpans.flatMap { $0.spans.map(\.name) } }
    }
}

extension FinishedSpan {
    static func named(_ name: String) -> FinishedSpan {
        FinishedSpan(
            identity: SpanIdentity(trace: .random(), span: .random()), parent: nil, name: name, kind: .internal,
            start: 1, end: 2, attributes: [:], events: [], droppedEvents: 0, links: [], status: nil)
    }
}
