/// A layered graph whose links join neighbouring layers only.
///
/// Where edges pass a layer, an entry without a node stands in it. Edges that still have the same targets before them
/// share it, whatever their sources: a fan out of one node or into one node takes a single row, however far it goes.
struct Ladder {
    struct Entry {
        let layer: Int
        /// Nil where edges only pass.
        let node: Int?
        /// The node by whose index it is ordered at first: its own, or the first source of the edges that pass.
        let key: Int
    }

    struct Link {
        let from: Int
        let to: Int
        var isHeavy: Bool
    }

    /// First the nodes, at their own indices.
    private(set) var entries: [Entry]
    private(set) var links: [Link] = []
    /// The entries of each layer in their first order.
    private(set) var layers: [[Int]]
    /// The links to the next layer, and those from the one before.
    private(set) var down = Adjacency(count: 0, ends: [])
    private(set) var up = Adjacency(count: 0, ends: [])

    /// The ladder of nodes in their layers; each edge leads to a higher layer, none twice.
    init(nodeLayers: [Int], edges: [(from: Int, to: Int, isHeavy: Bool)]) {
        entries = nodeLayers.enumerated().map { Entry(layer: $1, node: $0, key: $0) }
        layers = Array(repeating: [], count: (nodeLayers.max() ?? -1) + 1)
        var targets = [[Int]](repeating: [], count: nodeLayers.count)
        for edge in edges { targets[edge.from].append(edge.to) }
        var builder = PassageBuilder()
        for node in nodeLayers.indices {
            builder.connect(node, to: targets[node], entries: &entries, links: &links)
        }
        for (index, entry) in entries.enumerated() { layers[entry.layer].append(index) }
        let keys = entries.map(\.key)
        for layer in layers.indices { layers[layer].sort { (keys[$0], $0) < (keys[$1], $1) } }
        down = Adjacency(count: entries.count, ends: links.map { ($0.from, $0.to) })
        up = Adjacency(count: entries.count, ends: links.map { ($0.to, $0.from) })
        for edge in edges where edge.isHeavy { markHeavy(edge.from, edge.to) }
    }

    /// Marks the links that an edge takes: to its target once that is in the next layer, else on along the passage.
    private mutating func markHeavy(_ source: Int, _ target: Int) {
        var entry = source
        while entry != target {
            let isNext = entries[entry].layer + 1 == entries[target].layer
            let place = down.range(entry).first { place in
                let neighbour = down.neighbours[place]
                return isNext ? neighbour == target : entries[neighbour].node == nil
            }
            guard let place else { return }
            links[down.links[place]].isHeavy = true
            entry = down.neighbours[place]
        }
    }
}

/// Makes the entries where edges pass layers, one for each layer and list of targets still ahead.
private struct PassageBuilder {
    /// A list of targets, as its nearest and the list of the rest: lists with the same end share it.
    private struct Targets: Hashable {
        let first: Int
        let rest: Int
    }

    /// The number of each list, from 1; the empty list is 0.
    private var lists: [Targets: Int] = [:]
    /// By list, the entries on the way to its nearest target, the last one first: one in each layer.
    private var ways: [[Int]] = [[]]

    mutating func connect(
        _ source: Int, to targets: [Int], entries: inout [Ladder.Entry], links: inout [Ladder.Link]
    ) {
        let sorted = targets.sorted { (entries[$0].layer, $0) < (entries[$1].layer, $1) }
        let listFrom = numbered(sorted)
        var carrier = source
        var index = 0
        while index < sorted.count {
            let layer = entries[carrier].layer + 1
            let targetLayer = entries[sorted[index]].layer
            guard layer < targetLayer else {
                links.append(Ladder.Link(from: carrier, to: sorted[index], isHeavy: false))
                index += 1
                continue
            }
            let list = listFrom[index]
            let known = ways[list].count
            if known >= targetLayer - layer {
                // What follows was made with it.
                links.append(Ladder.Link(from: carrier, to: ways[list][targetLayer - layer - 1], isHeavy: false))
                return
            }
            let first = entries.count
            for layer in layer..<targetLayer - known {
                links.append(Ladder.Link(from: carrier, to: entries.count, isHeavy: false))
                carrier = entries.count
                entries.append(Ladder.Entry(layer: layer, node: nil, key: source))
            }
            ways[list] += (first..<entries.count).reversed()
        }
    }

    /// The number of the list that begins with each target.
    private mutating func numbered(_ targets: [Int]) -> [Int] {
        var numbers = [Int](repeating: 0, count: targets.count)
        var rest = 0
        for index in targets.indices.reversed() {
            let list = Targets(first: targets[index], rest: rest)
            rest = lists[list] ?? lists.count + 1
            if rest > lists.count {
                lists[list] = rest
                ways.append([])
            }
            numbers[index] = rest
        }
        return numbers
    }
}
