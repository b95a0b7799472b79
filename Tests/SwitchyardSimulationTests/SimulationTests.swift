import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardSimulation
import Testing

/// The engine under crashes, lost power, full disks, late results and people who ask at the wrong moment: it keeps its
/// promises. A seed that fails is printed, and `Simulation(seed:).transcript` shows what happened.
@Suite struct SimulationTests {
    @Test func everyRunKeepsItsPromises() async {
        let report = await Torture().run(0..<1500, workers: 2)
        #expect(report.runCount == 1500)
        for failure in report.failures {
            let (invariant, message) = (failure.violation.invariant.rawValue, failure.violation.message)
            Issue.record("seed \(failure.seed): \(invariant): \(message)")
        }
    }

    @Test(arguments: [3, 16, 41] as [UInt64]) func aSeedGivesTheSameRunAgain(seed: UInt64) {
        let first = Simulation(seed: seed).transcript
        let warm = ScenarioPool()
        for other in 0..<20 as Range<UInt64> {
            var simulation = Simulation(seed: other, scenarios: warm)
            _ = simulation.run()
        }
        #expect(Simulation(seed: seed, scenarios: warm).transcript == first)
        #expect(first.count > 20)
        #expect(Simulation(seed: seed + 1).transcript != first)
    }

    @Test func workersShareTheSeeds() async {
        let alone = await Torture().run(0..<100, workers: 1)
        let together = await Torture().run(0..<100, workers: 2)
        #expect(alone.runCount == 100)
        #expect(alone.eventCount == together.eventCount)
        #expect(alone.endings == together.endings)
        #expect(alone.crashCount > 100)
        #expect(alone.powerLossCount > 0)
        // Every way for a run to end is among them.
        #expect(Set(alone.endings.keys) == [.succeeded, .failed, .cancelled])
    }
}
