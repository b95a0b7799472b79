import SwitchyardCore
import SwitchyardTestSupport
import Testing

@Suite struct InMemoryEventLogTests {
    @Test func itRecordsAndFailsAsTold() async throws {
        let log = InMemoryEventLog()
        let events = EventSamples.chain(of: EventSamples.run(1), count: 2)
        log.fail(call: 2, with: .diskFull(path: "/"))
        try await log.append([events[0]], durability: .disk)
        await #expect(throws: EventLogError.diskFull(path: "/")) {
            try await log.append([events[1]], durability: .process)
        }
        try await log.append([events[1]], durability: .process)
        #expect(log.appends.map(\.durability) == [.disk, .process, .process])
        #expect(log.appends.map(\.error) == [nil, .diskFull(path: "/"), nil])
        #expect(log.events(of: EventSamples.run(1)) == events)
    }

    @Test func itHoldsAppendsUntilTheyAreReleased() async throws {
        let log = InMemoryEventLog()
        log.hold()
        async let first: Void = log.append([EventSamples.created(EventSamples.run(1))], durability: .process)
        async let second: Void = log.append([EventSamples.created(EventSamples.run(2))], durability: .process)
        await log.waitUntilHolding(2)
        #expect(log.appends == [])
        log.release()
        _ = try await (first, second)
        #expect(log.appends.count == 2)
    }
}
