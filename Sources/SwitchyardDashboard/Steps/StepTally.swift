import OrderedCollections
import SwitchyardCore

/// How many steps stand how, in the whole run and inside of each step that holds others; and which steps are under
/// way, asked about or failed, without looking at all of them.
///
/// Kept up event by event, it is what counting a snapshot afresh gives.
struct StepTally: Hashable, Sendable {
    /// A step's state as far as counting goes.
    enum Standing: UInt8, Hashable, Sendable, CaseIterable {
        case pending, ready
        /// An attempt is under way.
        case running
        /// It only holds others that are under way.
        case open
        case retry, timer, approval
        case succeeded, failed, skipped, cancelled, unknown

        init(_ step: StepSnapshot) {
            self =
                switch step.state {
                case .pending: .pending
                case .ready: .ready
                case .running: step.attempts.isEmpty ? .open : .running
                case .waiting(.retry): .retry
                case .waiting(.timer): .timer
                case .waiting(.approval): .approval
                case .waiting(.call(let wait)): wait.reason == .retry ? .retry : .timer
                case .succeeded: .succeeded
                case .failed: .failed
                case .skipped: .skipped
                case .cancelled: .cancelled
                case .outcomeUnknown: .unknown
                }
        }

        var isFinal: Bool {
            switch self {
            case .succeeded, .failed, .skipped, .cancelled: true
            case .pending, .ready, .running, .open, .retry, .timer, .approval, .unknown: false
            }
        }
    }

    /// How many steps stand in each way.
    struct Counts: Hashable, Sendable {
        private var numbers = [Int](repeating: 0, count: Standing.allCases.count)

        subscript(standing: Standing) -> Int {
            get { numbers[Int(standing.rawValue)] }
            set { numbers[Int(standing.rawValue)] = newValue }
        }

        var total: Int { numbers.reduce(0, +) }
        var ended: Int { self[.succeeded] + self[.failed] + self[.skipped] + self[.cancelled] }
        /// Those that have begun and not ended.
        var underWay: Int { self[.running] + self[.open] + self[.retry] + self[.timer] + self[.approval] }
    }

    private struct Moment: Hashable, Sendable {
        var index: Int
        var at: Timestamp
    }

    /// How each step stands. A step inside of what ended without it counts as skipped.
    private(set) var standings: [Standing] = []
    /// Of the steps that hold no others.
    private(set) var leaves = Counts()
    /// Of what stands right inside of each step that holds others.
    private(set) var inside: [Int: Counts] = [:]
    /// What stands right inside of a step and failed, or holds what failed; ascending.
    private(set) var failuresInside: [Int: [Int]] = [:]
    /// How many steps failed, those included that hold what failed.
    private(set) var failureCount = 0
    /// The steps with an attempt under way, ascending.
    private(set) var running: [Int] = []
    /// The steps that ask a person, ascending.
    private(set) var asking: [Int] = []
    private var lastFailures: [Int: Moment] = [:]
    private var latestStart: Moment?

    init() {}

    /// Counts a snapshot afresh; its steps are the first of `tree`.
    init(_ steps: OrderedDictionary<StepPath, StepSnapshot>, in tree: StepTree) {
        for index in steps.values.indices {
            add(index, in: tree)
            update(index, steps.values[index], in: tree)
        }
    }

    /// The step whose attempt started last.
    var latest: Int? { latestStart?.index }

    /// What failed last right inside of a step.
    func lastFailure(in container: Int) -> Int? { lastFailures[container]?.index }

    /// Whether a step was never looked at because what it stands inside of had ended.
    func isLeftOut(_ index: Int, _ step: StepSnapshot) -> Bool {
        index < standings.count && standings[index] == .skipped && step.state == .pending
    }

    // MARK: Steps

    /// Adds the next step.
    mutating func add(_ index: Int, in tree: StepTree) {
        precondition(index == standings.count, "steps are added in their order")
        let parent = tree.nodes[index].parent
        let standing: Standing = parent.map { standings[$0].isFinal } == true ? .skipped : .pending
        standings.append(standing)
        leaves[standing] += 1
        guard let parent else { return }
        // What holds others is not counted beside them.
        if tree.nodes[parent].children.first == index { leaves[standings[parent]] -= 1 }
        inside[parent, default: Counts()][standing] += 1
    }

    /// Takes note of a step's new state.
    mutating func update(_ index: Int, _ step: StepSnapshot, in tree: StepTree) {
        let standing = Standing(step)
        if let at = step.attempts.last?.startedAt { noteStart(index, at: at) }
        guard standing != standings[index], standing != .pending else { return }
        move(index, to: standing, in: tree)
        if standing == .failed { noteFailure(index, at: step.endedAt, in: tree) }
        if standing.isFinal { leaveOut(inside: index, in: tree) }
    }

    private mutating func move(_ index: Int, to standing: Standing, in tree: StepTree) {
        let old = standings[index]
        standings[index] = standing
        if !isContainer(index, in: tree) {
            leaves[old] -= 1
            leaves[standing] += 1
        }
        if let parent = tree.nodes[index].parent {
            inside[parent]?[old] -= 1
            inside[parent]?[standing] += 1
        }
        if old == .running { Self.remove(index, from: &running) }
        if old == .approval { Self.remove(index, from: &asking) }
        if standing == .running { Self.insert(index, into: &running) }
        if standing == .approval { Self.insert(index, into: &asking) }
    }

    /// Children that come later do not count yet.
    private func isContainer(_ index: Int, in tree: StepTree) -> Bool {
        tree.nodes[index].children.first.map { $0 < standings.count } ?? false
    }

    /// What ended will not look at what is inside of it any more.
    private mutating func leaveOut(inside index: Int, in tree: StepTree) {
        var queue = [index]
        while let next = queue.popLast() {
            for child in tree.nodes[next].children where child < standings.count && standings[child] == .pending {
                move(child, to: .skipped, in: tree)
                queue.append(child)
            }
        }
    }

    private mutating func noteStart(_ index: Int, at: Timestamp) {
        if let latestStart, at < latestStart.at || at == latestStart.at && index >= latestStart.index { return }
        latestStart = Moment(index: index, at: at)
    }

    private mutating func noteFailure(_ index: Int, at: Timestamp?, in tree: StepTree) {
        failureCount += 1
        guard let parent = tree.nodes[index].parent else { return }
        let moment = Moment(index: index, at: at ?? Timestamp(microseconds: 0))
        if lastFailures[parent].map({ ($0.at, $0.index) < (moment.at, moment.index) }) ?? true {
            lastFailures[parent] = moment
        }
        var child = index
        for container in tree.ancestors(of: index) {
            guard Self.insert(child, into: &failuresInside[container, default: []]) else { return }
            child = container
        }
    }

    /// Whether it was not there yet.
    @discardableResult
    private static func insert(_ index: Int, into list: inout [Int]) -> Bool {
        let place = place(of: index, in: list)
        if place < list.count, list[place] == index { return false }
        list.insert(index, at: place)
        return true
    }

    private static func remove(_ index: Int, from list: inout [Int]) {
        let place = place(of: index, in: list)
        if place < list.count, list[place] == index { list.remove(at: place) }
    }

    private static func place(of index: Int, in list: [Int]) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
