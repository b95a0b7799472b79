import HeapModule
import SwitchyardCore

/// A step of a run: the frame it belongs to and its number in it.
struct UnitID: Hashable, Sendable {
    var frame: Int
    var index: Int
}

/// Steps that were brought to life together: a list of the file, the items of a `foreach`, the compensations.
struct Frame: Sendable {
    enum Kind: Hashable, Sendable {
        case main
        case finally
        case compensation
        /// The steps of a group, in one of its iterations.
        case body(of: UnitID, iteration: Int?)
        /// The items of a `foreach` step.
        case items(of: UnitID)
    }

    /// Why nothing new of the frame starts any more.
    enum Stop: Hashable, Sendable {
        case failed(by: StepPath)
        case cancelled
    }

    let kind: Kind
    /// The steps in the file. For items they are all the same one.
    private let nodes: [StepGraph.Node]
    private let sharedNode: StepGraph.Node?
    private(set) var paths: [StepPath]
    var steps: [StepMachine]
    /// The steps that wait for a slot: the lowest number first.
    var ready = Heap<Int>()
    /// How many have not ended.
    var open: Int
    /// How many are under way: they run, or what is inside of them does.
    var active = 0
    /// Whether the one that is under way must be so alone.
    var runsAlone = false
    var stop: Stop?
    /// What fails the frame, in the order it failed.
    var failures: [StepPath] = []
    /// Items and compensations become ready in order, at most so many at once; nil for a list, where needs decide.
    let window: Int?
    /// The first item that has not become ready.
    var nextItem = 0
    /// How many of those have not ended.
    var inWindow = 0
    /// Whether its being stopped ended a step that had not.
    var wasCut = false
    /// Whether the frame stands in the machine's queue of frames with something to start.
    var isQueued = false

    /// A list of the file.
    init(_ kind: Kind, list graph: StepGraph, prefix: String) {
        self.kind = kind
        nodes = graph.nodes
        sharedNode = nil
        paths = graph.nodes.map { StepPath(prefix + $0.step.id) }
        steps = graph.nodes.map { StepMachine(needs: $0.needs.count) }
        open = graph.nodes.count
        window = nil
    }

    /// The items of `node`, a `foreach` step.
    init(items paths: [StepPath], of owner: UnitID, node: StepGraph.Node, window: Int) {
        kind = .items(of: owner)
        nodes = []
        sharedNode = node
        self.paths = paths
        steps = paths.map { _ in StepMachine(needs: 0) }
        open = paths.count
        self.window = window
    }

    /// What undoes other steps, one after the other.
    init(compensations: [(path: StepPath, node: StepGraph.Node)]) {
        kind = .compensation
        nodes = compensations.map(\.node)
        sharedNode = nil
        paths = compensations.map(\.path)
        steps = paths.map { _ in StepMachine(needs: 0) }
        open = paths.count
        window = 1
    }

    func node(_ index: Int) -> StepGraph.Node { sharedNode ?? nodes[index] }

    var count: Int { paths.count }

    /// The step that the frame is inside of.
    var owner: UnitID? {
        switch kind {
        case .body(let owner, _), .items(let owner): owner
        case .main, .finally, .compensation: nil
        }
    }

    var isItems: Bool {
        if case .items = kind { true } else { false }
    }

    /// Whether step `index` may start beside what is under way.
    func admits(_ index: Int) -> Bool {
        guard !runsAlone else { return false }
        guard !isItems else { return true }
        return node(index).executionMode == .concurrent || active == 0
    }

    /// Step `index` is under way.
    mutating func began(_ index: Int) {
        active += 1
        runsAlone = !isItems && node(index).executionMode == .serial
    }

    /// A step is no longer under way.
    mutating func left() {
        active -= 1
        runsAlone = false
    }

    /// Lets go of what no one asks for after the frame's end.
    mutating func release() {
        paths = []
        steps = []
        ready = Heap()
    }
}
