/// Finds what a person meant by a name that does not exist.
package enum NearestName {
    /// The name of `candidates` that `name` is most likely a slip of; nil where none is near enough.
    ///
    /// Near is at most one edit in three characters (insert, delete, replace, swap neighbours), capital letters aside.
    /// Of names equally near, the first.
    package static func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
        // Longer names are not slips of the keyboard, and the table below is quadratic.
        let wanted = letters(of: name)
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        var table = DistanceTable(wanted)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            // A scalar is one to four bytes: enough to tell most names apart without looking at them.
            let size = candidate.utf8.count
            guard size / 4 <= wanted.count * 2, wanted.count <= size * 2 else { continue }
            let letters = letters(of: candidate)
            let limit = max(1, max(letters.count, wanted.count) / 3)
            guard letters.count <= longest, abs(letters.count - wanted.count) <= limit else { continue }
            let bound = min(limit, max(letters.count, wanted.count) - 1, (best?.distance ?? .max) - 1)
            // A name of one or two letters has every other such name within one edit.
            guard let distance = table.distance(to: letters, atMost: bound) else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    private static let longest = 64

    private static func letters(of name: String) -> [UInt32] {
        var letters: [UInt32] = []
        letters.reserveCapacity(min(name.utf8.count, longest + 1))
        for scalar in name.unicodeScalars.prefix(longest + 1) {
            if scalar.isASCII {
                letters.append(("A"..."Z").contains(scalar) ? scalar.value + 32 : scalar.value)
            } else {
                letters += scalar.properties.lowercaseMapping.unicodeScalars.map(\.value)
            }
        }
        return letters
    }
}

/// The rows of the optimal string alignment distance, made once for one name and many others.
private struct DistanceTable {
    private let wanted: [UInt32]
    private var beforeLast: [Int] = []
    private var last: [Int] = []
    private var current: [Int] = []

    init(_ wanted: [UInt32]) {
        self.wanted = wanted
    }

    /// The distance to `other`, or nil if it is more than `limit`.
    mutating func distance(to other: [UInt32], atMost limit: Int) -> Int? {
        guard limit >= 0 else { return nil }
        reset(other.count)
        for row in 1..<(wanted.count + 1) {
            current[0] = row
            var least = row
            for column in 1..<(other.count + 1) {
                let isSame = wanted[row - 1] == other[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, wanted[row - 1] == other[column - 2], wanted[row - 2] == other[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current[column] = cost
                least = min(least, cost)
            }
            // A swap reaches back two rows, and then costs one more.
            if least > limit + 1 { return nil }
            swap(&beforeLast, &last)
            swap(&last, &current)
        }
        return last[other.count] <= limit ? last[other.count] : nil
    }

    private mutating func reset(_ count: Int) {
        guard last.count <= count else {
            for column in 0..<(count + 1) { last[column] = column }
            return
        }
        last = Array(0...count)
        beforeLast = last
        current = last
    }
}
