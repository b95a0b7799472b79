package import TerminalUI

/// A graph as lanes in plain text: a row a step, the graph on the left, as `git log --graph` draws history.
package enum LaneText {
    /// A step by its name and what it needs.
    package struct Step: Hashable, Sendable {
        package var name: CleanText
        /// Indices of other steps. Needs that close a cycle are not drawn.
        package var needs: [Int]

        package init(name: CleanText, needs: [Int]) {
            self.name = name
            self.needs = needs
        }
    }

    /// A line for each step, needs above what needs them and else in the order given.
    ///
    /// - Parameter maximumLanes: lanes drawn at most; lines beyond them show as `…`.
    package static func lines(_ steps: [Step], isASCII: Bool = false, maximumLanes: Int = 24) -> [String] {
        let order = StableOrder.order(needs: steps.map(\.needs))
        var rows = [Int](repeating: 0, count: steps.count)
        for (row, index) in order.enumerated() { rows[index] = row }
        let needs = order.enumerated().map { row, index in
            steps[index].needs.map { rows[$0] }.filter { $0 < row }.sorted()
        }
        let layout = LaneLayout(needs: needs)
        let lanes = min(max(1, maximumLanes), max(1, layout.laneCount))
        return order.enumerated().map { row, index in
            let glyphs = layout.glyphs(row: row, lanes: lanes, node: "●")
            let name = steps[index].name
            var line = ""
            for glyph in glyphs { line += (isASCII ? glyph.asciiForm : glyph).description }
            line += "  "
            name.forEachGlyph { glyph, width in
                line += (isASCII ? glyph.asciiForm : glyph).description
                if isASCII && width == 2 { line += " " }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
