/// How long the chains of an order of trunks are, as it grows.
struct TrunkDepths {
    private var after: [[Int]]
    private var before: [[Int]]
    /// The most trunks before each in one chain, and after it.
    private var depth: [Int]
    private var height: [Int]

    /// - Parameters: an order without cycles, in both directions.
    init(after: [[Int]], before: [[Int]]) {
        self.after = after
        self.before = before
        depth = Array(repeating: 0, count: after.count)
        height = depth
        for trunk in after.indices {
            Self.raise(&depth, from: trunk, along: after)
            Self.raise(&height, from: trunk, along: before)
        }
    }

    var longest: Int { zip(depth, height).map { $0 + $1 + 1 }.max() ?? 0 }

    /// Adds a pair unless it closes a cycle or makes a chain longer than the limit. Returns whether it was added.
    mutating func add(_ first: Int, _ second: Int, limit: Int) -> Bool {
        guard depth[first] + height[second] + 2 <= limit, !reaches(second, first) else { return false }
        after[first].append(second)
        before[second].append(first)
        Self.raise(&depth, from: first, along: after)
        Self.raise(&height, from: second, along: before)
        return true
    }

    private func reaches(_ start: Int, _ end: Int) -> Bool {
        var seen: Set<Int> = [start]
        var stack = [start]
        while let trunk = stack.popLast() {
            if trunk == end { return true }
            for next in after[trunk] where seen.insert(next).inserted { stack.append(next) }
        }
        return false
    }

    private static func raise(_ values: inout [Int], from start: Int, along links: [[Int]]) {
        var stack = [start]
        while let trunk = stack.popLast() {
            for next in links[trunk] where values[next] <= values[trunk] {
                values[next] = values[trunk] + 1
                stack.append(next)
            }
        }
    }
}
