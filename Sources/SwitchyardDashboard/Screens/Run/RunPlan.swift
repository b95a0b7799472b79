import OrderedCollections
import SwitchyardCore

/// What a run's plan decides of its screen: the order of rows, their lanes and the widths of columns. Made once.
struct RunPlan: Hashable, Sendable {
    /// One row of the list of steps.
    enum Row: Hashable, Sendable {
        /// The step with an index in the snapshot, and its row in its list's lanes.
        case step(Int, lane: Int)
        /// The rule above the `finally` steps.
        case finallyRule
    }

    let paths: [StepPath]
    let rows: [Row]
    let mainLanes: LaneLayout
    let finallyLanes: LaneLayout
    /// The steps that need a step, by index.
    let dependents: [[Int]]
    /// The widest name and the widest `uses`, in characters.
    let nameWidth: Int
    let usesWidth: Int
    private let indices: [StepPath: Int]

    init(steps: OrderedDictionary<StepPath, StepSnapshot>) {
        let planned = steps.values.map(\.planned)
        paths = planned.map(\.path)
        indices = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) })
        var dependents = [[Int]](repeating: [], count: planned.count)
        for (index, step) in planned.enumerated() {
            for need in step.needs { if let source = indices[need.path] { dependents[source].append(index) } }
        }
        self.dependents = dependents
        let (main, mainLanes) = Self.list(planned, indices) { !$0.isFinally }
        let (finally, finallyLanes) = Self.list(planned, indices) { $0.isFinally }
        rows = main + (finally.isEmpty ? [] : [.finallyRule]) + finally
        self.mainLanes = mainLanes
        self.finallyLanes = finallyLanes
        nameWidth = paths.lazy.map { $0.shortName.count }.max() ?? 0
        usesWidth = planned.lazy.map(\.uses.count).max() ?? 0
    }

    var laneCount: Int { max(mainLanes.laneCount, finallyLanes.laneCount) }

    func index(of path: StepPath) -> Int? { indices[path] }

    /// The rows and lanes of the steps of one list; needs outside the list are not drawn.
    private static func list(
        _ planned: [CompiledPlan.PlannedStep], _ indices: [StepPath: Int], where isInList: (StepPath) -> Bool
    ) -> ([Row], LaneLayout) {
        let members = planned.indices.filter { isInList(planned[$0].path) }
        let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
        let needs = members.map { member in
            // A step named twice, as by `needs` and by an expression, is one edge.
            Set(planned[member].needs.compactMap { indices[$0.path].flatMap { places[$0] } }).sorted()
        }
        let order = StableOrder.order(needs: needs)
        var position = [Int](repeating: 0, count: order.count)
        for (row, place) in order.enumerated() { position[place] = row }
        let ordered = order.enumerated().map { row, place in
            needs[place].map { position[$0] }.filter { $0 < row }.sorted()
        }
        return (order.enumerated().map { .step(members[$1], lane: $0) }, LaneLayout(needs: ordered))
    }
}

extension StepPath {
    /// The path as the list of steps shows it: `finally` steps stand under a rule that says so.
    var shortName: String {
        isFinally ? String(rawValue.dropFirst(StepPath.finallyPrefix.count)) : rawValue
    }
}
