import OrderedCollections
package import SwitchyardCore
import SwitchyardEngine

/// One run of the engine's machine under a virtual clock, with everything drawn from one seed: what tools do and how
/// long they take, what people ask, and when the process, the disk or the power fails.
///
/// The part of ``RunDriver`` is played by one loop that keeps its contract: stimuli that have gathered are handled
/// together, their events appended in one batch, and only then is done what they call for; what comes while the log
/// takes a batch may be handled before that. The same seed gives the same run, to the last byte of its transcript.
package struct Simulation {
    package let seed: UInt64
    let scenario: Scenario
    let sabotage: Sabotage?
    let script: ToolScript
    let plan: FaultPlan
    var random: SplitMix64

    var now = Simulation.beginning
    var machine: RunMachine
    var log: SimulatedLog
    var auditor: LogAuditor
    var ledger = EffectLedger()
    var children = ChildRuns()
    var queue = StimulusQueue()
    /// Attempts that fall silent, and when.
    var silences: [AttemptID: Timestamp] = [:]
    /// How many processes there were.
    var processes = 0
    var crashesLeft: Int
    /// How many turns the process has left to live; nil for as long as it wants.
    var turnsLeft: Int?
    var isFinished = false
    /// Whether nothing happened that could let the run end otherwise than undisturbed.
    var isComparable: Bool
    var stimuli = 0
    var crashes = 0
    var powerLosses = 0
    var unknownOutcomes: [Int: Int] = [:]
    var lines: [String]?

    static let beginning = Timestamp(microseconds: 1_767_225_600_000_000)
    static let person = Actor("user:ada@simulation")
    /// Far more than any run takes: a run that takes more goes round in circles.
    static let longestRun = 20_000

    /// - Parameter scenarios: where the pipeline comes from.
    package init(seed: UInt64, scenarios: ScenarioPool = ScenarioPool()) {
        let scenario = scenarios.scenario(for: seed)
        var random = SplitMix64(seed)
        let script = random.below(Scenario.scriptCount)
        let plan = FaultPlan(&random)
        self.init(scenario, seed: seed, script: script, plan: plan, random: random, sabotage: scenarios.sabotage)
        isComparable = scenario.isTimeless && plan.isHarmless
    }

    /// A run with whose process nothing goes wrong.
    init(undisturbed scenario: Scenario, script: Int, sabotage: Sabotage?) {
        self.init(
            scenario, seed: 0, script: script, plan: .nothing, random: SplitMix64(UInt64(script)), sabotage: sabotage)
    }

    private init(
        _ scenario: Scenario, seed: UInt64, script: Int, plan: FaultPlan, random: SplitMix64, sabotage: Sabotage?
    ) {
        self.seed = seed
        self.scenario = scenario
        self.sabotage = sabotage
        self.plan = plan
        self.random = random
        self.script = scenario.script(script)
        scriptNumber = script
        machine = RunMachine(scenario.definition)
        log = SimulatedLog(run: scenario.definition.run)
        auditor = Self.auditor(of: scenario)
        crashesLeft = plan.crashes
        isComparable = false
    }

    private let scriptNumber: Int

    static func auditor(of scenario: Scenario) -> LogAuditor {
        LogAuditor(
            scenario.table, slots: scenario.pipeline.maxConcurrentSteps,
            hasOutputs: !scenario.pipeline.outputs.isEmpty)
    }

    /// The fold of what was recorded.
    package var snapshot: RunSnapshot { log.snapshot }

    /// What happened, a line each: every stimulus, instruction and fault. Runs a copy from the start.
    package var transcript: [String] {
        var copy = self
        copy.lines = []
        let outcome = copy.run()
        let end = outcome.violation.map { "BROKEN \($0.invariant.rawValue): \($0.message)" } ?? "KEPT"
        return (copy.lines ?? []) + [end]
    }

    /// Runs to the end, or to the first promise that is broken. To be called once.
    package mutating func run() -> SimulationOutcome {
        var violation: Violation?
        do throws(Violation) {
            try runToEnd()
        } catch {
            violation = error
        }
        return SimulationOutcome(of: self, violation: violation)
    }

    private mutating func runToEnd() throws(Violation) {
        for _ in 0..<plan.commands {
            queue.add(.command, due: later(seconds: random.pick([2, 6, 12, 30])), order: random.next())
        }
        try begin()
        while !isFinished {
            guard stimuli < Self.longestRun else { throw Violation(.runEnds, "the run goes round in circles") }
            try turn(nextBatch())
        }
        try checkEnd()
    }

    /// A moment within `seconds` from now, on a quarter of a second.
    mutating func later(seconds: Int) -> Timestamp {
        now.advanced(by: .milliseconds(250 * random.below(seconds * 4)))
    }

    private mutating func checkEnd() throws(Violation) {
        let snapshot = log.snapshot
        guard snapshot.status.isFinal else { throw Violation(.status, "the run finished as \(snapshot.status)") }
        if let open = snapshot.steps.values.first(where: { !$0.state.isFinal }) {
            throw Violation(.nothingLeft, "the run ended, and \(open.path) is \(open.state.name)")
        }
        if let (run, attempt) = children.abandoned {
            throw Violation(.nothingLeft, "the run ended, and run \(run), which \(attempt.step) was, is interrupted")
        }
        guard isComparable, let reference = scenario.reference(scriptNumber, sabotage: sabotage) else { return }
        if let difference = reference.difference(from: ReferenceEnd(of: snapshot, scenario.table)) {
            throw Violation(.sameOutcome, difference)
        }
    }
}

/// How a simulated run went.
package struct SimulationOutcome: Sendable {
    package var seed: UInt64
    package var violation: Violation?
    package var status: RunStatus
    package var eventCount: Int
    package var stimulusCount: Int
    package var crashCount: Int
    /// How many of the crashes lost events with the power.
    package var powerLossCount: Int
    /// How often nobody knew what became of a step, by its place in the file.
    package var unknownOutcomes: [StepPath: Int] = [:]
    /// How often an attempt was performed whose step had taken effect before, by its place in the file.
    package var repeatedEffects: [StepPath: Int] = [:]
    /// How many attempts were performed, by their steps' places in the file.
    package var attempts: [StepPath: Int] = [:]

    init(of simulation: Simulation, violation: Violation?) {
        seed = simulation.seed
        self.violation = violation
        status = simulation.log.snapshot.status
        eventCount = simulation.log.events.count
        stimulusCount = simulation.stimuli
        crashCount = simulation.crashes
        powerLossCount = simulation.powerLosses
        let table = simulation.scenario.table
        func planned(_ place: Int) -> StepPath { table.facts(of: place).path }
        for (place, count) in simulation.unknownOutcomes { unknownOutcomes[planned(place), default: 0] += count }
        for firing in simulation.ledger.firings { attempts[planned(firing.place), default: 0] += 1 }
        for place in simulation.ledger.repeatedPlaces { repeatedEffects[planned(place), default: 0] += 1 }
    }
}
