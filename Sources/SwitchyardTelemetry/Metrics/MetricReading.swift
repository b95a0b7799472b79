/// What a metric has come to, of one set of dimensions.
struct MetricReading: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        case count(Int64)
        case sum(Double)
        case gauge(Double)
        case histogram(Histogram)
    }

    var name: String
    /// Sorted by name.
    var dimensions: [Dimension]
    var value: Value

    struct Dimension: Hashable, Sendable {
        var name: String
        var value: String
    }
}

/// Values counted by size.
struct Histogram: Sendable, Equatable {
    /// The upper bounds of all buckets but the last, which has none. A bound belongs to the bucket below it.
    let bounds: [Double]
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0
    private(set) var least = Double.infinity
    private(set) var most = -Double.infinity

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    var count: UInt64 { counts.reduce(0, +) }

    /// Adds `value`, unless it is no finite number.
    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
        least = min(least, value)
        most = max(most, value)
    }
}
