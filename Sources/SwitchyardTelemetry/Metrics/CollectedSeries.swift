import Metrics
import Synchronization

/// One metric of one set of dimensions, as a ``CollectingMetrics`` keeps it.
///
/// A series is told nothing between its making and its first value: what nobody counted is not read.
final class CollectedSeries: Sendable {
    let name: String
    let dimensions: [MetricReading.Dimension]
    private let initial: MetricReading.Value
    private let state: Mutex<MetricReading.Value?>

    init(name: String, dimensions: [MetricReading.Dimension], initial: MetricReading.Value) {
        self.name = name
        self.dimensions = dimensions
        self.initial = initial
        state = Mutex(nil)
    }

    /// What it has come to; nil if it was told nothing.
    ///
    /// - Parameter resets: whether it begins anew; a gauge keeps what it shows.
    func read(resets: Bool) -> MetricReading? {
        state.withLock { state in
            guard let value = state else { return nil }
            if resets, !value.isGauge { state = nil }
            return MetricReading(name: name, dimensions: dimensions, value: value)
        }
    }

    private func change(_ body: (inout MetricReading.Value) -> Void) {
        state.withLock { state in
            var value = state.take() ?? initial
            body(&value)
            state = value
        }
    }

    func add(_ amount: Int64) {
        change { value in
            if case .count(let count) = value { value = .count(count.addingReportingOverflow(amount).partialValue) }
        }
    }

    func add(_ amount: Double) {
        change { value in
            switch value {
            case .sum(let sum) where amount.isFinite: value = .sum(sum + amount)
            case .gauge(let level) where amount.isFinite: value = .gauge(level + amount)
            case .histogram(var histogram):
                histogram.add(amount)
                value = .histogram(histogram)
            case .count, .sum, .gauge: break
            }
        }
    }

    func set(_ level: Double) {
        change { if case .gauge = $0 { $0 = .gauge(level) } }
    }

    func reset() {
        state.withLock { $0 = nil }
    }
}

extension MetricReading.Value {
    fileprivate var isGauge: Bool {
        if case .gauge = self { true } else { false }
    }
}

// MARK: What swift-metrics asks of them

// One class for each, as the protocols' methods have the same names and different meanings.

final class CollectedCounter: CounterHandler {
    private let series: CollectedSeries
    init(_ series: CollectedSeries) { self.series = series }
    func increment(by amount: Int64) { series.add(amount) }
    func reset() { series.reset() }
}

final class CollectedSum: FloatingPointCounterHandler {
    private let series: CollectedSeries
    init(_ series: CollectedSeries) { self.series = series }
    func increment(by amount: Double) { series.add(amount) }
    func reset() { series.reset() }
}

final class CollectedHistogram: RecorderHandler {
    private let series: CollectedSeries
    init(_ series: CollectedSeries) { self.series = series }
    func record(_ value: Int64) { series.add(Double(value)) }
    func record(_ value: Double) { series.add(value) }
}

/// In seconds.
final class CollectedTimer: TimerHandler {
    private let series: CollectedSeries
    init(_ series: CollectedSeries) { self.series = series }
    func recordNanoseconds(_ duration: Int64) { series.add(Double(duration) / 1e9) }
}

final class CollectedGauge: MeterHandler, RecorderHandler {
    private let series: CollectedSeries
    init(_ series: CollectedSeries) { self.series = series }
    func set(_ value: Int64) { series.set(Double(value)) }
    func set(_ value: Double) { series.set(value) }
    func increment(by amount: Double) { series.add(amount) }
    func decrement(by amount: Double) { series.add(-amount) }
    func record(_ value: Int64) { series.set(Double(value)) }
    func record(_ value: Double) { series.set(value) }
}
