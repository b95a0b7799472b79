/// How a graph is drawn as boxes.
package struct BoxOptions: Hashable, Sendable {
    /// Where edges lead.
    package enum Direction: Hashable, Sendable {
        /// Layers are columns.
        case rightwards
        /// Layers are bands of rows.
        case downwards
    }

    package enum Framing: Hashable, Sendable {
        /// Labels without frames; selected nodes and groups have one.
        case bare
        /// Labels without frames that keep room for one: selecting another node moves nothing.
        case room
        /// A frame around every node.
        case framed
    }

    package var direction: Direction
    package var framing: Framing
    /// Whether only ASCII is drawn: `- | + >`, and `=` for heavy lines.
    package var isASCII: Bool
    /// Columns that a line of text takes at most; longer ones end in `…`.
    package var maximumTextWidth: Int

    package init(
        direction: Direction = .rightwards, framing: Framing = .bare, isASCII: Bool = false, maximumTextWidth: Int = 32
    ) {
        self.direction = direction
        self.framing = framing
        self.isASCII = isASCII
        self.maximumTextWidth = max(1, maximumTextWidth)
    }
}
