import SwitchyardSimulation
import Testing

/// Every promise is watched: a bug that breaks it is found, by name, within a few runs.
@Suite struct PlantedBugTests {
    /// How many runs a bug may stay unseen.
    private static let patience: Range<UInt64> = 0..<1000

    @Test(arguments: Sabotage.allCases) func aPlantedBugIsFound(sabotage: Sabotage) {
        let scenarios = ScenarioPool(sabotage: sabotage)
        let found = Self.patience.lazy.compactMap { seed in
            var simulation = Simulation(seed: seed, scenarios: scenarios)
            let violation = simulation.run().violation
            return violation?.invariant == sabotage.target ? seed : nil
        }.first
        #expect(found != nil)
    }

    @Test func everyPromiseHasABugThatBreaksIt() {
        #expect(Set(Sabotage.allCases.map(\.target)) == Set(Invariant.allCases))
    }
}
