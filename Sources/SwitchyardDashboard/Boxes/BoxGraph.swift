package import TerminalUI

/// What is drawn as boxes: nodes with a few lines of text each, and edges between them.
///
/// A node that others name as their group is drawn as a frame around them; a folded group is a node like any other.
package struct BoxGraph: Hashable, Sendable {
    /// One line of text in a box.
    package struct Line: Hashable, Sendable {
        package var text: CleanText
        package var role: Role

        package init(_ text: CleanText, _ role: Role = .text) {
            self.text = text
            self.role = role
        }
    }

    package struct Node: Hashable, Sendable {
        /// What edges and groups name; unique in the graph.
        package var id: Int
        /// The title and what stands below it. A group's title stands in its frame.
        package var lines: [Line]
        /// Whether its frame, where it has one, is drawn heavy.
        package var isCritical: Bool
        /// Whether it is framed even among bare labels, and stands out among framed ones.
        package var isSelected: Bool
        /// The node inside whose frame it stands.
        package var group: Int?
        /// Columns kept for its text, so that a text that grows moves nothing.
        package var minimumWidth: Int

        package init(
            id: Int, lines: [Line], isCritical: Bool = false, isSelected: Bool = false, group: Int? = nil,
            minimumWidth: Int = 0
        ) {
            self.id = id
            self.lines = lines
            self.isCritical = isCritical
            self.isSelected = isSelected
            self.group = group
            self.minimumWidth = minimumWidth
        }
    }

    package struct Edge: Hashable, Sendable {
        package var from: Int
        package var to: Int
        /// Whether it is drawn heavy and, where that is possible, straight: the critical path.
        package var isHeavy: Bool

        package init(from: Int, to: Int, isHeavy: Bool = false) {
            self.from = from
            self.to = to
            self.isHeavy = isHeavy
        }
    }

    /// In the order in which they stand wherever edges do not ask for another one.
    package var nodes: [Node]
    package var edges: [Edge]

    package init(nodes: [Node], edges: [Edge]) {
        self.nodes = nodes
        self.edges = edges
    }
}
