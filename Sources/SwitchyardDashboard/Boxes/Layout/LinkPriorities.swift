/// Which links may not be straight because a more important one could not be then.
enum LinkPriorities {
    /// For each link, whether it crosses one of higher priority or leaves or enters the same entry as one.
    static func yielding(_ ladder: Ladder, layers: [[Int]], positions: [Int]) -> [Bool] {
        let priorities = ladder.links.map { link in
            if link.isHeavy { return 2 }
            return ladder.entries[link.from].node == nil && ladder.entries[link.to].node == nil ? 1 : 0
        }
        var yields = [Bool](repeating: false, count: ladder.links.count)
        guard priorities.contains(where: { $0 > 0 }) else { return yields }
        for layer in layers.indices.dropLast() {
            for level in [1, 2] {
                mark(
                    ladder, layers[layer], width: layers[layer + 1].count, positions: positions, priorities, level,
                    &yields)
            }
        }
        return yields
    }

    /// Marks the links below a priority that give way to links of at least that priority, between two layers.
    private static func mark(
        _ ladder: Ladder, _ order: [Int], width: Int, positions: [Int], _ priorities: [Int], _ level: Int,
        _ yields: inout [Bool]
    ) {
        // The farthest end of the important links that begin before a place, and the nearest of those that begin after.
        var farthest = [Int](repeating: -1, count: order.count + 1)
        var nearest = [Int](repeating: width, count: order.count + 1)
        var entersImportant = [Bool](repeating: false, count: width)
        var leavesImportant = [Bool](repeating: false, count: order.count)
        for (place, entry) in order.enumerated() {
            for slot in ladder.down.range(entry) where priorities[ladder.down.links[slot]] >= level {
                let end = positions[ladder.down.neighbours[slot]]
                farthest[place + 1] = max(farthest[place + 1], end)
                nearest[place] = min(nearest[place], end)
                entersImportant[end] = true
                leavesImportant[place] = true
            }
        }
        for place in order.indices { farthest[place + 1] = max(farthest[place + 1], farthest[place]) }
        for place in order.indices.reversed() { nearest[place] = min(nearest[place], nearest[place + 1]) }
        for (place, entry) in order.enumerated() {
            for slot in ladder.down.range(entry) where priorities[ladder.down.links[slot]] < level {
                let end = positions[ladder.down.neighbours[slot]]
                if farthest[place] > end || nearest[place + 1] < end || leavesImportant[place] || entersImportant[end] {
                    yields[ladder.down.links[slot]] = true
                }
            }
        }
    }
}
