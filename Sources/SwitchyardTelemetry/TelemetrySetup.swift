import Metrics
package import SwitchyardCore
import Tracing

/// Telemetry of runs as the environment asks for it, from their events to a collector.
///
/// Give ``consume(_:)`` the events of every run, from the first on; call ``shutdown(deadline:)`` before the process
/// ends. Neither fails, and ``consume(_:)`` waits for nothing but other callers of it.
package struct TelemetrySetup: Sendable {
    private let exporter: OTLPExporter
    private let runs: RunTelemetry

    /// Telemetry to the collector that `variables` name: `OTEL_EXPORTER_OTLP_ENDPOINT` and the others that OpenTelemetry
    /// knows. Nil if they name none.
    ///
    /// - Parameters:
    ///   - variables: the environment.
    ///   - version: the program's.
    package static func fromEnvironment(
        _ variables: [String: String], version: String = ""
    ) throws(TelemetryProblem) -> TelemetrySetup? {
        guard let settings = try ExporterSettings(environment: variables) else { return nil }
        return TelemetrySetup(settings, version: version, outside: .real)
    }

    init(_ settings: ExporterSettings, version: String, outside: OTLPExporter.Outside) {
        var attributes = settings.resource
        let own = [
            // Counts of two processes must not be taken for one that went back.
            "service.instance.id": TraceID.random().description, "service.version": version,
            "telemetry.sdk.language": "swift", "telemetry.sdk.name": "switchyard", "telemetry.sdk.version": version,
        ]
        attributes.merge(own.filter { !$0.value.isEmpty }) { given, _ in given }
        let metrics = CollectingMetrics()
        let exporter = OTLPExporter(
            settings, of: OTLPResource(attributes: attributes, version: version), metrics: metrics, outside: outside)
        self.exporter = exporter
        runs = RunTelemetry(
            tracer: settings.traces == nil ? NoOpTracer() : CollectingTracer { exporter.add($0) },
            metrics: settings.metrics == nil ? NOOPMetricsHandler.instance : metrics, since: outside.now())
    }

    /// Takes events of runs, those of each run in their order. Events taken already change nothing while their run goes
    /// on.
    package func consume(_ events: [EventEnvelope]) {
        runs.consume(events)
        exporter.noteMetrics()
    }

    /// Sends what has gathered and returns after `deadline` at the latest. Nothing is taken afterwards.
    ///
    /// - Returns: what could not be exported since the beginning.
    package func shutdown(deadline: Duration) async -> TelemetryLosses {
        await exporter.shutdown(deadline: deadline)
    }
}

extension OTLPExporter.Outside {
    /// The system's clock and the network.
    static var real: OTLPExporter.Outside {
        let now: @Sendable () -> Timestamp = {
            Timestamp(microseconds: Int64(DefaultTracerClock.now.nanosecondsSinceEpoch / 1000))
        }
        return OTLPExporter.Outside(
            now: now, sleep: { try await ContinuousClock().sleep(for: $0) },
            send: { await CollectorHTTP.send($0, now: now()) }, draw: { Double.random(in: 0...1) })
    }
}
