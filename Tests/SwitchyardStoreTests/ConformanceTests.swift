import SwitchyardStore
import SwitchyardTestSupport
import Testing

@Suite struct ConformanceTests {
    @Test("SQLite", arguments: EventLogConformance.checks)
    func sqlite(_ check: EventLogConformance.Check) async throws {
        try await check.run(isDurable: true) { try EventStore.open(folder: $0) }
    }

    @Test("JSON Lines", arguments: EventLogConformance.checks)
    func jsonLines(_ check: EventLogConformance.Check) async throws {
        try await check.run(isDurable: true) { try JSONLinesEventLog.open(folder: $0) }
    }

    @Test("in memory", arguments: EventLogConformance.checks)
    func inMemory(_ check: EventLogConformance.Check) async throws {
        try await check.run(isDurable: false) { _ in InMemoryEventLog() }
    }
}
