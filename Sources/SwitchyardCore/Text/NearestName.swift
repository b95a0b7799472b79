/// Finds what a person meant by a name that does not exist.
package enum NearestName {
    /// The name of `candidates` that `name` is most likely a slip of; nil where none is near enough.
    ///
    /// Near is at most one edit in three characters (insert, delete, replace, swap neighbours), capital letters aside.
    /// Of names equally near, the first.
    package static func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
        // Longer names are not slips of the keyboard, and the table below is quadratic.
        let wanted = Array(name.lowercased().unicodeScalars.prefix(65))
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(65))
            let limit = max(1, max(letters.count, wanted.count) / 3)
            guard letters.count <= 64, abs(letters.count - wanted.count) <= limit else { continue }
            let distance = distance(from: wanted, to: letters)
            // A name of one or two letters has every other such name within one edit.
            guard distance <= limit, distance < max(letters.count, wanted.count) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The optimal string alignment distance.
    private static func distance(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1..<(left.count + 1) {
            var current = [row]
            current.reserveCapacity(right.count + 1)
            for column in 1..<(right.count + 1) {
                let isSame = left[row - 1] == right[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
