/// Lays out nodes that hang together: layers, order, lines, and then the tracks between the layers.
struct LayeredLayout {
    struct Edge {
        let from: Int
        let to: Int
        let isHeavy: Bool
    }

    /// The nodes' places and all lines; nodes carry the indices they have here.
    let sheet: Sheet
    /// Where each node stands in its layer.
    let places: [BoxDrawing.Place]
    /// The edges left out because they close a cycle, by index.
    let backEdges: Set<Int>

    /// - Parameters:
    ///   - shapes: of each node.
    ///   - edges: between different nodes, none twice.
    ///   - standing: where each node stood in an earlier drawing.
    init(shapes: [BoxShape], edges: [Edge], standing: [BoxDrawing.Place?], options: BoxOptions) {
        let layering = Layering(count: shapes.count, edges: edges.map { ($0.from, $0.to) })
        let forward = edges.indices.lazy.filter { !layering.backEdges.contains($0) }.map { edges[$0] }
        let ladder = Ladder(nodeLayers: layering.layers, edges: forward.map { ($0.from, $0.to, $0.isHeavy) })
        var sweeps = CrossingSweeps(ladder, standing: Standing(standing))
        sweeps.run()
        let spacing = BoxSpacing(options)
        let rooms = ladder.entries.map { entry in
            guard let node = entry.node else { return Room(before: 0, after: 0, isNode: false) }
            let shape = shapes[node]
            return Room(
                before: shape.port, after: shape.across(options.direction) - shape.port - 1, isNode: true)
        }
        let lines = RowAssignment(
            ladder, layers: sweeps.layers, positions: sweeps.positions, rooms: rooms, gap: spacing.gap
        ).coordinates()
        var router = LadderRouter(ladder, layers: sweeps.layers, lines: lines, shapes: shapes, spacing: spacing)
        sheet = router.drawn()
        places = shapes.indices.map {
            BoxDrawing.Place(layer: layering.layers[$0], rank: sweeps.positions[$0])
        }
        backEdges = layering.backEdges
    }
}
