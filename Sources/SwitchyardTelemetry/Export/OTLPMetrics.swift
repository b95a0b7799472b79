import SwiftProtobuf
import SwitchyardCore

/// Metrics as OTLP says them.
enum OTLPMetrics {
    private typealias Request = Opentelemetry_Proto_Collector_Metrics_V1_ExportMetricsServiceRequest
    private typealias Response = Opentelemetry_Proto_Collector_Metrics_V1_ExportMetricsServiceResponse
    private typealias WireMetric = Opentelemetry_Proto_Metrics_V1_Metric
    private typealias Number = Opentelemetry_Proto_Metrics_V1_NumberDataPoint
    private typealias HistogramPoint = Opentelemetry_Proto_Metrics_V1_HistogramDataPoint

    /// What time readings are of.
    struct Span: Sendable {
        var start: Timestamp
        var end: Timestamp
        /// Whether they say what was added since `start` because somebody read them then, and not because nothing was
        /// counted before.
        var isDelta: Bool
    }

    /// The body of a request.
    ///
    /// - Parameter readings: those of a metric stand together.
    static func body(_ readings: [MetricReading], in span: Span, of resource: OTLPResource) throws -> [UInt8] {
        var metrics: [WireMetric] = []
        for reading in readings {
            if metrics.last?.name != reading.name { metrics.append(empty(reading, span)) }
            add(reading, span, to: &metrics[metrics.count - 1])
        }
        let request = Request.with {
            $0.resourceMetrics = [
                .with {
                    $0.resource = resource.wire
                    $0.scopeMetrics = [
                        .with {
                            $0.scope = resource.wireScope
                            $0.metrics = metrics
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
            response.partialSuccess.rejectedDataPoints > 0
        else { return nil }
        return (Int(response.partialSuccess.rejectedDataPoints), response.partialSuccess.errorMessage)
    }

    private static func empty(_ reading: MetricReading, _ span: Span) -> WireMetric {
        .with {
            $0.name = reading.name
            let instrument = GenAIConventions.instruments[reading.name]
            $0.unit = instrument?.unit ?? ""
            $0.description_p = instrument?.description ?? ""
            switch reading.value {
            case .count, .sum:
                $0.sum = .with {
                    $0.isMonotonic = true
                    $0.aggregationTemporality = span.temporality
                }
            case .gauge: $0.gauge = .init()
            case .histogram: $0.histogram = .with { $0.aggregationTemporality = span.temporality }
            }
        }
    }

    private static func add(_ reading: MetricReading, _ span: Span, to metric: inout WireMetric) {
        let attributes = reading.dimensions.map { Opentelemetry_Proto_Common_V1_KeyValue.text($0.name, $0.value) }
        var number = Number.with {
            $0.attributes = attributes
            $0.startTimeUnixNano = span.start.nanoseconds
            $0.timeUnixNano = span.end.nanoseconds
        }
        switch reading.value {
        case .count(let count):
            number.asInt = count
            metric.sum.dataPoints.append(number)
        case .sum(let sum):
            number.asDouble = sum
            metric.sum.dataPoints.append(number)
        case .gauge(let level):
            number.asDouble = level
            metric.gauge.dataPoints.append(number)
        case .histogram(let histogram):
            metric.histogram.dataPoints.append(
                HistogramPoint.with {
                    $0.attributes = attributes
                    $0.startTimeUnixNano = span.start.nanoseconds
                    $0.timeUnixNano = span.end.nanoseconds
                    $0.count = histogram.count
                    $0.sum = histogram.sum
                    $0.bucketCounts = histogram.counts
                    $0.explicitBounds = histogram.bounds
                    if histogram.count > 0 {
                        $0.min = histogram.least
                        $0.max = histogram.most
                    }
                })
        }
    }
}

extension OTLPMetrics.Span {
    fileprivate var temporality: Opentelemetry_Proto_Metrics_V1_AggregationTemporality {
        isDelta ? .delta : .cumulative
    }
}

extension Timestamp {
    fileprivate var nanoseconds: UInt64 { EventInstant(self).nanosecondsSinceEpoch }
}
