import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct BoxPropertyTests {
    static let looks: [BoxOptions] = [
        BoxOptions(), BoxOptions(framing: .framed), BoxOptions(framing: .room), BoxOptions(direction: .downwards),
        BoxOptions(direction: .downwards, framing: .framed), BoxOptions(direction: .downwards, framing: .room),
    ]

    static func random(_ seed: Int) -> Seeded { Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 11) }

    static func graph(_ seed: Int) -> BoxGraph {
        var random = random(seed)
        switch seed % 4 {
        case 0: return randomGraph(&random, nodes: 1...12, mostNeeds: 2, reach: 6)
        case 1: return randomGraph(&random, nodes: 5...40, mostNeeds: 3, reach: 8)
        case 2: return randomGraph(&random, nodes: 5...30, mostNeeds: 6, reach: 30)
        default: return randomGraph(&random, nodes: 20...60, mostNeeds: 2, reach: 12)
        }
    }

    @Test(arguments: 0..<120)
    func linesSayWhatTheEdgesSay(_ seed: Int) {
        let graph = Self.graph(seed)
        for look in 0..<3 {
            let drawing = BoxDrawing(graph, options: Self.looks[(seed / 4 + 2 * look) % Self.looks.count])
            let tracer = LineTracer(drawing)
            for node in graph.nodes {
                let (ids, breaks) = tracer.targets(of: node.id)
                #expect(ids == Set(graph.edges.filter { $0.from == node.id }.map(\.to)), "seed \(seed), \(node.id)")
                #expect(breaks == [], "seed \(seed), from \(node.id)")
            }
        }
    }

    @Test(arguments: 0..<60)
    func asciiLinesReachEveryTarget(_ seed: Int) {
        let graph = Self.graph(seed)
        let direction: BoxOptions.Direction = seed / 4 % 2 == 0 ? .rightwards : .downwards
        let drawing = BoxDrawing(graph, options: BoxOptions(direction: direction, isASCII: true))
        #expect(drawing.lines.allSatisfy { $0.allSatisfy(\.isASCII) })
        let tracer = LineTracer(drawing)
        for node in graph.nodes {
            let targets = graph.edges.filter { $0.from == node.id }.map(\.to)
            #expect(tracer.targets(of: node.id).ids.isSuperset(of: targets), "seed \(seed), \(node.id)")
        }
    }

    @Test(arguments: 0..<80)
    func boxesStandApartAndInTheirLayers(_ seed: Int) {
        let graph = Self.graph(seed)
        for options in Self.looks {
            let drawing = BoxDrawing(graph, options: options)
            #expect(drawing.boxes.count == graph.nodes.count)
            for (index, box) in drawing.boxes.enumerated() {
                #expect(box.rect.intersection(Rect(drawing.size)) == box.rect)
                for other in drawing.boxes[(index + 1)...] { #expect(box.rect.intersection(other.rect).isEmpty) }
            }
            for edge in graph.edges {
                guard let from = drawing.box(edge.from), let to = drawing.box(edge.to) else { continue }
                switch options.direction {
                case .rightwards: #expect(from.rect.endColumn < to.rect.column)
                case .downwards: #expect(from.rect.endRow < to.rect.row)
                }
                let needs = graph.edges.filter { $0.to == edge.to }.compactMap { drawing.place($0.from)?.layer }
                #expect(drawing.place(edge.to)?.layer == (needs.max() ?? -1) + 1)
            }
        }
    }

    @Test(arguments: 0..<40)
    func theSameGraphIsDrawnTheSame(_ seed: Int) {
        #expect(BoxDrawing(Self.graph(seed)) == BoxDrawing(Self.graph(seed)))
    }

    @Test(arguments: 0..<40)
    func aPartIsDrawnAsInTheWhole(_ seed: Int) {
        var random = Self.random(seed)
        let drawing = BoxDrawing(Self.graph(seed), options: Self.looks[seed % Self.looks.count])
        let whole = drawing.grid(in: Rect(drawing.size))
        for _ in 0..<10 {
            let part = Rect(
                column: Int.random(in: -5...drawing.size.columns, using: &random),
                row: Int.random(in: -5...drawing.size.rows, using: &random),
                width: Int.random(in: 0...30, using: &random), height: Int.random(in: 0...12, using: &random))
            let grid = drawing.grid(in: part)
            for row in part.row..<part.endRow {
                for column in part.column..<part.endColumn {
                    #expect(grid[column: column, row: row] == whole[column: column, row: row] ?? .blank)
                }
            }
        }
    }

    @Test(arguments: 0..<80)
    func additionsLeaveTheOrderOfWhatStands(_ seed: Int) {
        var random = Self.random(seed)
        var graph = Self.graph(seed)
        var drawing = BoxDrawing(graph)
        for _ in 0..<6 {
            let id = graph.nodes.count
            graph.nodes.append(BoxGraph.Node(id: id, lines: [BoxGraph.Line("new")]))
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                graph.edges.append(BoxGraph.Edge(from: Int.random(in: 0..<id, using: &random), to: id))
            }
            let next = BoxDrawing(graph, keeping: drawing)
            for left in 0..<id {
                for right in 0..<id {
                    guard let oldLeft = drawing.place(left), let oldRight = drawing.place(right),
                        oldLeft.layer == oldRight.layer, oldLeft.rank < oldRight.rank,
                        drawing.box(left)?.rect.row ?? 0 < drawing.box(right)?.rect.row ?? 0,
                        let newLeft = next.box(left), let newRight = next.box(right),
                        next.place(left)?.layer == next.place(right)?.layer
                    else { continue }
                    #expect(newLeft.rect.row < newRight.rect.row, "seed \(seed): \(left) and \(right)")
                }
            }
            drawing = next
        }
    }

    @Test(arguments: 0..<60)
    func cyclesAreBrokenAndTheRestIsDrawn(_ seed: Int) {
        var random = Self.random(seed)
        var graph = Self.graph(seed)
        let count = graph.nodes.count
        for _ in 0..<5 {
            let edge = BoxGraph.Edge(
                from: Int.random(in: 0..<count, using: &random), to: Int.random(in: 0..<count, using: &random))
            if !graph.edges.contains(where: { $0.from == edge.from && $0.to == edge.to }) { graph.edges.append(edge) }
        }
        let drawing = BoxDrawing(graph)
        let tracer = LineTracer(drawing)
        for node in graph.nodes {
            let drawn = Set(graph.edges.filter { $0.from == node.id && !drawing.omittedEdges.contains($0) }.map(\.to))
            #expect(tracer.targets(of: node.id).ids == drawn, "seed \(seed)")
        }
        #expect(drawing.omittedEdges.allSatisfy { graph.edges.contains($0) })
    }

    @Test(arguments: 0..<60)
    func groupsHoldTheirOwn(_ seed: Int) {
        var random = Self.random(seed)
        var graph = Self.graph(seed)
        let count = graph.nodes.count
        // Some nodes become groups of later ones, which makes nests and edges across frames.
        for index in 1..<max(2, count) where index < count && Int.random(in: 0..<3, using: &random) == 0 {
            graph.nodes[index].group = Int.random(in: 0..<min(index, 4), using: &random)
        }
        for options in Self.looks {
            let drawing = BoxDrawing(graph, options: options)
            #expect(drawing.boxes.count == count)
            for node in graph.nodes {
                guard let box = drawing.box(node.id), let group = node.group, let frame = drawing.box(group) else {
                    continue
                }
                #expect(frame.isGroup)
                #expect(frame.rect.inset().intersection(box.rect) == box.rect)
            }
            for (index, box) in drawing.boxes.enumerated() {
                for other in drawing.boxes[(index + 1)...] {
                    let shared = box.rect.intersection(other.rect)
                    #expect(shared.isEmpty || box.isGroup && shared == other.rect)
                }
            }
            let tracer = LineTracer(drawing)
            for node in graph.nodes { #expect(tracer.targets(of: node.id).breaks == [], "seed \(seed)") }
        }
    }

    @Test func aThousandNodesAreLaidOut() {
        var random = Self.random(5)
        let graph = randomGraph(&random, nodes: 1000...1000, mostNeeds: 3, reach: 40)
        let drawing = BoxDrawing(graph)
        #expect(drawing.boxes.count == 1000)
        #expect(drawing.omittedEdges.isEmpty)
    }
}
