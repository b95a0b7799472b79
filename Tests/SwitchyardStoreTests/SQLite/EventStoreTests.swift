import Foundation
import GRDB
import SwitchyardCore
import SwitchyardTestSupport
import Synchronization
import Testing

@testable import SwitchyardStore

@Suite struct EventStoreTests {
    private let folder: TemporaryFolder
    private var database: String { folder.path + "/switchyard.db" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func store(_ hooks: EventStore.Hooks = EventStore.Hooks()) throws -> EventStore {
        try EventStore(folder: folder.path, readOnly: false, hooks: hooks)
    }

    // MARK: Durability

    @Test func eachAppendIsCommittedAsItsDurabilitySays() async throws {
        let commits = Mutex<[Int]>([])
        let store = try store(EventStore.Hooks(commit: { level, _ in commits.withLock { $0.append(level) } }))
        let events = EventSamples.chain(of: EventSamples.run(1), count: 5)
        let durabilities: [Durability] = [.process, .disk, .disk, .process, .disk]
        for (event, durability) in zip(events, durabilities) {
            try await store.append([event], durability: durability)
        }
        // NORMAL is 1, FULL is 2.
        #expect(commits.withLock { $0 } == [1, 2, 2, 1, 2])
    }

    @Test func appendsThatArriveDuringACommitShareTheNextOne() async throws {
        let commits = Mutex<[[Int]]>([])
        let gate = DispatchSemaphore(value: 0)
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let store = try store(
            EventStore.Hooks(commit: { level, appends in
                let isFirst = commits.withLock {
                    $0.append([level, appends])
                    return $0.count == 1
                }
                guard isFirst else { return }
                arrival.yield()
                gate.wait()
            })
        )
        // Leases are written too, and nothing is while the first commit waits.
        var leases: [any RunLease] = []
        for number in 1...10 { leases.append(try await store.lease(EventSamples.run(number))) }
        let owner = leases[0]
        async let first: Void = store.append(
            [EventSamples.created(EventSamples.run(1))], durability: .process, under: owner)
        for await _ in arrivals { break }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 2...9 {
                let event = EventSamples.created(EventSamples.run(number))
                let lease = leases[number - 1]
                group.addTask {
                    try await store.append([event], durability: number == 5 ? .disk : .process, under: lease)
                }
            }
            // A gap spoils its own append and no other.
            let gap = EventSamples.chain(of: EventSamples.run(10), count: 3)[2]
            let last = leases[9]
            group.addTask {
                await #expect(throws: EventLogError.outOfOrder(run: EventSamples.run(10), expected: 1, got: 3)) {
                    try await store.append([gap], durability: .process, under: last)
                }
            }
            while store.waitingAppends < 9 { await Task.yield() }
            gate.signal()
            try await group.waitForAll()
        }
        try await first
        #expect(commits.withLock { $0 } == [[1, 1], [2, 9]])
        #expect(try await store.runs(limit: 20).count == 9)
    }

    @Test func aFullDiskSpoilsOnlyWhatDoesNotFit() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let count = Mutex(0)
        let store = try store(
            EventStore.Hooks(
                prepare: { try $0.execute(sql: "PRAGMA max_page_count = 60") },
                commit: { _, _ in
                    guard
                        count.withLock({
                            $0 += 1; return $0 == 1
                        })
                    else { return }
                    arrival.yield()
                    gate.wait()
                }
            )
        )
        let small = EventSamples.chain(of: EventSamples.run(1), count: 2)
        let large = EventEnvelope(
            run: EventSamples.run(2), seq: 2, time: EventSamples.time(2),
            event: .runSucceeded(outputs: .string(String(repeating: "x", count: 1 << 20)))
        )
        let lease = try await store.lease(small[0].run)
        let other = try await store.lease(large.run)
        async let blocker: Void = store.append([small[0]], durability: .process, under: lease)
        for await _ in arrivals { break }
        async let fits: Void = store.append([small[1]], durability: .process, under: lease)
        async let fitsNot: Void = store.append(
            [EventSamples.created(EventSamples.run(2)), large], durability: .disk, under: other
        )
        while store.waitingAppends < 2 { await Task.yield() }
        gate.signal()
        try await blocker
        try await fits
        let failure: EventLogError?
        do {
            try await fitsNot
            failure = nil
        } catch {
            failure = error as? EventLogError
        }
        #expect(failure == .diskFull(path: database))
        #expect(try await store.events(of: EventSamples.run(1), from: 1, limit: 9) == small)
        #expect(try await store.events(of: EventSamples.run(2), from: 1, limit: 9) == [])
        #expect(try await store.runs(limit: 9).map(\.run) == [EventSamples.run(1)])
        // The store goes on.
        try await store.append([EventSamples.created(EventSamples.run(3))], durability: .disk)
        #expect(try await store.run(matching: "last")?.number == 2)
    }

    // MARK: The schema

    @Test(arguments: [
        "UPDATE event SET data = '{}'", "DELETE FROM event", "UPDATE run SET pipeline = 'x'", "DELETE FROM run",
        "INSERT OR REPLACE INTO event SELECT run, seq, v, 0, type, step, attempt, cause, actor, ignorable, data FROM event",
        "INSERT INTO event SELECT run, 9, v, time, type, step, attempt, cause, actor, ignorable, data FROM event",
        "INSERT INTO event SELECT run, 2, v, time, type, step, attempt, cause, actor, ignorable, 'no json' FROM event",
        "INSERT INTO event SELECT 7, 1, v, time, type, step, attempt, cause, actor, ignorable, data FROM event",
    ])
    func theRecordCannotBeChanged(_ sql: String) async throws {
        let event = EventSamples.created(EventSamples.run(1))
        try await store().append([event], durability: .process)
        let other = try DatabaseQueue(path: database)
        await #expect(throws: DatabaseError.self) { try await other.write { try $0.execute(sql: sql) } }
        #expect(try await store().events(of: EventSamples.run(1), from: 1, limit: 9) == [event])
    }

    @Test func aNewerSchemaIsRefused() async throws {
        _ = try store()
        try await DatabaseQueue(path: database).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 telepathy')")
        }
        for readOnly in [false, true] {
            #expect(throws: EventLogError.newerSchema(path: database)) {
                try EventStore.open(folder: folder.path, readOnly: readOnly)
            }
        }
    }

    @Test(arguments: ["v = 2, type", "v = 1, type"])
    func aNewerEventIsRefused(_ columns: String) async throws {
        let run = EventSamples.run(1)
        let store = try store()
        try await store.append([EventSamples.created(run)], durability: .process)
        let version = columns.hasPrefix("v = 2") ? 2 : 1
        try await DatabaseQueue(path: database).write {
            try $0.execute(
                sql: """
                    INSERT INTO event (run, seq, v, time, type, ignorable, data) VALUES (1, 2, ?, 0, 'step.dreamt', ?, '{}')
                    """,
                arguments: [version, version == 2]
            )
        }
        await #expect(throws: EventLogError.newerSchema(path: database)) {
            try await store.events(of: run, from: 1, limit: 9)
        }
        // What comes before it can be read, and so can the list.
        #expect(try await store.events(of: run, from: 1, limit: 1).count == 1)
        #expect(try await store.runs(limit: 1).first?.eventCount == 2)
    }

    @Test func listsReadOnlyTheEventsTheyShow() async throws {
        let store = try store()
        try await store.append(EventSamples.everyEvent(of: EventSamples.run(1)), durability: .process)
        let plan = try await DatabaseQueue(path: database).read { db in
            try Row.fetchAll(
                db,
                sql: "EXPLAIN QUERY PLAN " + RunQueries.summary(hasPayloads: true) + " ORDER BY run.number DESC LIMIT 9"
            )
            .map { row -> String in row["detail"] }
        }
        for index in ["event_status", "event_plan", "event_success", "event_failure"] {
            #expect(plan.contains { $0.hasPrefix("SEARCH event USING") && $0.contains("INDEX \(index) ") }, "\(plan)")
        }
        // A plan's own steps are read as a table of their own.
        let scanned = plan.filter { $0.hasPrefix("SCAN") }
        #expect(scanned.allSatisfy { $0.hasPrefix("SCAN run") || $0.hasPrefix("SCAN json_each") }, "\(plan)")
    }

    // MARK: Opening

    @Test func aMissingStoreReadsAsEmptyUntilThereIsOne() async throws {
        let path = folder.path + "/not/there"
        let reader = try EventStore.open(folder: path, readOnly: true)
        #expect(try await reader.runs(limit: 9) == [])
        #expect(try await reader.run(matching: "last") == nil)
        #expect(folder.files() == [])
        let event = EventSamples.created(EventSamples.run(1))
        await #expect(throws: EventLogError.readOnly(path: path)) {
            try await reader.append([event], durability: .process)
        }
        await #expect(throws: EventLogError.readOnly(path: path)) { try await reader.lease(event.run) }
        try await EventStore.open(folder: path).append([event], durability: .process)
        #expect(try await reader.events(of: event.run, from: 1, limit: 9) == [event])
    }

    @Test func whatIsNoDatabaseIsRefused() throws {
        try Data(String(repeating: "no database ", count: 100).utf8).write(to: URL(fileURLWithPath: database))
        for readOnly in [false, true] {
            #expect(throws: EventLogError.corrupt(path: database, reason: "it is not an SQLite database")) {
                try EventStore.open(folder: folder.path, readOnly: readOnly)
            }
        }
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let file = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(throws: EventLogError.cannotOpen(path: file + "/store", reason: "not a directory")) {
            try EventStore.open(folder: file + "/store")
        }
        #expect(throws: EventLogError.cannotOpen(path: file + "/store/switchyard.db", reason: "not a directory")) {
            try EventStore.open(folder: file + "/store", readOnly: true)
        }
        #expect(throws: EventLogError.self) { try EventStore.open(folder: "/proc/switchyard") }
    }

    @Test func aDamagedDatabaseIsCorrupt() async throws {
        do {
            let store = try store()
            try await store.append(EventSamples.chain(of: EventSamples.run(1), count: 5000), durability: .disk)
        }
        try await DatabaseQueue(path: database).writeWithoutTransaction {
            _ = try $0.checkpoint(.truncate)
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: database))
        let length = try file.seekToEnd()
        // The schema is before that.
        let start = 262_144
        try file.seek(toOffset: UInt64(start))
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(length) - start))
        try file.close()
        let store = try store()
        let failure = await #expect(throws: EventLogError.self) {
            try await store.events(of: EventSamples.run(1), from: 1, limit: .max)
        }
        guard case .corrupt(database, _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func processesThatMakeAStoreAtOnceAgree() async throws {
        let path = folder.path + "/new"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...8 {
                group.addTask {
                    try await EventStore.open(folder: path)
                        .append([EventSamples.created(EventSamples.run(number))], durability: .process)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await EventStore.open(folder: path).runs(limit: 9).map(\.number) == [8, 7, 6, 5, 4, 3, 2, 1])
    }
}
