package import TerminalUI

/// A graph laid out as boxes and lines, any part of which can be drawn.
///
/// Nodes stand in layers, each behind all that it needs; edges run in the gaps between layers. Lines that belong
/// together meet in a joint (`┬ ├ ┼ …`); a line that meets another one passes beneath it, so that a reader who turns
/// only where an arm leads goes from a node to what depends on it and nowhere else. Edges that end in the same node
/// share the last stretch, and those that still have the same targets before them share their way.
///
/// The same graph and options give the same drawing. Edges that close a cycle are left out and listed, as are edges
/// of a node with itself, its own group, or with none.
package struct BoxDrawing: Hashable, Sendable {
    /// A box where it was placed.
    package struct Box: Hashable, Sendable {
        /// The node's id.
        package let id: Int
        /// The cells it takes, frame included.
        package let rect: Rect
        /// Whether others stand inside it.
        package let isGroup: Bool
        let content: BoxContent
        let isCritical: Bool
        let isSelected: Bool
        let port: Int
        let outlet: LineWeight
    }

    /// Where a node stands among the nodes of its part of the graph: its layer, and its rank in the layer.
    package struct Place: Hashable, Sendable {
        package let layer: Int
        package let rank: Int
    }

    package let size: Size
    /// The boxes, those in no group first, else in the graph's order; none overlap but groups and those inside them.
    package let boxes: [Box]
    /// The edges that are not drawn.
    package let omittedEdges: [BoxGraph.Edge]
    let options: BoxOptions
    let sheet: Sheet
    private let places: [Int: Place]
    private let indices: [Int: Int]

    /// Lays out a graph.
    ///
    /// - Parameter previous: an earlier drawing of a similar graph. Nodes that shared a layer there keep their order
    ///   where they share one now, even if another order had fewer crossings.
    package init(_ graph: BoxGraph, options: BoxOptions = BoxOptions(), keeping previous: BoxDrawing? = nil) {
        var composer = BoxComposer(graph, options: options, previous: previous)
        sheet = composer.composed()
        size = sheet.size
        boxes = composer.boxes(sheet)
        places = composer.places
        omittedEdges = composer.omittedEdges
        indices = Dictionary(boxes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.options = options
    }

    /// The box of a node, if there is such a node.
    package func box(_ id: Int) -> Box? { indices[id].map { boxes[$0] } }

    /// The innermost box at a place of the drawing.
    package func box(column: Int, row: Int) -> Box? {
        boxes.last { $0.rect.contains(column: column, row: row) }
    }

    /// Where a node stands among its neighbours.
    package func place(_ id: Int) -> Place? { places[id] }

    /// The whole drawing as text, without blanks at the ends of lines.
    package var lines: [String] {
        // In strips: the cells of a large drawing would take a hundred times the memory of its text.
        stride(from: 0, to: size.rows, by: 64).flatMap { row in
            grid(in: Rect(column: 0, row: row, width: size.columns, height: min(64, size.rows - row))).lines
        }
    }

    /// The cells of a part of the drawing; those outside it are blank.
    package func grid(in rect: Rect) -> BoxGrid { BoxGrid(self, in: rect) }
}
