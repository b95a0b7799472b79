import TerminalUI

/// Lines and places of boxes, as they are put together before anything is drawn.
struct Sheet: Hashable, Sendable {
    /// A straight line; both ends belong to it.
    struct Stroke: Hashable, Sendable {
        var column: Int
        var row: Int
        var length: Int
        var isVertical: Bool
        var isHeavy: Bool
    }

    /// Where lines that belong together turn or branch.
    struct Joint: Hashable, Sendable {
        var column: Int
        var row: Int
        var arms: LineArms
    }

    struct Arrow: Hashable, Sendable {
        var column: Int
        var row: Int
        var isHeavy: Bool
    }

    /// Where a node stands.
    struct Placement: Hashable, Sendable {
        /// Its index in the graph.
        var node: Int
        var rect: Rect
        /// The row, or the column where layers run downwards, that its lines run on; counted from its first.
        var port: Int
        /// The lines that leave it.
        var outlet: LineWeight
    }

    var strokes: [Stroke] = []
    var joints: [Joint] = []
    var arrows: [Arrow] = []
    var placements: [Placement] = []
    private(set) var width = 0
    private(set) var height = 0

    var size: Size { Size(columns: width, rows: height) }

    mutating func include(column: Int, row: Int) {
        width = max(width, column + 1)
        height = max(height, row + 1)
    }

    mutating func place(_ placement: Placement) {
        placements.append(placement)
        include(column: placement.rect.endColumn - 1, row: placement.rect.endRow - 1)
    }

    /// Adds all of another sheet, moved.
    mutating func append(_ other: Sheet, column: Int, row: Int) {
        for var stroke in other.strokes {
            stroke.column += column
            stroke.row += row
            strokes.append(stroke)
        }
        for var joint in other.joints {
            joint.column += column
            joint.row += row
            joints.append(joint)
        }
        for var arrow in other.arrows {
            arrow.column += column
            arrow.row += row
            arrows.append(arrow)
        }
        for var placement in other.placements {
            placement.rect.column += column
            placement.rect.row += row
            placements.append(placement)
        }
        if other.width > 0 { include(column: column + other.width - 1, row: row + other.height - 1) }
    }
}

/// Draws on a sheet along the layers and across them, whichever way they run.
struct SheetPen {
    let direction: BoxOptions.Direction
    private(set) var sheet = Sheet()

    init(_ direction: BoxOptions.Direction) { self.direction = direction }

    /// A line from layer to layer; nothing where it would end before it begins.
    mutating func strokeAlong(_ range: ClosedRange<Int>, line: Int, isHeavy: Bool) {
        stroke(along: range.lowerBound, across: line, length: range.count, isVertical: direction == .downwards, isHeavy)
    }

    /// A line inside a gap, across the layers' direction.
    mutating func strokeAcross(_ range: ClosedRange<Int>, at along: Int, isHeavy: Bool) {
        stroke(
            along: along, across: range.lowerBound, length: range.count, isVertical: direction == .rightwards, isHeavy)
    }

    private mutating func stroke(along: Int, across: Int, length: Int, isVertical: Bool, _ isHeavy: Bool) {
        let (column, row) = cell(along, across)
        sheet.strokes.append(
            Sheet.Stroke(column: column, row: row, length: length, isVertical: isVertical, isHeavy: isHeavy))
        sheet.include(
            column: isVertical ? column : column + length - 1, row: isVertical ? row + length - 1 : row)
    }

    /// A joint with arms towards the sources, the targets, the lines before and the lines after.
    mutating func joint(
        along: Int, line: Int, back: LineWeight, ahead: LineWeight, before: LineWeight, after: LineWeight
    ) {
        let (column, row) = cell(along, line)
        let arms =
            switch direction {
            case .rightwards: LineArms(north: before, east: ahead, south: after, west: back)
            case .downwards: LineArms(north: back, east: after, south: ahead, west: before)
            }
        sheet.joints.append(Sheet.Joint(column: column, row: row, arms: arms))
    }

    mutating func arrow(along: Int, line: Int, isHeavy: Bool) {
        let (column, row) = cell(along, line)
        sheet.arrows.append(Sheet.Arrow(column: column, row: row, isHeavy: isHeavy))
    }

    mutating func place(_ node: Int, along: Int, across: Int, shape: BoxShape, outlet: LineWeight) {
        let (column, row) = cell(along, across)
        let rect = Rect(column: column, row: row, width: shape.width, height: shape.height)
        sheet.place(Sheet.Placement(node: node, rect: rect, port: shape.port, outlet: outlet))
    }

    private func cell(_ along: Int, _ across: Int) -> (column: Int, row: Int) {
        direction == .rightwards ? (along, across) : (across, along)
    }
}
