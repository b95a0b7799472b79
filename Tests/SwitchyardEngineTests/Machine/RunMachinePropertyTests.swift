import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// Random pipelines under random results, failures, timers and commands: whatever the order, a run comes to its end
/// and keeps its promises. A seed that fails is printed and gives the same run again.
@Suite struct RunMachinePropertyTests {
    @Test(arguments: 0..<20) func everyRunEndsAndKeepsItsPromises(block: UInt64) throws {
        for seed in (block * 50)..<(block * 50 + 50) {
            var simulation = try Simulation(seed: seed)
            let problem = simulation.run()
            #expect(problem == nil, "seed \(seed)")
        }
    }
}

private struct Simulation {
    private var random: SeededGenerator
    private var machine: RunMachine
    private let steps: [Step]
    private let slots: Int
    private var running: Set<AttemptID> = []
    private var timers: Set<TimerID> = []
    private var events: [EventEnvelope] = []
    private var isFinished = false
    private var time = Timestamp(microseconds: 0)

    init(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let steps =
            seed.isMultiple(of: 2)
            ? try Self.steps(using: &random)
            : try Self.hardened(RandomPipeline(seed: seed).steps, using: &random)
        let finally =
            try random.next(upperBound: 3 as UInt) == 0 ? [Step.fake("clean"), .fake("more", needs: ["clean"])] : []
        slots = Int.random(in: 1...4, using: &random)
        let pipeline = Pipeline(id: "test", steps: steps, finally: finally)
        machine = RunMachine(
            RunDefinition(
                run: RunID("run"), pipeline: pipeline, graph: try PipelineGraph.build(pipeline), inputs: RunInputs(),
                tools: FakeCatalog(), seed: seed, slots: slots, workspace: "/w", actor: Actor("test")
            )
        )
        self.steps = steps + finally
        self.random = random
    }

    private static func steps(using random: inout SeededGenerator) throws -> [Step] {
        let count = Int.random(in: 1...12, using: &random)
        return try (0..<count).map { index in
            let needs = (0..<index).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.map { "s\($0)" }
            let whens = [nil, nil, nil, "true", "false", "always()", "failed()", "succeeded()", "steps.nobody.x"]
            let policies: [OnFailure] = [.fail, .continue, .skipDependents]
            return try .fake(
                "s\(index)", needs: needs, when: whens.randomElement(using: &random) ?? nil,
                retry: RetryPolicy(maxAttempts: Int.random(in: 1...3, using: &random)),
                timeout: Bool.random(using: &random) ? .seconds(5) : nil,
                onFailure: policies.randomElement(using: &random) ?? .fail,
                mode: Int.random(in: 0..<5, using: &random) == 0 ? .serial : .concurrent
            )
        }
    }

    /// The same steps with every policy there is, those that stop a run among them.
    private static func hardened(_ steps: [Step], using random: inout SeededGenerator) throws -> [Step] {
        try steps.map { step in
            var step = step
            let chance = { (one: Int, random: inout SeededGenerator) in Int.random(in: 0..<one, using: &random) == 0 }
            if let body = step.kind.body {
                step.kind = .group(try hardened(body, using: &random))
            } else if chance(6, &random) {
                step.kind = .wait(.duration(try Template.parse("5s")))
            } else if chance(6, &random) {
                let limit: Duration? = chance(2, &random) ? .seconds(5) : nil
                step.kind = .approval(ApprovalStep(message: try Template.parse("?"), timeout: limit))
            } else {
                step.retry = RetryPolicy(maxAttempts: Int.random(in: 1...2, using: &random))
                if chance(3, &random) { step.timeout = StepTimeout(startToClose: .seconds(5), idle: .seconds(1)) }
            }
            if chance(3, &random), step.onFailure == .continue { step.onFailure = .fail }
            if chance(5, &random) { step.foreach?.failFast = true }
            if chance(4, &random) { step = try step.undone() }
            if chance(6, &random) { step.executionMode = .serial }
            return step
        }
    }

    /// Runs to the end. Returns the first promise that was broken.
    mutating func run() -> String? {
        if let problem = give(.start(paused: Int.random(in: 0..<4, using: &random) == 0)) { return problem }
        for _ in 0..<2000 where !isFinished {
            if let problem = give(nextStimulus()) { return problem }
        }
        guard isFinished else { return "did not end" }
        guard machine.snapshot.status.isFinal else { return "finished as \(machine.snapshot.status)" }
        guard running.isEmpty else { return "finished while \(running) ran" }
        guard machine.snapshot.steps.values.allSatisfy(\.state.isFinal) else { return "finished with open steps" }
        guard events.map(\.seq) == Array(1...events.count) else { return "gaps in seq" }
        guard RunSnapshot(run: RunID("run"), folding: events) == machine.snapshot else { return "the fold differs" }
        return nil
    }

    private mutating func nextStimulus() -> Stimulus {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .command(.pause, by: Actor("a"))
        case 1, 2: return .command(.resume, by: Actor("a"))
        case 3: return .command(.step, by: Actor("a"))
        case 4 where Int.random(in: 0..<8, using: &random) == 0: return .command(.cancel, by: Actor("a"))
        case 5 where Int.random(in: 0..<4, using: &random) == 0:
            let paths = machine.snapshot.steps.keys.elements
            return .command(.cancelStep(paths.randomElement(using: &random) ?? ""), by: Actor("a"))
        case 10, 11, 12:
            let asking = machine.snapshot.steps.values.filter {
                if case .waiting(.approval) = $0.state { true } else { false }
            }
            if let step = asking.randomElement(using: &random) {
                let isApproved = Bool.random(using: &random)
                return .command(.answerApproval(step.path, isApproved: isApproved), by: Actor("a"))
            }
        case 6...9:
            if let timer = timers.sorted(by: { "\($0)" < "\($1)" }).randomElement(using: &random) {
                timers.remove(timer)
                return .timerFired(timer)
            }
        default: break
        }
        guard let attempt = running.sorted(by: { $0.step < $1.step }).randomElement(using: &random) else {
            if let timer = timers.min(by: { "\($0)" < "\($1)" }) {
                timers.remove(timer)
                return .timerFired(timer)
            }
            return .command(.resume, by: Actor("a"))
        }
        running.remove(attempt)
        let results: [ToolResult] = [
            .succeeded(ToolOutput("ok")), .succeeded(ToolOutput("ok")), .failed(StepFailure(.exitCode, "no")),
            .failed(StepFailure(.rejected, "no")), .cancelled,
        ]
        return .attemptEnded(attempt, results.randomElement(using: &random) ?? .cancelled)
    }

    private mutating func give(_ stimulus: Stimulus) -> String? {
        time = time.advanced(by: .milliseconds(10))
        for instruction in machine.handle(stimulus, at: time) {
            if isFinished { return "\(instruction) after the end" }
            switch instruction {
            case .record(let event, _): events.append(event)
            case .start(let attempt):
                guard running.insert(attempt.id).inserted else { return "\(attempt.id) started twice" }
                if let problem = checkStart(attempt) { return problem }
            case .cancelAttempt(let id):
                guard running.contains(id) else { return "\(id) cancelled while it does not run" }
            case .setTimer(let id, _): timers.insert(id)
            case .cancelTimer(let id): timers.remove(id)
            case .refuse, .enterGroup, .passOn, .goOn, .setBudget, .forceBreaker: break
            case .finish: isFinished = true
            }
        }
        return nil
    }

    private func checkStart(_ attempt: StepAttempt) -> String? {
        guard running.count <= slots else { return "\(running.count) attempts in \(slots) slots" }
        // Alone among its siblings: those of the same list.
        let isSerial = { (id: AttemptID) in
            !id.step.rawValue.contains("/") && steps.first { $0.id == id.step.id }?.executionMode == .serial
                && steps.allSatisfy { $0.kind.body == nil && $0.foreach == nil }
        }
        if running.count > 1, running.contains(where: isSerial) { return "a serial step does not run alone" }
        let isIntended = events.contains { event in
            event.step == attempt.id.step && event.attempt == attempt.id.number && event.event.type == "step.started"
        }
        guard isIntended else { return "\(attempt.id) started before its intent was recorded" }
        let needs = machine.snapshot.steps[attempt.id.step]?.planned.needs ?? []
        let open = needs.first { machine.snapshot.steps[$0.path]?.state.isFinal != true }
        return open.map { "\(attempt.id) started before \($0.path) ended" }
    }
}
