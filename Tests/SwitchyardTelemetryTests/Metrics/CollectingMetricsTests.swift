import Metrics
import Testing

@testable import SwitchyardTelemetry

@Suite struct CollectingMetricsTests {
    @Test func everyKind() {
        let metrics = CollectingMetrics()
        Counter(label: "count", dimensions: [("b", "2"), ("a", "1")], factory: metrics).increment(by: 2)
        Counter(label: "count", dimensions: [("a", "1"), ("b", "2")], factory: metrics).increment()
        FloatingPointCounter(label: "sum", factory: metrics).increment(by: 0.25)
        Gauge(label: "gauge", factory: metrics).record(4)
        Meter(label: "meter", factory: metrics).increment(by: 3)
        Recorder(label: "sizes", factory: metrics).record(12)
        Timer(label: "time", factory: metrics).recordMilliseconds(1500)
        #expect(
            metrics.read(resets: true).map(\.line) == [
                "count{a=1 b=2} 3", "gauge{} 4.0 now", "meter{} 3.0 now", "sizes{} 1 x 12.0", "sum{} 0.25",
                "time{} 1 x 1.5",
            ])
        #expect(metrics.read(resets: false).map(\.line) == ["gauge{} 4.0 now", "meter{} 3.0 now"])
    }

    @Test func buckets() {
        var histogram = Histogram(bounds: [1, 10])
        for value in [0, 1, 1.5, 10, 11, Double.nan, .infinity] { histogram.add(value) }
        #expect(histogram.counts == [2, 2, 1])
        #expect((histogram.count, histogram.sum) == (5, 23.5))
        #expect((histogram.least, histogram.most) == (0, 11))
        #expect(GenAIConventions.instruments[GenAIConventions.tokenUsage]?.bounds.last == 67_108_864)
        #expect(
            GenAIConventions.instruments[GenAIConventions.callDuration]?.bounds == [
                0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
            ])
    }

    /// What anybody's names fill cannot fill the memory.
    @Test func tooManySeries() {
        let metrics = CollectingMetrics()
        for number in 0..<3000 {
            Counter(label: "count", dimensions: [("n", "\(number)")], factory: metrics).increment()
        }
        let readings = metrics.read(resets: false)
        #expect(readings.count == 2001)
        #expect(readings.map(\.line).contains("count{otel.metric.overflow=true} 1000"))
    }
}
