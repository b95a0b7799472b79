/// Which layer each node stands in: one more than the highest of its needs'.
///
/// These are longest-path layers counted from the sources. A network simplex would shorten some edges, but would move
/// nodes when others are added behind them; here a node's layer depends on what it needs and on nothing else.
struct Layering {
    /// The layer of each node, from 0.
    let layers: [Int]
    /// The edges that close a cycle, by index. They are left out of the layers and of the drawing.
    let backEdges: Set<Int>

    init(count: Int, edges: [(from: Int, to: Int)]) {
        let down = Adjacency(count: count, ends: edges.map { ($0.from, $0.to) })
        if let layers = Self.layers(count: count, down: down, leavingOut: []) {
            self.layers = layers
            backEdges = []
            return
        }
        let back = Self.backEdges(count: count, down: down)
        layers = Self.layers(count: count, down: down, leavingOut: back) ?? Array(repeating: 0, count: count)
        backEdges = back
    }

    /// Kahn's algorithm; nil where a cycle holds nodes back.
    private static func layers(count: Int, down: Adjacency, leavingOut: Set<Int>) -> [Int]? {
        var open = [Int](repeating: 0, count: count)
        for (place, target) in down.neighbours.enumerated() where !leavingOut.contains(down.links[place]) {
            open[target] += 1
        }
        var layers = [Int](repeating: 0, count: count)
        var queue = (0..<count).filter { open[$0] == 0 }
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for place in down.range(node) where !leavingOut.contains(down.links[place]) {
                let target = down.neighbours[place]
                layers[target] = max(layers[target], layers[node] + 1)
                open[target] -= 1
                if open[target] == 0 { queue.append(target) }
            }
        }
        return queue.count == count ? layers : nil
    }

    /// The edges that lead back to a node still being visited, in a depth-first search in the nodes' order.
    private static func backEdges(count: Int, down: Adjacency) -> Set<Int> {
        enum Visit { case none, underWay, done }
        var visits = [Visit](repeating: .none, count: count)
        var back: Set<Int> = []
        for root in 0..<count where visits[root] == .none {
            var path = [(node: root, next: down.range(root).lowerBound)]
            visits[root] = .underWay
            while let (node, next) = path.last {
                guard next < down.range(node).upperBound else {
                    visits[node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = down.neighbours[next]
                switch visits[target] {
                case .none:
                    visits[target] = .underWay
                    path.append((target, down.range(target).lowerBound))
                case .underWay: back.insert(down.links[next])
                case .done: break
                }
            }
        }
        return back
    }
}
