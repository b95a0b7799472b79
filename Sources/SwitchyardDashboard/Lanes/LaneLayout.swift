package import TerminalUI

/// A graph drawn one row a step, as `git log --graph` draws history: nodes stand in lanes, lines run down between them.
///
/// An edge has a lane of its own, except that a step with many dependents sends one lane past all of them, and a step
/// with many needs gathers them in one: a fan of any width is three lanes wide. In its own row a step is joined to
/// lanes by one horizontal line; where that passes a foreign lane, the lane is drawn through, unbroken.
///
/// Rows are computed once for a plan and drawn one by one, so that only what is seen costs anything.
package struct LaneLayout: Hashable, Sendable {
    /// How many lanes can be drawn; a row keeps one bit for each.
    static let maximumLanes = 64

    /// More edges than this share a lane.
    static let bundleLimit = 4

    struct Row: Hashable, Sendable {
        /// The lane the step stands in.
        var node: Int
        /// The lanes with a line to the row above, to the row below, and those joined to the step.
        var above: UInt64 = 0
        var below: UInt64 = 0
        var joined: UInt64 = 0
        /// How far the horizontal line reaches; both are `node` where there is none.
        var left: Int
        var right: Int
        /// Whether any line of the row runs beyond the lanes that can be drawn.
        var reachesBeyond = false
    }

    let rows: [Row]

    /// How many lanes there are at most in any row.
    package let laneCount: Int

    /// Lays out steps in an order where every need stands above: `needs[i]` are less than `i`.
    package init(needs: [[Int]]) {
        var allocator = LaneAllocator(needs: needs)
        rows = needs.indices.map { allocator.place($0) }
        laneCount = allocator.laneCount
    }

    /// The columns that so many lanes take.
    package static func width(lanes: Int) -> Int { max(1, 2 * lanes - 1) }

    /// What stands in one row, a glyph a column, drawn in at most `lanes` lanes.
    ///
    /// The step's own place holds `node`. A step or line beyond the last lane shows as `…` before it.
    package func glyphs(row index: Int, lanes: Int, node: Glyph) -> [Glyph] {
        let row = rows[index]
        let lanes = min(max(1, lanes), Self.maximumLanes)
        var glyphs: [Glyph] = []
        glyphs.reserveCapacity(Self.width(lanes: lanes))
        for lane in 0..<lanes {
            if lane > 0 { glyphs.append(lane > row.left && lane <= row.right ? "─" : .blank) }
            glyphs.append(lane == row.node ? node : Self.glyph(row, lane))
        }
        let drawn: UInt64 = lanes == 64 ? .max : (1 << UInt64(lanes)) - 1
        let isCut = row.right >= lanes || row.reachesBeyond || (row.above | row.below) & ~drawn != 0
        if row.node >= lanes {
            if glyphs.count > 1 { glyphs[glyphs.count - 2] = "…" }
            glyphs[glyphs.count - 1] = node
        } else if isCut, row.node < lanes - 1 {
            glyphs[glyphs.count - 1] = "…"
        }
        return glyphs
    }

    /// The lanes that run on below a row, drawn where other rows stand between it and the next.
    package func passing(below index: Int, lanes: Int) -> [Glyph] {
        let lanes = min(max(1, lanes), Self.maximumLanes)
        let below = rows[index].below
        return (0..<Self.width(lanes: lanes)).map { column in
            column % 2 == 0 && below & (1 << UInt64(column / 2)) != 0 ? "│" : .blank
        }
    }

    private static func glyph(_ row: Row, _ lane: Int) -> Glyph {
        let bit: UInt64 = 1 << UInt64(lane)
        let above = row.above & bit != 0
        let below = row.below & bit != 0
        guard row.joined & bit != 0 else {
            if above || below { return "│" }
            return lane > row.left && lane < row.right ? "─" : .blank
        }
        let west = lane > row.left
        let east = lane < row.right
        switch (above, below, west, east) {
        case (true, true, true, true): return "┼"
        case (true, true, true, false): return "┤"
        case (true, true, false, _): return "├"
        case (true, false, true, true): return "┴"
        case (true, false, true, false): return "╯"
        case (true, false, false, _): return "╰"
        case (false, true, true, true): return "┬"
        case (false, true, true, false): return "╮"
        case (false, true, false, _): return "╭"
        case (false, false, _, _): return "─"
        }
    }
}
