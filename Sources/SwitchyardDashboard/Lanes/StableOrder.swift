/// An order in which every step stands below what it needs, and which otherwise is the file's.
enum StableOrder {
    /// The indices in that order; `needs[i]` are the indices `i` needs. Steps of a cycle, which a compiled plan never
    /// has, stand last.
    static func order(needs: [[Int]]) -> [Int] {
        let isOrdered = needs.indices.allSatisfy { index in needs[index].allSatisfy { $0 < index } }
        if isOrdered { return Array(needs.indices) }
        var missing = needs.map(\.count)
        var dependents = [[Int]](repeating: [], count: needs.count)
        for (index, list) in needs.enumerated() { for need in list { dependents[need].append(index) } }
        var isPlaced = [Bool](repeating: false, count: needs.count)
        var order: [Int] = []
        order.reserveCapacity(needs.count)
        // Each pass takes what the file's order allows; files are nearly ordered, so that passes are few.
        var waiting = Array(needs.indices)
        while true {
            var left: [Int] = []
            for index in waiting {
                guard missing[index] == 0 else {
                    left.append(index)
                    continue
                }
                isPlaced[index] = true
                order.append(index)
                for dependent in dependents[index] { missing[dependent] -= 1 }
            }
            if left.count == waiting.count { return order + left }
            if left.isEmpty { return order }
            waiting = left
        }
    }
}
