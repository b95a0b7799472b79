import OrderedCollections
import SwitchyardCore

/// What a run's plan decides of its screen: the order of steps, their lanes and the widths of columns.
///
/// Made once, and extended by the steps that a run adds as it goes on: what stands, stays.
struct RunPlan: Hashable, Sendable {
    /// Steps that stand inside of nothing, in the order of their rows.
    struct List: Hashable, Sendable {
        var members: [Int] = []
        var lanes = LaneLayout(needs: [])
    }

    /// The order and the lanes of the steps of a group, whichever instance of it.
    private struct Body: Hashable, Sendable {
        /// The place of each step among those of its instance, by row.
        var order: [Int]
        var lanes: LaneLayout
    }

    private(set) var main = List()
    private(set) var undo = List()
    private(set) var finally = List()
    private var bodies: [Body] = []
    private var bodyNumbers: [StepPath: Int] = [:]
    /// The body that each step belongs to, and its row in its list's lanes; -1 where there is none.
    private var bodyOf: [Int] = []
    private var laneRows: [Int] = []
    /// The steps that need a step, by index.
    private(set) var dependents: [[Int]] = []
    /// What each step is called inside of what it stands in, and what filters look at, as UTF-8.
    private(set) var names: [String] = []
    private(set) var searchTexts: [[UInt8]] = []
    /// The widest whole name and the widest `uses`, in characters.
    private(set) var nameWidth = 0
    private(set) var usesWidth = 0

    var laneCount: Int { max(main.lanes.laneCount, undo.lanes.laneCount, finally.lanes.laneCount) }

    /// Adds the steps of `tree` that are new.
    mutating func extend(_ steps: OrderedDictionary<StepPath, StepSnapshot>, _ tree: StepTree) {
        let new = names.count..<tree.count
        guard !new.isEmpty else { return }
        for index in new {
            let planned = steps.values[index].planned
            names.append(tree.nodes[index].name)
            searchTexts.append(Array("\(planned.path.rawValue)\n\(planned.uses)".lowercased().utf8))
            dependents.append([])
            bodyOf.append(-1)
            laneRows.append(-1)
            nameWidth = max(nameWidth, planned.path.shortName.count)
            usesWidth = max(usesWidth, planned.uses.count)
        }
        for index in new {
            for need in steps.values[index].planned.needs {
                if let source = tree.index(of: need.path) { dependents[source].append(index) }
            }
        }
        layOutLists(new, steps, tree)
        layOutBodies(new, steps, tree)
    }

    /// The lanes that a step stands in, and its row there; nil for an item.
    func lanes(of index: Int, isTop: Bool, path: StepPath) -> (lanes: LaneLayout, row: Int)? {
        guard laneRows[index] >= 0 else { return nil }
        guard isTop else { return (bodies[bodyOf[index]].lanes, laneRows[index]) }
        let list = path.isCompensation ? undo : path.isFinally ? finally : main
        return (list.lanes, laneRows[index])
    }

    /// The columns of the lanes of the group that a step belongs to.
    func laneWidth(of index: Int) -> Int { LaneLayout.width(lanes: laneCount(of: index)) }

    /// How many of its lanes are drawn.
    func laneCount(of index: Int) -> Int {
        guard bodyOf[index] >= 0 else { return 1 }
        return max(1, min(bodies[bodyOf[index]].lanes.laneCount, Self.maximumInnerLanes))
    }

    /// The steps of one instance of a group, in the order of their rows.
    func ordered(_ members: ArraySlice<Int>) -> [Int] {
        guard let first = members.first, bodyOf[first] >= 0 else { return Array(members) }
        return bodies[bodyOf[first]].order.compactMap { place in
            members.startIndex + place < members.endIndex ? members[members.startIndex + place] : nil
        }
    }

    // MARK: Layout

    /// Names need the room.
    private static let maximumInnerLanes = 4

    private mutating func layOutLists(
        _ new: Range<Int>, _ steps: OrderedDictionary<StepPath, StepSnapshot>, _ tree: StepTree
    ) {
        let top = new.filter { tree.nodes[$0].parent == nil }
        guard !top.isEmpty else { return }
        let undoing = top.filter { tree.nodes[$0].path.isCompensation }
        if !undoing.isEmpty {
            // One after the other.
            undo.members += undoing
            undo.lanes = LaneLayout(needs: undo.members.indices.map { $0 == 0 ? [] : [$0 - 1] })
            for (row, index) in undo.members.enumerated() { laneRows[index] = row }
        }
        let last = top.filter { tree.nodes[$0].path.isFinally }
        if !last.isEmpty { finally = layOutList(last, steps, tree) }
        let others = top.filter { !tree.nodes[$0].path.isFinally && !tree.nodes[$0].path.isCompensation }
        if !others.isEmpty { main = layOutList(others, steps, tree) }
    }

    private mutating func layOutList(
        _ members: [Int], _ steps: OrderedDictionary<StepPath, StepSnapshot>, _ tree: StepTree
    ) -> List {
        let body = Self.layOut(members[...], steps, tree)
        let ordered = body.order.map { members[$0] }
        for (row, index) in ordered.enumerated() { laneRows[index] = row }
        return List(members: ordered, lanes: body.lanes)
    }

    private mutating func layOutBodies(
        _ new: Range<Int>, _ steps: OrderedDictionary<StepPath, StepSnapshot>, _ tree: StepTree
    ) {
        for index in new where bodyOf[index] < 0 && !tree.nodes[index].isItem {
            guard let parent = tree.nodes[index].parent else { continue }
            let group = tree.nodes[parent].path.planned
            let children = tree.nodes[parent].children[...]
            let members =
                tree.nodes[index].iteration.map { tree.members(of: $0, in: children) } ?? children
            let number: Int
            if let known = bodyNumbers[group] {
                number = known
            } else {
                number = bodies.count
                bodyNumbers[group] = number
                bodies.append(Self.layOut(members, steps, tree))
            }
            for member in members { bodyOf[member] = number }
            for (row, member) in ordered(members).enumerated() { laneRows[member] = row }
        }
    }

    /// The order and lanes of the steps of one list; needs outside the list are not drawn.
    private static func layOut(
        _ members: ArraySlice<Int>, _ steps: OrderedDictionary<StepPath, StepSnapshot>, _ tree: StepTree
    ) -> Body {
        let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
        let needs = members.map { member in
            // A step named twice, as by `needs` and by an expression, is one edge.
            Set(steps.values[member].planned.needs.compactMap { tree.index(of: $0.path).flatMap { places[$0] } })
                .sorted()
        }
        let order = StableOrder.order(needs: needs)
        var position = [Int](repeating: 0, count: order.count)
        for (row, place) in order.enumerated() { position[place] = row }
        let ordered = order.enumerated().map { row, place in
            needs[place].map { position[$0] }.filter { $0 < row }.sorted()
        }
        return Body(order: order, lanes: LaneLayout(needs: ordered))
    }
}

extension StepPath {
    /// The path as screens show it where nothing around the step is seen: `finally` steps without that word, those
    /// that undo another as `undo deploy`.
    var shortName: String {
        if isCompensation { return "undo \(compensated.shortName)" }
        return isFinally ? String(rawValue.dropFirst(StepPath.finallyPrefix.count)) : rawValue
    }
}
