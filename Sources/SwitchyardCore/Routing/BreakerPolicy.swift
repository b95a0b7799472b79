/// When a breaker opens, for how long, and when it closes again.
package struct BreakerPolicy: Hashable, Sendable {
    /// How far back calls count, in `buckets` equal parts that go as a whole.
    package var window: Duration
    package var buckets: Int
    /// Fewer calls than this in the window open nothing by their share.
    package var minimumCalls: Int
    /// The share of failed and slow calls in the window that opens.
    package var failureShare: Double
    /// So many failures one after the other open, however few calls there are.
    package var consecutiveFailures: Int
    /// A call is slow if its first token takes this many times the median of the calls before…
    package var slowFactor: Double
    /// …and longer than this.
    package var slowAtLeast: Duration
    /// How long the first opening lasts; each next one twice as long, up to `longestOpening`.
    package var firstOpening: Duration
    package var longestOpening: Duration
    /// An opening is longer or shorter by up to this share, so that processes do not probe together.
    package var jitter: Double
    /// How many probes one after the other must succeed.
    package var successesToClose: Int
    /// How long a key without money, or that is refused, is left alone.
    package var refusedKeyOpening: Duration
    /// How long a provider is left alone that asks for fewer calls without saying for how long.
    package var parkingWithoutWait: Duration

    package static let standard = BreakerPolicy()

    package init(
        window: Duration = .seconds(60), buckets: Int = 6, minimumCalls: Int = 5, failureShare: Double = 0.5,
        consecutiveFailures: Int = 3, slowFactor: Double = 3, slowAtLeast: Duration = .seconds(2),
        firstOpening: Duration = .seconds(15), longestOpening: Duration = .seconds(300), jitter: Double = 0.2,
        successesToClose: Int = 2, refusedKeyOpening: Duration = .seconds(600),
        parkingWithoutWait: Duration = .seconds(1)
    ) {
        self.window = window
        self.buckets = buckets
        self.minimumCalls = minimumCalls
        self.failureShare = failureShare
        self.consecutiveFailures = consecutiveFailures
        self.slowFactor = slowFactor
        self.slowAtLeast = slowAtLeast
        self.firstOpening = firstOpening
        self.longestOpening = longestOpening
        self.jitter = jitter
        self.successesToClose = successesToClose
        self.refusedKeyOpening = refusedKeyOpening
        self.parkingWithoutWait = parkingWithoutWait
    }

    /// How long opening number `count` (from 1) lasts.
    ///
    /// - Parameter random: an evenly distributed number in 0..<1.
    func opening(_ count: Int, random: Double) -> Duration {
        var length = firstOpening
        for _ in 1..<max(1, count) where length < longestOpening { length = length * 2 }
        return min(length, longestOpening) * (1 + jitter * (2 * random - 1))
    }
}
