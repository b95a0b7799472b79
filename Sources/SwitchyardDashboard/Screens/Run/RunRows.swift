import OrderedCollections
import SwitchyardCore
import TerminalUI

// The list of steps: its rows, which is selected, what is folded.

extension RunState {
    /// What rows are made of, filter and folds aside: while it stays so, so do they.
    struct RowsBasis: Hashable, Sendable {
        var shown = 0
        var failures = 0
    }

    /// How many steps stood how after so many events.
    struct PastTally: Hashable, Sendable {
        var count: Int
        var tally: StepTally
    }

    // MARK: The selection

    /// The index of the selected step in the snapshot; of the loop where iterations of it are selected.
    var selectedIndex: Int? {
        rows.indices.contains(steps.selection) ? rows[steps.selection].index : nil
    }

    var selectedPath: StepPath? {
        selectedIndex.map { timeline.tree.nodes[$0].path }
    }

    /// Selects a step; one that the filter hides shows all steps again, and one that is folded away is unfolded.
    mutating func select(_ path: StepPath) {
        guard let index = timeline.tree.index(of: path), index < shownCount else { return }
        if row(of: index) == nil, !filter.isEmpty { setFilter("") }
        if row(of: index) == nil {
            unfold(around: index)
            refreshRows()
        }
        if let row = row(of: index) { selectRow(row) }
    }

    private func row(of index: Int) -> Int? {
        guard rowOfStep.indices.contains(index), rowOfStep[index] >= 0 else { return nil }
        return rowOfStep[index]
    }

    /// The row of a step, or of the nearest one around it that has one.
    private func nearestRow(of index: Int) -> Int? {
        row(of: index) ?? timeline.tree.ancestors(of: index).lazy.compactMap { row(of: $0) }.first
    }

    /// Selects a row, or the one after it if it is a rule.
    mutating func selectRow(_ row: Int, forward: Bool = true) {
        steps.select(row)
        if rows.indices.contains(steps.selection), rows[steps.selection].isRule {
            let other = steps.selection + (forward ? 1 : -1)
            steps.select(rows.indices.contains(other) ? other : steps.selection + (forward ? -1 : 1))
        }
    }

    mutating func setFilter(_ text: String) {
        let selected = selectedIndex
        filter = text
        refreshRows()
        if let selected, let row = nearestRow(of: selected) { selectRow(row) } else { selectRow(0) }
    }

    /// Moves the selection to what happens: the step that started last among those running, else one that asks, else
    /// the one that failed the run, else the one that started last; before anything started the first. What is folded
    /// stays so: its row is selected.
    ///
    /// A function of the snapshot alone, so that a replay shows what the live view showed.
    mutating func followSteps() {
        guard followsSteps, plan != nil else { return }
        let snapshot = self.snapshot
        func start(_ index: Int) -> Timestamp? { snapshot.steps.values[index].attempts.last?.startedAt }
        // Of those that started at once the first in the file, as in the list.
        let running = tally.running.max { (start($0) ?? .distantPast, $1) < (start($1) ?? .distantPast, $0) }
        let failed = snapshot.failure?.steps.first.flatMap { timeline.tree.index(of: $0) }
        guard let index = running ?? tally.asking.first ?? failed ?? tally.latest else { return selectRow(0) }
        guard let row = nearestRow(of: index), row != steps.selection else { return }
        selectRow(row)
        inspectorOffset = 0
    }

    // MARK: Rows

    /// Makes or extends the plan's layout by the steps that are new.
    mutating func adoptPlan() {
        guard timeline.tree.count > 0 else { return }
        if plan == nil { plan = RunPlan() }
        plan?.extend(timeline.head.steps, timeline.tree)
    }

    /// Brings rows in line with the moment that is shown.
    mutating func updateRows() {
        countPast()
        let basis = RowsBasis(shown: shownCount, failures: tally.failureCount)
        if basis != rowsBasis { refreshRows() }
    }

    private mutating func countPast() {
        guard let playback, playback.count < timeline.count else {
            pastTally = nil
            return
        }
        let count = playback.count
        if let past = pastTally?.count, past <= count, count - past <= Self.mostCountedOn {
            timeline.countOn(&pastTally!.tally, from: past, to: count, playback.snapshot)
            pastTally?.count = count
        } else {
            pastTally = PastTally(count: count, tally: timeline.tally(of: playback.snapshot))
        }
    }

    /// After more events than this, counting afresh is as quick.
    private static let mostCountedOn = 2000

    /// Makes the rows anew; what is selected stays selected, or what is around it.
    private mutating func refreshRows() {
        guard let plan else { return }
        let selected = rows.indices.contains(steps.selection) ? rows[steps.selection].content : nil
        let tally = self.tally
        rowsBasis = RowsBasis(shown: shownCount, failures: tally.failureCount)
        rows =
            filter.isEmpty
            ? StepRows.rows(of: plan, timeline.tree, tally, folds: folds, shown: shownCount)
            : StepRows.rows(of: plan, timeline.tree, tally, matching: filter, shown: shownCount)
        rowOfStep = [Int](repeating: -1, count: timeline.tree.count)
        rowNameWidth = 0
        for (place, row) in rows.enumerated() {
            guard case .step(let index) = row.content else { continue }
            rowOfStep[index] = place
            rowNameWidth = max(rowNameWidth, row.nameAt + rowName(row, index).count)
        }
        steps.update(count: rows.count, height: steps.height)
        guard let selected else { return }
        switch selected {
        case .step(let index): if let row = nearestRow(of: index) { selectRow(row) }
        case .earlier(let index, _), .iteration(let index, _):
            if let row = rows.firstIndex(where: { $0.content.isSamePlace(as: selected) }) ?? nearestRow(of: index) {
                selectRow(row)
            }
        case .rule: selectRow(steps.selection)
        }
    }

    // MARK: Folding

    /// Whether what stands inside of a step is folded away.
    func isFolded(_ index: Int) -> Bool {
        let node = timeline.tree.nodes[index]
        guard let first = node.children.first else { return false }
        return folds.isFolded(.step(node.path), byItself: timeline.tree.nodes[first].isItem || node.isItem)
    }

    private mutating func unfold(around index: Int) {
        let tree = timeline.tree
        var inner = index
        for container in tree.ancestors(of: index) {
            let path = tree.nodes[container].path
            folds.set(.step(path), folded: false)
            let latest = tree.latest(of: tree.children(of: container, shown: shownCount)).first
            if let iteration = tree.nodes[inner].iteration, iteration != latest.flatMap({ tree.nodes[$0].iteration }) {
                folds.set(.earlier(path), folded: false)
                folds.set(.iteration(path, iteration), folded: false)
            }
            inner = container
        }
    }

    /// Folds or unfolds the selected row, or what it stands inside of; what the status line says if nothing is there.
    mutating func toggleFold() -> Toast? {
        guard filter.isEmpty, rows.indices.contains(steps.selection) else {
            return .refusal("a filtered list has no groups: Esc shows all steps")
        }
        // What a person looks at stays.
        followsSteps = false
        let tree = timeline.tree
        let row = rows[steps.selection]
        func flip(_ place: StepFolds.Place) { folds.set(place, folded: !folds.isFolded(place, byItself: true)) }
        switch row.content {
        case .rule: return nil
        case .earlier(let loop, _): flip(.earlier(tree.nodes[loop].path))
        case .iteration(let loop, let number): flip(.iteration(tree.nodes[loop].path, number))
        case .step(let index):
            let node = tree.nodes[index]
            if !tree.children(of: index, shown: shownCount).isEmpty {
                folds.set(.step(node.path), folded: !isFolded(index))
            } else if let parent = node.parent {
                folds.set(.step(tree.nodes[parent].path), folded: !isFolded(parent))
            } else {
                return .refusal("\(node.path) holds no other steps")
            }
        }
        refreshRows()
        return nil
    }

    /// Unfolds everything, or folds everything if nothing is folded.
    mutating func toggleAllFolds() -> Toast {
        let tree = timeline.tree
        let isAnyFolded = rows.contains { row in
            switch row.content {
            case .step(let index): !tree.children(of: index, shown: shownCount).isEmpty && isFolded(index)
            case .earlier(let loop, _): folds.isFolded(.earlier(tree.nodes[loop].path), byItself: true)
            case .iteration(let loop, let number):
                folds.isFolded(.iteration(tree.nodes[loop].path, number), byItself: true)
            case .rule: false
            }
        }
        folds.setAll(folded: !isAnyFolded)
        refreshRows()
        return .note(isAnyFolded ? "everything is unfolded" : "everything is folded; what failed is still seen")
    }

    // MARK: Logs

    /// The attempt whose log is shown: the selected step's latest; where it holds others, that of the one under way
    /// for longest.
    var wantedLog: LogKey? {
        guard let selected = selectedIndex else { return nil }
        let snapshot = self.snapshot
        let tree = timeline.tree
        var index: Int? = selected
        if !tree.nodes[selected].children.isEmpty {
            func start(_ index: Int) -> Timestamp? { snapshot.steps.values[index].attempts.last?.startedAt }
            index = tally.running.filter { tree.isInside($0, of: selected) }
                .min { (start($0) ?? .distantPast, $0) < (start($1) ?? .distantPast, $1) }
        }
        guard let index, index < snapshot.steps.count, let attempt = snapshot.steps.values[index].attempts.last
        else { return nil }
        return LogKey(step: tree.nodes[index].path, attempt: attempt.number)
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(microseconds: .min)
}
