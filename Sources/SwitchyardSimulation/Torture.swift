package import SwitchyardCore

/// Many simulations, side by side.
package struct Torture: Sendable {
    package var subject: ScenarioPool.Subject
    package var sabotage: Sabotage?

    package init(_ subject: ScenarioPool.Subject = .generated, sabotage: Sabotage? = nil) {
        self.subject = subject
        self.sabotage = sabotage
    }

    /// How many seeds are taken at a time.
    private static let blockSize: UInt64 = 32

    /// Simulates a run for each of `seeds`.
    ///
    /// - Parameter workers: how many at once, at least 1.
    @concurrent
    package func run(_ seeds: Range<UInt64>, workers: Int) async -> TortureReport {
        await withTaskGroup(of: TortureReport.self) { group in
            for worker in 0..<UInt64(workers) {
                group.addTask {
                    // A pool for each: its pipelines are learned from.
                    let scenarios = ScenarioPool(subject, sabotage: sabotage)
                    var report = TortureReport()
                    var block = seeds.lowerBound + worker * Self.blockSize
                    while block < seeds.upperBound, !Task.isCancelled {
                        for seed in block..<min(block + Self.blockSize, seeds.upperBound) {
                            var simulation = Simulation(seed: seed, scenarios: scenarios)
                            report.add(simulation.run())
                        }
                        block += UInt64(workers) * Self.blockSize
                    }
                    return report
                }
            }
            var whole = TortureReport()
            for await part in group { whole.add(part) }
            return whole
        }
    }
}

/// What many simulations came to.
package struct TortureReport: Sendable {
    /// How many runs were simulated.
    package private(set) var runCount = 0
    package private(set) var eventCount = 0
    package private(set) var crashCount = 0
    /// How many of the crashes lost events with the power.
    package private(set) var powerLossCount = 0
    /// How many attempts were performed, by their steps' places in the file.
    package private(set) var attempts: [StepPath: Int] = [:]
    /// How often nobody knew what became of a step, by its place in the file.
    package private(set) var unknownOutcomes: [StepPath: Int] = [:]
    /// How often a step that had taken effect was performed again, by its place in the file.
    package private(set) var repeatedEffects: [StepPath: Int] = [:]
    /// How many runs ended in each state.
    package private(set) var endings: [RunStatus: Int] = [:]
    /// How many runs broke each promise.
    package private(set) var broken: [Invariant: Int] = [:]
    /// The runs that broke a promise, by seed; of each promise the first few.
    package private(set) var failures: [(seed: UInt64, violation: Violation)] = []

    private static let keptFailures = 5

    package init() {}

    package var attemptCount: Int { attempts.values.reduce(0, +) }

    package mutating func add(_ outcome: SimulationOutcome) {
        runCount += 1
        eventCount += outcome.eventCount
        attempts.merge(outcome.attempts, uniquingKeysWith: +)
        crashCount += outcome.crashCount
        powerLossCount += outcome.powerLossCount
        unknownOutcomes.merge(outcome.unknownOutcomes, uniquingKeysWith: +)
        repeatedEffects.merge(outcome.repeatedEffects, uniquingKeysWith: +)
        guard let violation = outcome.violation else {
            endings[outcome.status, default: 0] += 1
            return
        }
        broken[violation.invariant, default: 0] += 1
        failures.append((outcome.seed, violation))
        trim()
    }

    mutating func add(_ other: TortureReport) {
        runCount += other.runCount
        eventCount += other.eventCount
        attempts.merge(other.attempts, uniquingKeysWith: +)
        crashCount += other.crashCount
        powerLossCount += other.powerLossCount
        unknownOutcomes.merge(other.unknownOutcomes, uniquingKeysWith: +)
        repeatedEffects.merge(other.repeatedEffects, uniquingKeysWith: +)
        endings.merge(other.endings, uniquingKeysWith: +)
        broken.merge(other.broken, uniquingKeysWith: +)
        failures += other.failures
        trim()
    }

    private mutating func trim() {
        failures.sort { $0.seed < $1.seed }
        var counts: [Invariant: Int] = [:]
        failures.removeAll { failure in
            counts[failure.violation.invariant, default: 0] += 1
            return counts[failure.violation.invariant, default: 0] > Self.keptFailures
        }
    }
}
