import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct LaneLayoutTests {
    static func picture(_ needs: [[Int]], lanes: Int = 64) -> [String] {
        let layout = LaneLayout(needs: needs)
        return needs.indices.map { row in
            var line = layout.glyphs(row: row, lanes: min(lanes, max(1, layout.laneCount)), node: "o")
                .map(\.description).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    @Test func drawsTheGraphOfTheMockUp() {
        // plan, glossary, fetch_feed, parse, rerank, style_check, merge_rules, search, draft, critique, publish
        let needs = [[], [0], [0], [2], [3], [0], [5], [0], [1, 4, 6, 7], [8], [9]]
        #expect(
            Self.picture(needs) == [
                "o─┬─┬─╮", "│ │ │ o", "│ │ o │", "│ │ o │", "│ │ o │", "│ o │ │", "│ o │ │", "o │ │ │", "o─┴─┴─╯", "o",
                "o",
            ])
    }

    @Test func aWideFanIsThreeLanesWide() {
        let fan = (1...6).map { _ in [0] }
        #expect(
            Self.picture([[]] + fan + [Array(1...6)]) == [
                "o", "├─o─╮", "├─o─┤", "├─o─┤", "├─o─┤", "├─o─┤", "╰─o─┤", "o───╯",
            ])
        let wide = LaneLayout(needs: [[]] + (1...200).map { _ in [0] } + [Array(1...200)])
        #expect(wide.laneCount == 3)
    }

    @Test func unrelatedStepsDoNotStandRightBelowEachOther() {
        #expect(Self.picture([[], [], [], []]) == ["o", "  o", "o", "  o"])
        #expect(
            Self.picture([[], [], [], [], [], [0, 1, 2, 3, 4]]) == ["o─╮", "  ├─o", "o─┤", "  ├─o", "o─┤", "o─╯"])
    }

    @Test func aChainInAFanIsTold() {
        // Each of 1 to 6 needs 0; 2 needs 1 as well.
        let picture = Self.picture([[], [0], [0, 1], [0], [0], [0], [0]])
        #expect(picture == ["o", "├─o─╮", "├───o", "├─o", "├─o", "├─o", "╰─o"])
    }

    @Test func aChainIsOneLane() {
        let chain = (0..<500).map { $0 == 0 ? [] : [$0 - 1] }
        #expect(Self.picture(chain).allSatisfy { $0 == "o" })
    }

    @Test func linesPassForeignLanesUnbroken() {
        // 0 and 1 are roots; 2 needs 0, 3 needs 1 and 0.
        #expect(Self.picture([[], [], [0], [0, 1]]) == ["o─╮", "│ │ o", "│ o │", "o───╯"])
    }

    @Test func lanesBeyondTheRoomAreMarked() {
        let needs = (0..<12).map { _ in [Int]() } + (0..<12).map { [$0] }
        let picture = Self.picture(needs, lanes: 4)
        #expect(picture[11] == "│ │ │…o")
        #expect(picture[0] == "o")
        #expect(picture.allSatisfy { $0.count <= 7 })
        #expect(picture[12].hasSuffix("…"))
    }

    @Test(arguments: 0..<60)
    func everyEdgeIsDrawnAndNothingElseJoins(_ seed: Int) {
        var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let count = Int.random(in: 2...40, using: &random)
        let mostNeeds = seed % 3 == 0 ? 8 : 3
        let needs = (0..<count).map { row in
            row == 0
                ? []
                : Set(
                    (0..<Int.random(in: 0...mostNeeds, using: &random)).map { _ in
                        Int.random(in: max(0, row - 9)..<row, using: &random)
                    }
                ).sorted()
        }
        let layout = LaneLayout(needs: needs)
        #expect(layout.laneCount < 64)
        let walker = PictureWalker(layout, count: count)
        for (row, list) in needs.enumerated() {
            for need in list { #expect(walker.reaches(from: need, to: row), "\(need) → \(row) of seed \(seed)") }
        }
        // Where no edges share lanes, the picture says nothing that is not so.
        let degrees = (0..<count).map { row in needs.count { $0.contains(row) } }
        guard degrees.allSatisfy({ $0 <= LaneLayout.bundleLimit }), needs.allSatisfy({ $0.count <= 4 }) else { return }
        for row in 0..<count {
            let drawn = Set((0..<row).filter { walker.reaches(from: $0, to: row) })
            #expect(drawn == Set(needs[row]), "row \(row) of seed \(seed)")
        }
    }

    @Test func tenThousandStepsAreLaidOutAtOnce() {
        var random = Seeded(state: 7)
        let needs = (0..<10_000).map { row in
            row == 0 ? [] : Set((0..<3).map { _ in Int.random(in: max(0, row - 200)..<row, using: &random) }).sorted()
        }
        let layout = LaneLayout(needs: needs)
        #expect(layout.rows.count == 10_000)
        #expect(layout.glyphs(row: 5000, lanes: 12, node: "o").count == 23)
    }

    @Test func theFilesOrderStandsWhereItCan() {
        #expect(StableOrder.order(needs: [[], [0], [1]]) == [0, 1, 2])
        #expect(StableOrder.order(needs: [[2], [], [1], []]) == [1, 2, 3, 0])
        // No plan has a cycle; were there one, nothing would be lost.
        #expect(StableOrder.order(needs: [[1], [0], []]).sorted() == [0, 1, 2])
    }
}

/// Follows the lines of a drawn graph downwards, as an eye does.
struct PictureWalker {
    private let rows: [[Character]]
    private let nodes: [Int]

    init(_ layout: LaneLayout, count: Int) {
        rows = (0..<count).map { row in
            layout.glyphs(row: row, lanes: layout.laneCount, node: "o").map { Character($0.description) }
        }
        nodes = rows.map { $0.firstIndex(of: "o") ?? -1 }
    }

    /// Whether a line leads from one step down to another without passing through a third.
    func reaches(from start: Int, to end: Int) -> Bool {
        // Every column whose line leaves the start's row downwards.
        var columns = Set(joined(start).filter { goesDown(start, $0) })
        if start + 1 < rows.count, goesUp(start + 1, nodes[start]) {
            // A step right below hangs on the line from its left, if there is one.
            let isBelow = nodes[start + 1] == nodes[start]
            let hangs = nodes[start] > 0 && rows[start + 1][nodes[start] - 1] == "─"
            if !isBelow || !hangs { columns.insert(nodes[start]) }
        }
        for row in (start + 1)..<rows.count {
            columns = columns.filter { goesUp(row, $0) }
            if columns.isEmpty { return false }
            if row == end { return columns.contains(nodes[row]) || !columns.isDisjoint(with: joined(row)) }
            columns = columns.filter { $0 != nodes[row] && goesDown(row, $0) }
        }
        return false
    }

    /// The columns that the row's horizontal line joins to its step.
    private func joined(_ row: Int) -> Set<Int> {
        var result: Set<Int> = []
        for step in [-1, 1] {
            var column = nodes[row] + step
            while rows[row].indices.contains(column), rows[row][column] != " " {
                let glyph = rows[row][column]
                if "├┤┼┬┴╮╭╯╰".contains(glyph) { result.insert(column) }
                if "╮╭╯╰".contains(glyph) || glyph == (step < 0 ? "├" : "┤") { break }
                // A lane ends where no line goes on beside it; otherwise it is passed.
                if glyph == "│", !rows[row].indices.contains(column + step) || rows[row][column + step] != "─" { break }
                column += step
            }
        }
        return result
    }

    private func goesDown(_ row: Int, _ column: Int) -> Bool { "│├┤┼┬╮╭".contains(rows[row][column]) }

    private func goesUp(_ row: Int, _ column: Int) -> Bool {
        rows[row].indices.contains(column) && "o│├┤┼┴╯╰".contains(rows[row][column])
    }
}

/// The same draws every time.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
