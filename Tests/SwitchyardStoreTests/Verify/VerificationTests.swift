import Foundation
import GRDB
import SwitchyardCore
import SwitchyardStore
import SwitchyardTestSupport
import Testing

/// Runs are verified where they are stored.
@Suite struct VerificationTests {
    private let folder: TemporaryFolder
    private let run = EventSamples.run(1)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func verification(of log: any EventLog) async throws -> RunVerification {
        await log.verify(try #require(try await log.run(matching: "last")))
    }

    @Test func aSoundRunIsSoundWhereverItIs() async throws {
        let logs: [any EventLog] = [
            try EventStore.open(folder: folder.path + "/a"), try JSONLinesEventLog.open(folder: folder.path + "/b"),
            InMemoryEventLog(),
        ]
        for log in logs {
            let events = SoundRun.events(of: run, size: 20_000)
            try await log.append(events, durability: .process)
            let verification = try await verification(of: log)
            #expect(verification.problems == [])
            #expect(verification.eventCount == events.count)
            if let payloads = log as? any PayloadStore { #expect(try await payloads.payloadProblems(of: run) == []) }
        }
    }

    @Test func everyEventOfADamagedFileIsLookedAt() async throws {
        let log = try JSONLinesEventLog.open(folder: folder.path)
        try await log.append(SoundRun.events(of: run), durability: .process)
        let file = URL(fileURLWithPath: folder.path + "/runs/\(run).jsonl")
        var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        lines[5] = "garbage"
        lines[10] = lines[10].replacing("step.progress", with: "step.\u{7}")
        lines[14] = lines[14].replacing("\"bb", with: "\"cc").replacing(":\"b\"", with: ":\"c\"")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        let verification = try await verification(of: JSONLinesEventLog.open(folder: folder.path))
        #expect(verification.problems.map(\.seq) == [6, 11, 15])
        #expect(verification.eventCount == 14)
    }

    @Test func aChangedDatabaseIsNoticed() async throws {
        let store = try EventStore.open(folder: folder.path)
        try await store.append(SoundRun.events(of: run), durability: .process)
        let other = try DatabaseQueue(path: folder.path + "/switchyard.db")
        try await other.write { db in
            try db.execute(sql: "DROP TRIGGER event_stays")
            try db.execute(sql: "UPDATE event SET data = replace(data, '\"b\"', '\"c\"') WHERE seq = 15")
            try db.execute(sql: "DROP TRIGGER run_stays")
            try db.execute(sql: "UPDATE run SET pipeline = 'another'")
        }
        let findings = try await verification(of: store).problems.map(\.finding)
        #expect(findings.count == 2)
        #expect(findings.last == .listedDifferently(field: "pipeline"))
        guard case .outputHash = findings.first else {
            Issue.record("\(findings)")
            return
        }
    }

    @Test func aChangedPayloadIsNoticed() async throws {
        let store = try EventStore.open(folder: folder.path)
        try await store.append(SoundRun.events(of: run, size: 20_000), durability: .process)
        let other = try DatabaseQueue(path: folder.path + "/switchyard.db")
        try await other.write { db in
            try db.execute(sql: "DROP TRIGGER payload_stays")
            try db.execute(sql: "UPDATE payload SET text = replace(text, 'bb', 'xx')")
        }
        let problems = try await store.payloadProblems(of: run)
        #expect(problems.map(\.seq) == [15])
        guard case .payloadChanged("output", _)? = problems.first?.finding else {
            Issue.record("\(problems)")
            return
        }
        #expect(try await verification(of: store).problems.map(\.seq) == [15])
    }

    @Test func aRunThatGoesOnIsNotComparedWithItsList() async throws {
        let log = InMemoryEventLog()
        let events = SoundRun.events(of: run)
        try await log.append(Array(events[..<8]), durability: .process)
        let summary = try #require(try await log.run(matching: "last"))
        try await log.append(Array(events[8..<12]), durability: .process)
        #expect(await log.verify(summary).problems == [])
    }

    @Test func aStoreThatCannotBeReadEndsIt() async throws {
        let log = InMemoryEventLog()
        try await log.append(SoundRun.events(of: run), durability: .process)
        let summary = try #require(try await log.run(matching: "last"))
        let path = folder.path + "/store"
        try await EventStore.open(folder: path).append([EventSamples.created(run)], durability: .process)
        let reader = try JSONLinesEventLog.open(folder: path, readOnly: true)
        #expect(await reader.verify(summary).problems == [RunProblem(.empty)])
    }
}
