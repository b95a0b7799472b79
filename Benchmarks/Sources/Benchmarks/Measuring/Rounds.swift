/// What one thing took in each round.
struct Series {
    private(set) var values: [Double] = []

    init(_ values: [Double] = []) {
        self.values = values
    }

    mutating func add(_ value: Double) { values.append(value) }

    /// The round that other work on the machine disturbed least.
    var least: Double { values.min() ?? .nan }

    var median: Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Every value divided by `divisor`.
    func divided(by divisor: Double) -> Series { Series(values.map { $0 / divisor }) }
}

/// Repeats measurements in turn, so that a busy moment of the machine hits all of them alike.
enum Rounds {
    /// Runs `subjects` one after the other, `count` times after a warm-up, each giving its own number. Returns their
    /// series in the same order.
    static func measure(
        _ count: Int, warmUp: Bool = true, _ subjects: [() async throws -> Double]
    ) async throws -> [Series] {
        var series = subjects.map { _ in Series() }
        if warmUp {
            for subject in subjects { _ = try await subject() }
        }
        for _ in 0..<count {
            for (index, subject) in subjects.enumerated() { series[index].add(try await subject()) }
        }
        return series
    }
}
