import OrderedCollections
import SwitchyardCore

/// The generator of Steele, Lea and Flood: the same numbers for the same seed, everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension RunScript {
    /// A run of groups, loops and items nested at random, every step of which goes any way a step can go.
    static func random(seed: UInt64) -> RunScript {
        var walk = RandomWalk(seed: seed)
        walk.run()
        return walk.script
    }
}

private struct RandomWalk {
    var script = RunScript()
    private var generator: SplitMix64
    private var snapshot: RunSnapshot
    private var seconds = 0.0

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
        snapshot = RunSnapshot(run: script.run)
    }

    mutating func run() {
        var steps: [CompiledPlan.PlannedStep] = []
        add(4, prefix: "", parent: nil, depth: 0, to: &steps)
        script.create("random", slots: 4, CompiledPlan(strategy: .dag, steps: steps))
        for event in script.events { snapshot.apply(event) }
        for _ in 0..<300 {
            seconds += 0.1
            script.at(seconds)
            let open = snapshot.steps.values.filter { !$0.state.isFinal && mayMove($0) }
            guard let step = open.randomElement(using: &generator) else { return }
            let before = script.events.count
            move(step)
            for event in script.events[before...] { snapshot.apply(event) }
        }
    }

    private mutating func add(
        _ count: Int, prefix: String, parent: StepPath?, depth: Int, to steps: inout [CompiledPlan.PlannedStep]
    ) {
        var before: [StepPath] = []
        for number in 0..<count {
            let path = StepPath("\(prefix)s\(number)")
            let isGroup = depth < 3 && Bool.random(using: &generator)
            let kinds: [PlannedRepetition?] = isGroup ? [nil, .until, .foreach, .foreachUntil] : [nil, nil, .foreach]
            let needs = before.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
            steps.append(
                .init(
                    path: path, uses: isGroup ? "group" : "bash",
                    needs: needs.map { .init(path: $0, origin: .explicit) }, level: 0, effect: .pure,
                    mode: .concurrent, parent: parent, repeats: kinds.randomElement(using: &generator) ?? nil))
            before.append(path)
            if isGroup { add(2, prefix: "\(path)/", parent: path, depth: depth + 1, to: &steps) }
        }
    }

    /// Whether what the step stands inside of is under way.
    private func mayMove(_ step: StepSnapshot) -> Bool {
        guard let parent = step.planned.parent else { return true }
        let path = parent.rawValue.split(separator: "@", omittingEmptySubsequences: false)
        let last = path.last.flatMap { Int($0) }
        let owner = last == nil ? parent : StepPath(path.dropLast().joined(separator: "@"))
        return snapshot.steps[owner]?.state == .running
    }

    private mutating func move(_ step: StepSnapshot) {
        let path = step.path
        let isItem = step.item != nil
        let isHolding = step.planned.uses == "group" || step.planned.repeats == .foreach && !isItem
        switch step.state {
        case .pending where Int.random(in: 0..<8, using: &generator) == 0: script.add(.stepSkipped(.condition), path)
        case .pending where isHolding: open(step)
        case .pending: script.ready(path)
        case .ready: script.start(path, attempt: step.attempts.count + 1)
        case .running where isHolding: goOnHolding(step)
        case .running, .waiting: work(step, attempt: step.attempts.count)
        case .succeeded, .failed, .skipped, .cancelled, .outcomeUnknown: break
        }
    }

    private mutating func open(_ step: StepSnapshot) {
        let isOver = step.item == nil && (step.planned.repeats == .foreach || step.planned.repeats == .foreachUntil)
        if isOver {
            script.expand(step.path, (0..<Int.random(in: 0..<4, using: &generator)).map { "k\($0)" })
        } else {
            script.open(step.path)
            if step.planned.repeats == .until { script.add(.loopIterated(1), step.path) }
        }
    }

    private mutating func goOnHolding(_ step: StepSnapshot) {
        let inside = snapshot.steps.values.filter { other in
            ["/", "@", "["].contains { other.path.rawValue.hasPrefix(step.path.rawValue + $0) }
        }
        guard inside.allSatisfy({ $0.state.isFinal || $0.state == .pending && !mayMove($0) }) else { return }
        if let iteration = step.iteration, iteration < 3, Bool.random(using: &generator) {
            script.add(.loopIterated(iteration + 1), step.path)
        } else if Bool.random(using: &generator) {
            script.close(step.path)
        } else {
            script.add(.stepFailed(StepFailure(.part, "a part failed"), willRetry: false), step.path)
        }
    }

    private mutating func work(_ step: StepSnapshot, attempt: Int) {
        let path = step.path
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: script.fail(path, attempt: attempt, .exitCode, "exit 1")
        case 1 where step.state == .running:
            script.fail(path, attempt: attempt, .exitCode, "exit 1", retryIn: 1)
            script.ready(path)
        case 2 where step.state == .running: script.add(.timerSet(until: script.now), path)
        case 3 where step.state == .running:
            script.add(.approvalRequested(ApprovalRequest(message: "go on?", until: nil)), path)
        case 4: script.add(.stepCancelled, path)
        default: script.succeed(path, attempt: attempt)
        }
    }
}
