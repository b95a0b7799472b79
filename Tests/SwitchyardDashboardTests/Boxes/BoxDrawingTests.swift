import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct BoxDrawingTests {
    /// The run of the dashboard's mock-up.
    static let digest = sketch(
        "plan>glossary plan>fetch_feed>parse>rerank plan>style_check>merge_rules plan=>search glossary>draft "
            + "rerank>draft merge_rules>draft search=>draft=>critique=>publish draft>notify",
        selected: "rerank",
        details: ["plan": "  1.2s", "fetch_feed": "  84.0s", "parse": "  6.6s", "search": "  17/24"])

    @Test func drawsTheGraphOfTheMockUp() {
        #expect(
            BoxDrawing(Self.digest).lines.joined(separator: "\n") == """
                                                             ┏━━━━━━━━┓
                        ╭─▸ fetch_feed ────▸ parse ─────────▸┃ rerank ┠─╮
                        │     84.0s            6.6s          ┗━━━━━━━━┛ │
                        │                                               │
                        ├─▸ glossary ────╮                              │
                        │                │                              │
                plan ━━━┿━▸ search ━━━━━━┷━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━┷━▸ draft ━┯━▸ critique ━▸ publish
                  1.2s  │     17/24                       │                        │
                        │                                 │                        ╰─▸ notify
                        ╰─▸ style_check ───▸ merge_rules ─╯
                """)
    }

    @Test func drawsItInASCII() {
        #expect(
            BoxDrawing(Self.digest, options: BoxOptions(isASCII: true)).lines.joined(separator: "\n") == """
                                                             +========+
                        +-> fetch_feed ----> parse --------->| rerank +-+
                        |     84.0s            6.6s          +========+ |
                        |                                               |
                        +-> glossary ----+                              |
                        |                |                              |
                plan ===+=> search ======+================+=============+=> draft =+=> critique => publish
                  1.2s  |     17/24                       |                        |
                        |                                 |                        +-> notify
                        +-> style_check ---> merge_rules -+
                """)
    }

    @Test func boxesAreFoundByIDAndPlace() {
        let drawing = BoxDrawing(
            sketch("in>g m1>m2 m1>m3 g>out", groups: ["m1": "g", "m2": "g", "m3": "g"]))
        #expect(drawing.box(1)?.isGroup == true)
        #expect(drawing.box(2)?.rect == Rect(column: 7, row: 2, width: 2, height: 1))
        #expect(drawing.box(99) == nil)
        #expect(drawing.box(column: 8, row: 2)?.id == 2)
        #expect(drawing.box(column: 5, row: 2)?.id == 1)
        #expect(drawing.box(column: 3, row: 2) == nil)
        #expect(drawing.place(3) == BoxDrawing.Place(layer: 1, rank: 0))
    }

    @Test func cellsTellTheirRoles() {
        let drawing = BoxDrawing(sketch("a=>b a>c", selected: "c", details: ["c": "x"]))
        let grid = drawing.grid(in: Rect(drawing.size))
        #expect(grid.lines.first == "a ━┯━▸ b")
        func role(_ column: Int, _ row: Int) -> Role? { grid[column: column, row: row]?.role }
        #expect(role(0, 0) == .text)
        #expect((2...5).map { role($0, 0) } == [.accent, .accent, .accent, .accent])
        #expect(role(3, 1) == .border)
        let frame = drawing.box(2)?.rect
        #expect(frame.flatMap { role($0.column, $0.row) } == .focusBorder)
        #expect(frame.flatMap { role($0.column + 2, $0.row + 2) } == .dim)
        #expect(role(-1, 0) == nil)
    }

    @Test func roomIsKeptForTextThatGrows() {
        var graph = sketch("a>b")
        graph.nodes[0].minimumWidth = 6
        #expect(BoxDrawing(graph).lines == ["a ──────▸ b"])
        graph.nodes[0].lines[0].text = "a 12 s"
        #expect(BoxDrawing(graph).lines == ["a 12 s ─▸ b"])
    }

    @Test func aFrameShowsThePartAskedFor() {
        let drawing = BoxDrawing(sketch("a>日本>c"))
        #expect(drawing.lines == ["a ─▸ 日本 ─▸ c"])
        var frame = Frame(size: Size(columns: 8, rows: 2))
        frame.fill(frame.bounds, glyph: "~")
        frame.draw(
            drawing, from: Frame.Position(column: 2, row: 0), in: Rect(column: 1, row: 0, width: 5, height: 2),
            theme: .terminal)
        // The second half of a wide glyph does not fit.
        #expect(frame.row(0).map(\.glyph.description).joined() == "~─▸ 日 ~~")
        #expect(frame.row(1).map(\.glyph.description).joined() == "~~~~~~~~")
        #expect(frame[column: 1, row: 0]?.style == Theme.terminal[.border])
    }

    @Test func edgesThatCannotBeDrawnAreListed() {
        var graph = sketch("a>b>a g x", groups: ["x": "g"])
        graph.edges += [
            BoxGraph.Edge(from: 0, to: 0), BoxGraph.Edge(from: 2, to: 3), BoxGraph.Edge(from: 0, to: 77),
            BoxGraph.Edge(from: 0, to: 1, isHeavy: true),
        ]
        let drawing = BoxDrawing(graph)
        #expect(Set(drawing.omittedEdges.map { [$0.from, $0.to] }) == [[1, 0], [0, 0], [2, 3], [0, 77]])
        // The same edge twice is one, as heavy as the heavier.
        #expect(drawing.lines.first == "a ━▸ b")
    }

    @Test func groupsInACircleAndUnknownOnesHoldNothing() {
        var graph = sketch("a>b c")
        graph.nodes[0].group = 1
        graph.nodes[1].group = 0
        graph.nodes[2].group = 9
        let drawing = BoxDrawing(graph)
        #expect(drawing.boxes.count == 3)
        #expect(drawing.boxes.allSatisfy { !$0.isGroup })
        #expect(drawing.lines == ["a ─▸ b", "", "c"])
    }
}
