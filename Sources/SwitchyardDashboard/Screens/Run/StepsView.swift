import OrderedCollections
import SwitchyardCore
import TerminalUI

/// The list of steps: lanes, name, what it uses, state, and a bar in time.
enum StepsView {
    /// Where the columns stand, counted from the pane's left edge.
    struct Columns: Hashable {
        let graph = 1
        let lanes: Int
        let name: Int
        let nameWidth: Int
        /// 0 where there is no room.
        var uses = 0
        var usesWidth = 0
        let state: Int
        let stateWidth: Int
        /// 0 where there is no room.
        var bar = 0
        var barWidth = 0
        /// 0 where no step is for a model.
        var cost = 0
        var costWidth = 0

        /// `.0040+?`
        private static let widestCost = 7

        init(_ run: RunState, width: Int) {
            let plan = run.plan
            // Lanes of rows that the filter parts would join nothing.
            let wanted = run.filter.isEmpty ? plan?.laneCount ?? 1 : 1
            lanes = max(1, min(wanted, max(3, width / 8), LaneLayout.maximumLanes))
            name = graph + max(5, LaneLayout.width(lanes: lanes)) + 2
            let longest = max(4, run.nameWidth)
            let wide = width >= 56
            stateWidth = wide ? 18 : 9
            let left = max(0, width - name - stateWidth - 2)
            nameWidth = max(1, min(longest, 32, left))
            var next = name + nameWidth + 2
            if width >= 50, let plan, width - next - stateWidth >= 8 {
                uses = next
                usesWidth = max(4, min(plan.usesWidth, 14, width - next - stateWidth - 3))
                next += usesWidth + 2
            }
            state = next
            next += stateWidth + 2
            var end = width - 1
            if run.timeline.models.isUsed, end - next >= Self.widestCost {
                costWidth = Self.widestCost
                cost = end - costWidth
                end = cost - 1
            }
            if end - next >= 11 {
                bar = next
                barWidth = end - next
            }
        }
    }

    /// The column names, drawn over a row or a rule.
    static func drawNames(_ run: RunState, in rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        let columns = Columns(run, width: rect.width)
        let style = pen.style(.dim)
        frame.withClip(rect) { frame in
            func put(_ text: CleanText, _ column: Int) {
                frame.write(
                    StyledText(" ") + StyledText(text, style) + StyledText(" "), column: rect.column + column - 1,
                    row: rect.row)
            }
            put("graph", columns.graph)
            put("step", columns.name)
            if columns.usesWidth > 0 { put("uses", columns.uses) }
            put("state", columns.state)
            if columns.costWidth > 0 { put("$", columns.cost + columns.costWidth - 1) }
            guard columns.barWidth > 0 else { return }
            let axis = TimeAxis(run, now: pen.now, width: columns.barWidth)
            for mark in axis.marks {
                frame.write(
                    StyledText(" ") + StyledText(cleaning: mark.text, style) + StyledText(" "),
                    column: rect.column + columns.bar + mark.column - 1, row: rect.row)
            }
        }
    }

    static func draw(_ run: RunState, _ snapshot: RunSnapshot, in rect: Rect, _ pen: Pen, _ frame: inout Frame) {
        guard !rect.isEmpty else { return }
        guard let plan = run.plan else {
            frame.write(
                StyledText(cleaning: RunHeader.beforePlan(snapshot) ?? "waiting for the plan", pen.style(.dim)),
                column: rect.column + 1, row: rect.row,
                maxWidth: rect.width - 1)
            return
        }
        if run.rows.isEmpty {
            frame.write(
                StyledText(cleaning: "no step contains \(run.filter)", pen.style(.dim)), column: rect.column + 1,
                row: rect.row, maxWidth: rect.width - 1)
            return
        }
        let columns = Columns(run, width: rect.width)
        let axis = TimeAxis(run, now: pen.now, width: columns.barWidth)
        // The plan of a replay at its very start is already known, its steps' states are not.
        let steps = snapshot.steps.isEmpty ? run.timeline.head.steps : snapshot.steps
        let first = max(0, min(run.steps.offset, run.rows.count - rect.height))
        let costs = columns.costWidth > 0 ? StepCosts(run, snapshot) : nil
        let view = StepRowView(run: run, plan: plan, columns: columns, axis: axis, costs: costs, pen: pen)
        frame.withClip(rect) { frame in
            for line in 0..<min(rect.height, run.rows.count - first) {
                let place = rect.line(line)
                let row = run.rows[first + line]
                switch row.content {
                case .rule(let rule):
                    frame.drawRule(
                        place, title: StyledText(cleaning: rule.rawValue, pen.style(.dim)), style: pen.style(.border),
                        glyph: pen.isUnicode ? "╌" : "-")
                case .step(let index):
                    view.draw(steps.values[index], index, row, isKnown: !snapshot.steps.isEmpty, place, &frame)
                case .earlier(let loop, let count): view.drawEarlier(loop, count: count, row, place, &frame)
                case .iteration(let loop, let number):
                    view.drawIteration(loop, number, row, steps, place, &frame)
                }
                if first + line == run.steps.selection { drawSelection(run, columns, place, pen, &frame) }
            }
        }
    }

    private static func drawSelection(
        _ run: RunState, _ columns: Columns, _ place: Rect, _ pen: Pen, _ frame: inout Frame
    ) {
        frame.put(
            pen.selectionMark, column: place.column + columns.name - 1, row: place.row, style: pen.style(.accent))
        guard run.focus == .steps else { return }
        let end = min(place.width, columns.state + columns.stateWidth)
        frame.highlight(place.inset(left: columns.name, right: place.width - end), pen)
    }
}
