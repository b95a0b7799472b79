import SwitchyardCore

/// Puts the rows of the list of steps together: what is unfolded, and everything that failed.
struct StepRows {
    private let plan: RunPlan
    private let tree: StepTree
    private let tally: StepTally
    private let folds: StepFolds
    /// How many steps there are at the moment that is shown.
    private let shown: Int
    private var rows: [StepRow] = []

    static func rows(
        of plan: RunPlan, _ tree: StepTree, _ tally: StepTally, folds: StepFolds, shown: Int
    ) -> [StepRow] {
        var rows = StepRows(plan: plan, tree: tree, tally: tally, folds: folds, shown: shown)
        for index in plan.main.members { rows.add(index) }
        rows.addList(plan.undo, under: .undo)
        rows.addList(plan.finally, under: .finally)
        return rows.rows
    }

    /// The rows of the steps whose names or tools contain a text, folded or not, side by side.
    static func rows(
        of plan: RunPlan, _ tree: StepTree, _ tally: StepTally, matching wanted: String, shown: Int
    ) -> [StepRow] {
        let wanted = Array(wanted.lowercased().utf8)
        var unfolded = StepFolds()
        unfolded.setAll(folded: false)
        return rows(of: plan, tree, tally, folds: unfolded, shown: shown).compactMap { row in
            guard case .step(let index) = row.content, Self.contains(plan.searchTexts[index], wanted) else {
                return nil
            }
            return StepRow(content: .step(index))
        }
    }

    private init(plan: RunPlan, tree: StepTree, tally: StepTally, folds: StepFolds, shown: Int) {
        self.plan = plan
        self.tree = tree
        self.tally = tally
        self.folds = folds
        self.shown = shown
    }

    private mutating func addList(_ list: RunPlan.List, under rule: StepRow.Rule) {
        let members = list.members.filter { $0 < shown }
        guard !members.isEmpty else { return }
        rows.append(StepRow(content: .rule(rule)))
        for index in members { add(index) }
    }

    /// Adds a step that stands inside of nothing.
    private mutating func add(_ index: Int) {
        rows.append(StepRow(content: .step(index)))
        addInside(of: index, at: 0)
    }

    /// Adds a step in its place inside of another, or as one that is seen though that is folded.
    private mutating func add(_ index: Int, at indent: Int, isStray: Bool) {
        let width = isStray || tree.nodes[index].isItem ? 1 : plan.laneWidth(of: index)
        let row = StepRow(
            content: .step(index), indent: indent, nameAt: indent + width + 1, isStray: isStray)
        rows.append(row)
        addInside(of: index, at: row.nameAt)
    }

    private mutating func addInside(of container: Int, at indent: Int) {
        let children = tree.children(of: container, shown: shown)
        guard let first = children.first else { return }
        let path = tree.nodes[container].path
        let isRepeated = tree.nodes[first].isItem
        // Items of groups would be long lists of their own.
        let byItself = isRepeated || tree.nodes[container].isItem
        if folds.isFolded(.step(path), byItself: byItself) {
            addFailures(inside: container, at: indent)
        } else if isRepeated {
            for child in children { add(child, at: indent, isStray: false) }
        } else {
            let latest = tree.latest(of: children)
            if latest.startIndex > children.startIndex {
                addEarlier(of: container, children[..<latest.startIndex], at: indent)
            }
            for child in plan.ordered(latest) { add(child, at: indent, isStray: false) }
        }
    }

    /// Adds what failed right inside of a step, or holds what failed; of one iteration or of those before a step.
    private mutating func addFailures(
        inside container: Int, at indent: Int, iteration: Int? = nil, before end: Int = .max
    ) {
        for child in tally.failuresInside[container] ?? [] where child < min(shown, end) {
            if let iteration, tree.nodes[child].iteration != iteration { continue }
            add(child, at: indent, isStray: true)
        }
    }

    /// Adds the iterations of a loop that are over.
    private mutating func addEarlier(of loop: Int, _ children: ArraySlice<Int>, at indent: Int) {
        let path = tree.nodes[loop].path
        let last = children.last.flatMap { tree.nodes[$0].iteration } ?? 0
        rows.append(StepRow(content: .earlier(loop, count: last), indent: indent, nameAt: indent + 2))
        if folds.isFolded(.earlier(path), byItself: true) {
            addFailures(inside: loop, at: indent, before: (children.last ?? -1) + 1)
            return
        }
        var start = children.startIndex
        while start < children.endIndex {
            guard let number = tree.nodes[children[start]].iteration else { return }
            let end = children[start...].firstIndex { tree.nodes[$0].iteration != number } ?? children.endIndex
            let row = StepRow(content: .iteration(loop, number), indent: indent + 2, nameAt: indent + 4)
            rows.append(row)
            if folds.isFolded(.iteration(path, number), byItself: true) {
                addFailures(inside: loop, at: row.nameAt, iteration: number)
            } else {
                for child in plan.ordered(children[start..<end]) { add(child, at: row.nameAt, isStray: false) }
            }
            start = end
        }
    }

    private static func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        guard text.count >= wanted.count else { return false }
        return (0...(text.count - wanted.count)).contains { start in
            text[start] == first && text[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
