/// How many links cross.
enum CrossingCount {
    /// All crossings of a ladder whose layers stand in the given order.
    static func total(_ ladder: Ladder, layers: [[Int]], positions: [Int]) -> Int {
        var total = 0
        var scratch: [Int] = []
        for layer in layers.indices.dropLast() {
            // A Fenwick tree of the ends seen so far: each later link crosses those that end beyond its own end.
            var tree = [Int](repeating: 0, count: layers[layer + 1].count + 1)
            var seen = 0
            for entry in layers[layer] {
                scratch.removeAll(keepingCapacity: true)
                for neighbour in ladder.down.of(entry) { scratch.append(positions[neighbour]) }
                for end in scratch {
                    var index = end + 1
                    var before = 0
                    while index > 0 {
                        before += tree[index]
                        index &= index - 1
                    }
                    total += seen - before
                }
                for end in scratch {
                    var index = end + 1
                    while index < tree.count {
                        tree[index] += 1
                        index += index & -index
                    }
                }
                seen += scratch.count
            }
        }
        return total
    }
}
