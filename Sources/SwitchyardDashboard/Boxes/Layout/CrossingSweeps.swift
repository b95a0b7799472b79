/// Orders the entries of each layer so that few links cross.
///
/// Median and transpose sweeps (Gansner and others, "A Technique for Drawing Directed Graphs", 1993) from the order
/// given; another order is taken only where it has fewer crossings, so a drawing that has none stands as it is.
struct CrossingSweeps {
    /// Entries above which fewer sweeps are made.
    private static let largeCount = 4000
    private static let hugeCount = 50_000

    private let ladder: Ladder
    private let standing: Standing
    /// The entries of each layer, first to last.
    private(set) var layers: [[Int]]
    /// Where each entry stands in its layer.
    private(set) var positions: [Int]

    /// - Parameter standing: nodes whose order must stay.
    init(_ ladder: Ladder, standing: Standing) {
        self.ladder = ladder
        self.standing = standing
        layers = ladder.layers
        positions = Array(repeating: 0, count: ladder.entries.count)
        for layer in layers.indices {
            layers[layer] = standing.restored(layers[layer])
            updatePositions(layer)
        }
    }

    /// Makes sweeps until they bring nothing.
    mutating func run() {
        guard layers.count > 1 else { return }
        var fewest = CrossingCount.total(ladder, layers: layers, positions: positions)
        var best = layers
        var vainSweeps = 0
        for sweep in 0..<sweepLimit where fewest > 0 && vainSweeps < 4 {
            sortByMedians(downwards: sweep.isMultiple(of: 2))
            transpose()
            let count = CrossingCount.total(ladder, layers: layers, positions: positions)
            if count < fewest {
                fewest = count
                best = layers
                vainSweeps = 0
            } else {
                vainSweeps += 1
            }
        }
        layers = best
        for layer in layers.indices { updatePositions(layer) }
    }

    private var sweepLimit: Int {
        let count = ladder.entries.count
        return count > Self.hugeCount ? 2 : count > Self.largeCount ? 4 : 24
    }

    private var passLimit: Int { ladder.entries.count > Self.hugeCount ? 2 : 8 }

    private mutating func updatePositions(_ layer: Int) {
        for (position, entry) in layers[layer].enumerated() { positions[entry] = position }
    }

    // MARK: Medians

    private mutating func sortByMedians(downwards: Bool) {
        let inOrder = downwards ? Array(layers.indices.dropFirst()) : Array(layers.indices.dropLast().reversed())
        for layer in inOrder {
            sort(layer, by: downwards ? ladder.up : ladder.down)
            updatePositions(layer)
        }
    }

    /// Entries without neighbours on that side keep their places; the others share the rest, in the medians' order.
    private mutating func sort(_ layer: Int, by adjacency: Adjacency) {
        var scratch: [Int] = []
        var medians: [(entry: Int, median: Int)] = []
        var places: [Int] = []
        for (place, entry) in layers[layer].enumerated() {
            let neighbours = adjacency.of(entry)
            guard !neighbours.isEmpty else { continue }
            scratch.removeAll(keepingCapacity: true)
            for neighbour in neighbours { scratch.append(positions[neighbour]) }
            scratch.sort()
            places.append(place)
            medians.append((entry, scratch[(scratch.count - 1) / 2] + scratch[scratch.count / 2]))
        }
        if standing.isEmpty {
            // The standard library's sort is stable, so equals keep their order.
            medians.sort { $0.median < $1.median }
        } else {
            for end in medians.indices.dropFirst() {
                var place = end
                while place > 0, medians[place].median < medians[place - 1].median,
                    standing.mayExchange(medians[place - 1].entry, medians[place].entry)
                {
                    medians.swapAt(place, place - 1)
                    place -= 1
                }
            }
        }
        for (place, item) in zip(places, medians) { layers[layer][place] = item.entry }
        layers[layer] = standing.restored(layers[layer])
    }

    // MARK: Neighbours exchanged

    private mutating func transpose() {
        for layer in layers.indices { transpose(layer) }
    }

    private mutating func transpose(_ layer: Int) {
        var order = layers[layer]
        guard order.count > 1 else { return }
        // The layers beside this one stand still meanwhile.
        let above = NeighbourPositions(order, ladder.up, positions)
        let below = NeighbourPositions(order, ladder.down, positions)
        var places = Array(order.indices)
        var hasChanged = true
        var passes = 0
        while hasChanged && passes < passLimit {
            hasChanged = false
            passes += 1
            for index in 1..<order.count {
                let (left, right) = (places[index - 1], places[index])
                let now = above.crossings(left, right) + below.crossings(left, right)
                guard now > 0, standing.mayExchange(order[index - 1], order[index]),
                    above.crossings(right, left) + below.crossings(right, left) < now
                else { continue }
                order.swapAt(index - 1, index)
                places.swapAt(index - 1, index)
                hasChanged = true
            }
        }
        layers[layer] = order
        updatePositions(layer)
    }
}

/// Where the neighbours of a layer's entries stand, each entry's sorted.
private struct NeighbourPositions {
    private var starts: [Int] = [0]
    private var values: [Int] = []

    init(_ order: [Int], _ adjacency: Adjacency, _ positions: [Int]) {
        starts.reserveCapacity(order.count + 1)
        for entry in order {
            let start = values.count
            for place in adjacency.range(entry) {
                let position = positions[adjacency.neighbours[place]]
                // Lists are short and nearly sorted.
                var slot = values.count
                values.append(position)
                while slot > start, values[slot - 1] > position {
                    values.swapAt(slot, slot - 1)
                    slot -= 1
                }
            }
            starts.append(values.count)
        }
    }

    /// The crossings of two entries' links where the first stands first; entries by their places in the order given.
    func crossings(_ first: Int, _ second: Int) -> Int {
        let (left, right) = (starts[first]..<starts[first + 1], starts[second]..<starts[second + 1])
        guard !left.isEmpty, !right.isEmpty, values[left.upperBound - 1] > values[right.lowerBound] else { return 0 }
        var total = 0
        var before = right.lowerBound
        for place in left {
            while before < right.upperBound, values[before] < values[place] { before += 1 }
            total += before - right.lowerBound
        }
        return total
    }
}
