/// How the calls of the last while ended, counted in buckets of time.
struct CallWindow: Hashable, Sendable {
    private struct Bucket: Hashable {
        var index: Int64
        var calls = 0
        var bad = 0
    }

    private let width: Int64
    private let count: Int64
    private var buckets: [Bucket] = []

    init(length: Duration, buckets: Int) {
        count = Int64(max(1, buckets))
        width = max(1, length.wholeMicroseconds / count)
    }

    mutating func record(isBad: Bool, at now: Timestamp) {
        let index = bucketIndex(now)
        buckets.removeAll { $0.index <= index - count }
        // A clock that was set back counts into the newest bucket.
        if buckets.last.map({ $0.index < index }) ?? true { buckets.append(Bucket(index: index)) }
        buckets[buckets.count - 1].calls += 1
        if isBad { buckets[buckets.count - 1].bad += 1 }
    }

    func totals(at now: Timestamp) -> (calls: Int, bad: Int) {
        let index = bucketIndex(now)
        return buckets.reduce(into: (0, 0)) { sums, bucket in
            guard bucket.index > index - count else { return }
            sums.0 += bucket.calls
            sums.1 += bucket.bad
        }
    }

    mutating func clear() { buckets = [] }

    private func bucketIndex(_ time: Timestamp) -> Int64 {
        // Division that rounds downwards before 1970 too.
        let (quotient, rest) = time.microseconds.quotientAndRemainder(dividingBy: width)
        return rest < 0 ? quotient - 1 : quotient
    }
}

/// The first-token times of the last calls, to know what is slow.
struct LatencyMedian: Hashable, Sendable {
    private static let kept = 31
    private static let enough = 8
    private var times: [Duration] = []
    private var next = 0

    mutating func record(_ time: Duration) {
        if times.count < Self.kept {
            times.append(time)
        } else {
            times[next] = time
        }
        next = (next + 1) % Self.kept
    }

    /// Nil while there are too few.
    var median: Duration? {
        times.count < Self.enough ? nil : times.sorted()[times.count / 2]
    }
}
