import Foundation
import GRDB
import SwitchyardCore
import SwitchyardTestSupport
import Synchronization
import Testing

@testable import SwitchyardStore

@Suite struct PayloadTests {
    private let folder: TemporaryFolder
    private let run = EventSamples.run(1)
    private let text = String(repeating: "line\n", count: 10_000)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func large(_ seq: Int, of run: RunID, _ text: String) -> EventEnvelope {
        let output: Value = ["text": .string(text), "ratio": 2.0]
        return EventEnvelope(
            run: run, seq: seq, time: EventSamples.time(seq), step: "a",
            event: .stepSucceeded(StepSucceeded(output: output, outputHash: "h"))
        )
    }

    private func payloadFiles() -> [String] {
        folder.files(in: "payloads").filter { $0.contains("/") }
    }

    // MARK: What is kept where

    @Test func oneTextIsKeptOnce() async throws {
        let sqlite = try EventStore.open(folder: folder.path)
        let lines = try JSONLinesEventLog.open(folder: folder.path)
        for log in [sqlite, lines] as [any EventLog] {
            for number in 1...2 {
                let run = EventSamples.run(number)
                let events = [EventSamples.created(run), large(2, of: run, text), large(3, of: run, text)]
                try await log.append(events, durability: .process)
                #expect(try await log.events(of: run, from: 1, limit: 9) == events)
            }
        }
        let counts = try await sqlite.read { db in
            try ["payload", "event_payload"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(counts == [1, 4])
        let files = payloadFiles()
        #expect(files.count == 1)
        let content = try String(contentsOfFile: folder.path + "/payloads/" + files[0], encoding: .utf8)
        #expect(files[0] == "\(SHA256.hexDigest(of: content).prefix(2))/\(SHA256.hexDigest(of: content))")
        // The line says so in words that need no knowledge of it.
        let line = try String(contentsOfFile: folder.path + "/runs/\(run).jsonl", encoding: .utf8)
        #expect(line.contains(##""payloads":["output"],"##) == false)
        #expect(line.contains(##""payloads":["output"]"##))
        #expect(
            line.contains(
                ##""output":{"$payload":"\##(SHA256.hexDigest(of: content))","bytes":\##(content.utf8.count)}"##))
        #expect(line.utf8.count < 4000)
    }

    @Test func whatIsSmallStaysInItsEvent() async throws {
        let log = try JSONLinesEventLog.open(folder: folder.path)
        try await log.append(EventSamples.everyEvent(of: run), durability: .disk)
        #expect(payloadFiles() == [])
        #expect(!folder.files().contains("payloads.lock"))
    }

    // MARK: The schema

    @Test func aStoreOfSchemaOneIsTakenOverWithAllItHas() async throws {
        let path = folder.path + "/switchyard.db"
        var events = EventSamples.everyEvent(of: run)
        // Large, and of a shape that a newer store gives to what it keeps apart.
        events.append(large(events.count + 1, of: run, text))
        let mark: Value = ["$payload": .string(String(repeating: "0", count: 64)), "bytes": 12]
        events.append(
            EventEnvelope(
                run: run, seq: events.count + 1, time: EventSamples.time(99), event: .runSucceeded(outputs: mark)))
        let old = try DatabasePool(path: path)
        try Migrations.migrator.migrate(old, upTo: "1 events")
        let written = events
        try await old.write { db in
            try db.execute(
                sql: "INSERT INTO run (id, pipeline, created_at) VALUES (?, 'release', 1)", arguments: [run.rawValue])
            for event in written {
                try db.execute(
                    sql: """
                        INSERT INTO event (run, seq, v, time, type, step, attempt, cause, actor, ignorable, data)
                        VALUES (1, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        event.seq, event.time.microseconds, event.event.type, event.step?.rawValue, event.attempt,
                        event.cause, event.actor?.name, event.event.isIgnorable, JSON.text(of: event.event.data),
                    ])
            }
        }
        try old.close()
        // Who only reads migrates nothing, and reads all the same, also on while another migrates.
        let reader = try EventStore.open(folder: folder.path, readOnly: true)
        let texts = events.map { JSON.text(of: $0.json) }
        func check(_ log: EventStore) async throws {
            #expect(try await log.events(of: run, from: 1, limit: .max).map { JSON.text(of: $0.json) } == texts)
            #expect(try await log.runs(limit: 9).map(\.eventCount) == [texts.count])
            #expect(try await log.run(matching: "last")?.stepCount == 2)
            #expect(try await log.payloadProblems(of: run) == [])
        }
        try await check(reader)
        let store = try EventStore.open(folder: folder.path)
        try await check(store)
        try await check(reader)
        let next = large(events.count + 1, of: run, text + "!")
        try await store.append([next], durability: .disk)
        for log in [store, reader] {
            #expect(try await log.events(of: run, from: events.count + 1, limit: 9) == [next])
        }
    }

    @Test(arguments: [
        "UPDATE payload SET text = '1'", "DELETE FROM payload", "DELETE FROM event_payload",
        "UPDATE event_payload SET member = 'x'", "INSERT INTO event_payload VALUES (1, 1, 'x', 7)",
        "INSERT INTO event_payload VALUES (1, 9, 'x', 1)",
        "INSERT INTO payload (hash, text) SELECT substr(hash, 2) || '0', 'no json' FROM payload",
        "UPDATE run_epoch SET epoch = 1", "DELETE FROM run_epoch",
    ])
    func payloadsAndEpochsCannotBeChanged(_ sql: String) async throws {
        let store = try EventStore.open(folder: folder.path)
        let events = [EventSamples.created(run), large(2, of: run, text)]
        try await store.append(events, durability: .process)
        let other = try DatabaseQueue(path: folder.path + "/switchyard.db")
        await #expect(throws: DatabaseError.self) { try await other.write { try $0.execute(sql: sql) } }
        #expect(try await store.events(of: run, from: 1, limit: 9) == events)
    }

    // MARK: Damage

    @Test func aPayloadThatIsMissingOrDamagedIsNamed() async throws {
        let log = try JSONLinesEventLog.open(folder: folder.path)
        try await log.append([EventSamples.created(run), large(2, of: run, text)], durability: .process)
        let file = payloadFiles()[0]
        let hash = String(file.dropFirst(3))
        let path = URL(fileURLWithPath: folder.path + "/payloads/" + file)
        let sound = try Data(contentsOf: path)
        #expect(try await log.payloadProblems(of: run) == [])
        // As long, and JSON: only its hash tells.
        try Data(String(decoding: sound, as: UTF8.self).replacing("line", with: "lime").utf8).write(to: path)
        #expect(
            try await log.payloadProblems(of: run) == [
                RunProblem(.payloadChanged(member: "output", hash: hash), seq: 2)
            ])
        try sound.dropLast().write(to: path)
        let runFile = folder.path + "/runs/\(run).jsonl"
        let damaged = EventLogError.corrupt(
            path: runFile, reason: "line 2: its payload \(hash) is not what was written")
        await #expect(throws: damaged) { try await log.events(of: run, from: 1, limit: 9) }
        try FileManager.default.removeItem(at: path)
        let missing = EventLogError.corrupt(path: runFile, reason: "line 2: its payload \(hash) is missing")
        await #expect(throws: missing) { try await log.events(of: run, from: 1, limit: 9) }
        #expect(
            try await log.payloadProblems(of: run) == [
                RunProblem(.payloadMissing(member: "output", hash: hash), seq: 2)
            ])
        #expect(try await log.events(of: run, from: 1, limit: 1).count == 1)
        // The next writer of the same text heals it.
        try await log.append(
            [EventSamples.created(EventSamples.run(2)), large(2, of: EventSamples.run(2), text)], durability: .process)
        #expect(try await log.events(of: run, from: 2, limit: 1) == [large(2, of: run, text)])
    }

    @Test(arguments: ["../../../etc/passwd", "ab", String(repeating: "A", count: 64), ""])
    func aPayloadsNameLeadsNowhereElse(_ name: String) async throws {
        let log = try JSONLinesEventLog.open(folder: folder.path)
        try await log.append([EventSamples.created(run), large(2, of: run, text)], durability: .process)
        let file = folder.path + "/runs/\(run).jsonl"
        let hash = String(payloadFiles()[0].dropFirst(3))
        let line = try String(contentsOfFile: file, encoding: .utf8).replacing(hash, with: name)
        try Data(line.utf8).write(to: URL(fileURLWithPath: file))
        await #expect(
            throws: EventLogError.corrupt(
                path: folder.path + "/payloads", reason: "`\(name)` cannot be the name of a payload")
        ) {
            try await log.events(of: run, from: 1, limit: 9)
        }
    }

    @Test func aFullDiskLeavesNoPartOfAPayload() async throws {
        let room = Mutex(Int.max)
        let log = try JSONLinesEventLog(folder: folder.path, readOnly: false) { descriptor, bytes, offset in
            let count = room.withLock { min($0, bytes.count) }
            room.withLock { $0 -= count }
            if count == 0 {
                errno = ENOSPC
                return -1
            }
            return LineFile.systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]), offset)
        }
        try await log.append([EventSamples.created(run)], durability: .process)
        room.withLock { $0 = 20_000 }
        let event = large(2, of: run, text)
        let failure = await #expect(throws: EventLogError.self) {
            try await log.append([event], durability: .disk)
        }
        guard case .diskFull = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(payloadFiles() == [])
        room.withLock { $0 = .max }
        try await log.append([event], durability: .disk)
        #expect(try await log.events(of: run, from: 2, limit: 1) == [event])
    }

    // MARK: What nothing refers to

    @Test func whatACrashLeftIsRemovedAndNothingElse() async throws {
        let log = try JSONLinesEventLog.open(folder: folder.path)
        let events = [EventSamples.created(run), large(2, of: run, text)]
        #expect(try await log.removeUnusedPayloads() == 0)
        try await log.append(events, durability: .process)
        let used = payloadFiles()
        // A whole payload whose line was never written, and a part of one.
        for name in ["ab/" + "ab" + String(repeating: "0", count: 62), used[0] + ".4711.part"] {
            let path = folder.path + "/payloads/" + name
            try FileManager.default.createDirectory(
                atPath: String(path.prefix(upTo: path.lastIndex(of: "/")!)), withIntermediateDirectories: true)
            try Data("1".utf8).write(to: URL(fileURLWithPath: path))
        }
        #expect(try await log.removeUnusedPayloads() == 2)
        #expect(payloadFiles() == used)
        #expect(try await log.removeUnusedPayloads() == 0)
        #expect(try await log.events(of: run, from: 1, limit: 9) == events)
    }

    @Test func nothingIsRemovedWhileSomebodyWrites() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        let isGated = Mutex(true)
        // The writer has kept its payload and is about to write the line.
        let writer = try JSONLinesEventLog(folder: folder.path, readOnly: false) { descriptor, bytes, offset in
            let isLine = bytes.starts(with: #"{"v":1,"#.utf8)
            if isLine,
                isGated.withLock({ isGated in
                    defer { isGated = false }; return isGated
                })
            {
                arrival.yield()
                gate.wait()
            }
            return LineFile.systemWrite(descriptor, bytes, offset)
        }
        let other = try JSONLinesEventLog.open(folder: folder.path)
        let events = [EventSamples.created(run), large(2, of: run, text)]
        async let written: Void = writer.append(events, durability: .process)
        for await _ in arrivals { break }
        #expect(payloadFiles().count == 1)
        #expect(try await other.removeUnusedPayloads() == nil)
        gate.signal()
        try await written
        #expect(try await other.removeUnusedPayloads() == 0)
        #expect(try await other.events(of: run, from: 1, limit: 9) == events)
    }

    @Test func writersAndRemoversAtOnceLoseNothing() async throws {
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...4 {
                group.addTask {
                    let log = try JSONLinesEventLog.open(folder: path)
                    let run = EventSamples.run(number)
                    let lease = try await log.lease(run)
                    defer { lease.close() }
                    try await log.append([EventSamples.created(run)], durability: .process, under: lease)
                    for seq in 2...7 {
                        let text = String(repeating: "\(seq % 3) of all\n", count: 2000)
                        let event = EventEnvelope(
                            run: run, seq: seq, time: EventSamples.time(seq), step: "a",
                            event: .stepSucceeded(StepSucceeded(output: .string(text), outputHash: "h")))
                        try await log.append([event], durability: .process, under: lease)
                    }
                }
            }
            group.addTask {
                let log = try JSONLinesEventLog.open(folder: path)
                for _ in 1...30 { _ = try await log.removeUnusedPayloads() }
            }
            try await group.waitForAll()
        }
        let log = try JSONLinesEventLog.open(folder: path)
        for number in 1...4 {
            #expect(try await log.events(of: EventSamples.run(number), from: 1, limit: 99).count == 7)
            #expect(try await log.payloadProblems(of: EventSamples.run(number)) == [])
        }
        _ = try await log.removeUnusedPayloads()
        #expect(payloadFiles().count == 3)
    }
}
