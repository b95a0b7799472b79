package import Metrics
import Synchronization

/// A back end of swift-metrics that adds up in memory, for somebody to read.
package final class CollectingMetrics: MetricsFactory {
    /// How many series of one metric there may be; what is more is added up in one that says so.
    static let maximumSeries = 2000
    private static let overflow = MetricReading.Dimension(name: "otel.metric.overflow", value: "true")

    private struct Key: Hashable {
        var name: String
        var dimensions: [MetricReading.Dimension]
    }

    private struct State {
        var series: [Key: CollectedSeries] = [:]
        var counts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// What was told so far, sorted by name and dimensions.
    ///
    /// - Parameter resets: whether everything begins anew.
    func read(resets: Bool) -> [MetricReading] {
        let series = state.withLock { Array($0.series.values) }
        return series.compactMap { $0.read(resets: resets) }.sorted { left, right in
            left.name != right.name ? left.name < right.name : left.sortKey < right.sortKey
        }
    }

    private func series(
        _ name: String, _ dimensions: [(String, String)], initial: MetricReading.Value
    ) -> CollectedSeries {
        let sorted = dimensions.map { MetricReading.Dimension(name: $0.0, value: $0.1) }
            .sorted { $0.name < $1.name }
        return state.withLock { state in
            var key = Key(name: name, dimensions: sorted)
            if let series = state.series[key] { return series }
            if state.counts[name, default: 0] >= Self.maximumSeries {
                key.dimensions = [Self.overflow]
                if let series = state.series[key] { return series }
            }
            let series = CollectedSeries(name: name, dimensions: key.dimensions, initial: initial)
            state.series[key] = series
            state.counts[name, default: 0] += 1
            return series
        }
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> CollectedSeries {
        let bounds = GenAIConventions.instruments[name]?.bounds ?? []
        return series(
            name, dimensions, initial: .histogram(Histogram(bounds: bounds.isEmpty ? Self.usualBounds : bounds)))
    }

    /// Those of OpenTelemetry where nobody names any.
    private static let usualBounds: [Double] = [
        0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000,
    ]

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CollectedCounter(series(label, dimensions, initial: .count(0)))
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        CollectedSum(series(label, dimensions, initial: .sum(0)))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        CollectedGauge(series(label, dimensions, initial: .gauge(0)))
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? CollectedHistogram(histogram(label, dimensions))
            : CollectedGauge(series(label, dimensions, initial: .gauge(0)))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        CollectedTimer(histogram(label, dimensions))
    }

    // A series outlives its handlers: what was counted stays counted.

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

extension MetricReading {
    fileprivate var sortKey: String { dimensions.map { "\($0.name)=\($0.value)" }.joined(separator: "\u{1F}") }
}
