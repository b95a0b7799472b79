/// How much room an entry takes on either side of the line its edges run on, and beside it.
struct Room {
    /// Cells before the line, and after it.
    var before: Int
    var after: Int
    var isNode: Bool
}

/// Places the entries of each layer so that links run straight where they can.
///
/// Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001): four alignments, each into blocks as
/// far to one side as they go, and of the four coordinates the mean of the middle two, rounded to whole cells. Heavy
/// links win over links inside passages, those over the rest, so that the critical path is straight in all four.
struct RowAssignment {
    private let ladder: Ladder
    private let layers: [[Int]]
    private let positions: [Int]
    private let rooms: [Room]
    private let gap: (Room, Room) -> Int
    private let yields: [Bool]

    /// - Parameter gap: the blank cells between neighbours.
    init(
        _ ladder: Ladder, layers: [[Int]], positions: [Int], rooms: [Room], gap: @escaping (Room, Room) -> Int
    ) {
        self.ladder = ladder
        self.layers = layers
        self.positions = positions
        self.rooms = rooms
        self.gap = gap
        yields = LinkPriorities.yielding(ladder, layers: layers, positions: positions)
    }

    /// The cell of each entry's line; the first cell that anything takes is 0.
    func coordinates() -> [Int] {
        if layers.allSatisfy({ $0.count == 1 }) {
            let line = rooms.map(\.before).max() ?? 0
            return Array(repeating: line, count: rooms.count)
        }
        var candidates: [(coordinates: [Int], low: Int, high: Int)] = []
        for isMirrored in [false, true] {
            for downwards in [true, false] {
                let roots = alignedRoots(downwards: downwards, isMirrored: isMirrored)
                var coordinates = compacted(roots, isMirrored: isMirrored)
                if isMirrored { for index in coordinates.indices { coordinates[index].negate() } }
                let low = coordinates.indices.map { coordinates[$0] - rooms[$0].before }.min() ?? 0
                let high = coordinates.indices.map { coordinates[$0] + rooms[$0].after }.max() ?? 0
                candidates.append((coordinates, low, high))
            }
        }
        // The narrowest sets the edges: the first two begin where it begins, the others end where it ends.
        let narrowest = candidates.min { $0.high - $0.low < $1.high - $1.low } ?? candidates[0]
        let shifts = candidates.enumerated().map { index, candidate in
            index < 2 ? narrowest.low - candidate.low : narrowest.high - candidate.high
        }
        var result = rooms.indices.map { entry in
            var (sum, least, most) = (0, Int.max, Int.min)
            for (candidate, shift) in zip(candidates, shifts) {
                let coordinate = candidate.coordinates[entry] + shift
                sum += coordinate
                least = min(least, coordinate)
                most = max(most, coordinate)
            }
            // Half of the middle two's sum. Shifting right rounds down, also below zero, so that neighbours stay as
            // far apart as they are in all four.
            return (sum - least - most) >> 1
        }
        let low = result.indices.map { result[$0] - rooms[$0].before }.min() ?? 0
        for index in result.indices { result[index] -= low }
        return result
    }

    // MARK: Blocks

    /// The root of each entry's block: entries in one line, linked from layer to layer.
    private func alignedRoots(downwards: Bool, isMirrored: Bool) -> [Int] {
        var roots = Array(rooms.indices)
        var isTaken = [Bool](repeating: false, count: rooms.count)
        let adjacency = downwards ? ladder.up : ladder.down
        let inOrder = downwards ? Array(layers.indices.dropFirst()) : Array(layers.indices.dropLast().reversed())
        var places: [Int] = []
        for layer in inOrder {
            var limit = isMirrored ? Int.max : -1
            let order = layers[layer]
            for index in order.indices {
                let entry = order[isMirrored ? order.count - 1 - index : index]
                places.removeAll(keepingCapacity: true)
                for place in adjacency.range(entry) where !yields[adjacency.links[place]] { places.append(place) }
                guard !places.isEmpty else { continue }
                if places.count > 1 {
                    places.sort { positions[adjacency.neighbours[$0]] < positions[adjacency.neighbours[$1]] }
                }
                var medians = ((places.count - 1) / 2, places.count / 2)
                if isMirrored { swap(&medians.0, &medians.1) }
                for median in medians.0 == medians.1 ? [medians.0] : [medians.0, medians.1] {
                    let neighbour = adjacency.neighbours[places[median]]
                    let position = positions[neighbour]
                    guard !isTaken[neighbour], isMirrored ? position < limit : position > limit else { continue }
                    roots[entry] = roots[neighbour]
                    isTaken[neighbour] = true
                    limit = position
                    break
                }
            }
        }
        return roots
    }

    // MARK: Compaction

    /// Each block as near to the first cell as those before it allow, then as near to those after it as they allow.
    private func compacted(_ roots: [Int], isMirrored: Bool) -> [Int] {
        var ends: [(key: Int, neighbour: Int)] = []
        var weights: [Int] = []
        for order in layers {
            for index in order.indices.dropFirst() {
                let first = order[isMirrored ? order.count - index : index - 1]
                let second = order[isMirrored ? order.count - 1 - index : index]
                ends.append((roots[first], roots[second]))
                let between = isMirrored ? gap(rooms[second], rooms[first]) : gap(rooms[first], rooms[second])
                let after = isMirrored ? rooms[first].before : rooms[first].after
                let before = isMirrored ? rooms[second].after : rooms[second].before
                weights.append(after + 1 + between + before)
            }
        }
        let next = Adjacency(count: rooms.count, ends: ends)
        var open = [Int](repeating: 0, count: rooms.count)
        for end in ends { open[end.neighbour] += 1 }
        var coordinates = [Int](repeating: 0, count: rooms.count)
        var queue = rooms.indices.filter { open[$0] == 0 && roots[$0] == $0 }
        // Blocks begin where their first cells fit, not their lines.
        for index in rooms.indices {
            let before = isMirrored ? rooms[index].after : rooms[index].before
            coordinates[roots[index]] = max(coordinates[roots[index]], before)
        }
        var head = 0
        while head < queue.count {
            let block = queue[head]
            head += 1
            for place in next.range(block) {
                let other = next.neighbours[place]
                coordinates[other] = max(coordinates[other], coordinates[block] + weights[next.links[place]])
                open[other] -= 1
                if open[other] == 0 { queue.append(other) }
            }
        }
        for block in queue.reversed() {
            var room = Int.max
            for place in next.range(block) {
                room = min(room, coordinates[next.neighbours[place]] - weights[next.links[place]])
            }
            if room < Int.max { coordinates[block] = max(coordinates[block], room) }
        }
        for index in coordinates.indices { coordinates[index] = coordinates[roots[index]] }
        return coordinates
    }
}
