/// Times work on the monotonic clock.
enum Stopwatch {
    /// How many seconds `work` took.
    static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - start).seconds
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
