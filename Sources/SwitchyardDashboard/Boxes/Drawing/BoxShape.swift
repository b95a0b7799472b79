import TerminalUI

/// How much room a node takes, and where lines come to it.
struct BoxShape: Hashable, Sendable {
    var width: Int
    var height: Int
    /// The row, or the column where layers run downwards, that its lines run on; counted from its first.
    var port: Int
    /// The columns kept blank between a label and its lines.
    var margin: Int
    /// How far lines reach into the room kept for a frame.
    var inset: Int
    /// The columns by which the title is shorter than the box: where no frame is in the way, lines begin after it.
    var slack = 0

    func along(_ direction: BoxOptions.Direction) -> Int { direction == .rightwards ? width : height }
    func across(_ direction: BoxOptions.Direction) -> Int { direction == .rightwards ? height : width }
}

/// What a node's box is made of: its lines at the width they are drawn in, and the frame.
struct BoxContent: Hashable, Sendable {
    /// The cells a frame takes at each end of a row: its line and a blank.
    static let frameColumns = 2

    let lines: [BoxGraph.Line]
    /// The columns of the widest line, or more where more are asked for.
    let textWidth: Int
    let isFramed: Bool
    /// Whether it takes the room of a frame, drawn or not.
    let keepsRoom: Bool

    init(_ node: BoxGraph.Node, isGroup: Bool, options: BoxOptions) {
        let limit = options.maximumTextWidth
        lines = node.lines.map { line in
            guard line.text.width > limit else { return line }
            return BoxGraph.Line(line.text.prefix(columns: limit - 1) + "…", line.role)
        }
        textWidth = max(1, min(limit, node.minimumWidth), lines.map(\.text.width).max() ?? 0)
        isFramed = isGroup || node.isSelected || options.framing == .framed
        keepsRoom = isFramed || options.framing == .room
    }

    /// The shape of a node that stands for itself.
    func shape(_ direction: BoxOptions.Direction) -> BoxShape {
        let frame = keepsRoom ? 1 : 0
        let width = textWidth + 2 * frame * Self.frameColumns
        let slack = isFramed || direction == .downwards ? 0 : textWidth - (lines.first?.text.width ?? 0)
        return BoxShape(
            width: width, height: max(1, lines.count) + 2 * frame,
            port: direction == .rightwards ? frame : (width - 1) / 2,
            margin: keepsRoom || direction == .downwards ? 0 : 1, inset: keepsRoom && !isFramed ? 1 : 0, slack: slack)
    }

    /// The shape of a frame around other nodes, whose title stands in its upper edge.
    func shape(_ direction: BoxOptions.Direction, around inner: Size) -> BoxShape {
        let width = max(inner.columns, textWidth) + 2 * Self.frameColumns
        let height = inner.rows + innerRow + 1
        return BoxShape(
            width: width, height: height, port: direction == .rightwards ? height / 2 : (width - 1) / 2, margin: 0,
            inset: 0)
    }

    /// The row of a group's frame where its nodes begin.
    var innerRow: Int { max(1, lines.count) }
}
