import Foundation
import Glibc
import SwitchyardCore
import SwitchyardTestSupport
import Synchronization
import Testing

@testable import SwitchyardStore

@Suite struct JSONLinesEventLogTests {
    private let folder: TemporaryFolder
    private let run = EventSamples.run(1)
    private let events = EventSamples.chain(of: EventSamples.run(1), count: 4)
    private var file: String { folder.path + "/runs/\(run).jsonl" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func log(readOnly: Bool = false) throws -> JSONLinesEventLog {
        try JSONLinesEventLog.open(folder: folder.path, readOnly: readOnly)
    }

    private func text() throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    private func write(_ text: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/runs", withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try Data("\(run)\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/index"))
    }

    private func line(_ event: EventEnvelope) -> String { JSON.text(of: event.json) + "\n" }

    @Test func eventsAreLinesOfTheirJSON() async throws {
        let log = try log()
        try await log.append(Array(events[..<3]), durability: .process)
        try await log.append([events[3]], durability: .disk)
        #expect(try text() == events.map(line).joined())
        #expect(try String(contentsOfFile: folder.path + "/index", encoding: .utf8) == "\(run)\n")
    }

    @Test(arguments: [
        "{", #"{"v":1,"run""#, "{\"v\":1,\"run\"\n", "\n", "\0\0\0\0", "{}", "almost\nall of it",
    ])
    func whatACrashLeavesOfALineIsPassedOverAndReplaced(_ rest: String) async throws {
        try write(line(events[0]) + line(events[1]) + rest)
        let log = try log()
        #expect(try await log.events(of: run, from: 1, limit: 9) == Array(events[..<2]))
        #expect(try await log.runs(limit: 1).first?.eventCount == 2)
        try await log.append([events[2]], durability: .process)
        #expect(try text() == events[..<3].map(line).joined())
        #expect(try await log.events(of: run, from: 1, limit: 9) == Array(events[..<3]))
    }

    @Test func aLineWithoutItsEndIsNotThereYet() async throws {
        try write(line(events[0]) + line(events[1]).dropLast())
        let log = try log()
        #expect(try await log.events(of: run, from: 1, limit: 9) == [events[0]])
        try await log.append([events[1]], durability: .process)
        #expect(try text() == events[..<2].map(line).joined())
    }

    @Test func garbageInTheMiddleIsNamed() async throws {
        try write(line(events[0]) + "garbage\n" + line(events[2]))
        let log = try log()
        let error = EventLogError.corrupt(path: file, reason: "line 2: a value is expected here at byte 0")
        await #expect(throws: error) { try await log.events(of: run, from: 1, limit: 9) }
        #expect(try await log.events(of: run, from: 1, limit: 1) == [events[0]])
        // One damaged run hides no other.
        try await log.append([EventSamples.created(EventSamples.run(2))], durability: .process)
        #expect(try await log.runs(limit: 9).map(\.eventCount) == [1, 1])
    }

    @Test func anotherRunsEventAndAGapAreCorrupt() async throws {
        try write(line(events[0]) + line(events[2]) + line(events[3]))
        let log = try log()
        let gap = EventLogError.corrupt(path: file, reason: "line 2: event 3 stands where 2 belongs")
        await #expect(throws: gap) { try await log.events(of: run, from: 1, limit: 9) }
        try write(line(events[0]) + line(EventSamples.chain(of: EventSamples.run(2), count: 2)[1]))
        let other = EventLogError.corrupt(path: file, reason: "line 2: an event of run \(EventSamples.run(2))")
        await #expect(throws: other) { try await log.events(of: run, from: 1, limit: 9) }
        await #expect(throws: other) { try await log.append([events[2]], durability: .process) }
    }

    @Test(arguments: [#""v":2,"#, #""type":"step.dreamt","#])
    func aNewerEventIsRefused(_ newer: String) async throws {
        let member = newer.hasPrefix(#""v"#) ? #""v":1,"# : #""type":"run.started","#
        try write(line(events[0]) + line(events[1]).replacing(member, with: newer))
        let log = try log()
        await #expect(throws: EventLogError.newerSchema(path: file)) {
            try await log.events(of: run, from: 1, limit: 9)
        }
    }

    @Test func aShortWriteLeavesNothing() async throws {
        let room = Mutex(Int.max)
        let log = try JSONLinesEventLog(folder: folder.path, readOnly: false) { descriptor, bytes, offset in
            let count = room.withLock {
                let count = min($0, bytes.count)
                $0 -= count
                return count
            }
            if count == 0 {
                errno = ENOSPC
                return -1
            }
            return LineFile.systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]), offset)
        }
        try await log.append(Array(events[..<2]), durability: .process)
        // Room for one whole line and a part of the next.
        room.withLock { $0 = line(events[2]).utf8.count + 10 }
        await #expect(throws: EventLogError.diskFull(path: file)) {
            try await log.append(Array(events[2...]), durability: .disk)
        }
        #expect(try text() == events[..<2].map(line).joined())
        let other = EventSamples.created(EventSamples.run(2))
        await #expect(throws: EventLogError.diskFull(path: folder.path + "/runs/\(other.run).jsonl")) {
            try await log.append([other], durability: .process)
        }
        #expect(try await log.runs(limit: 9).map(\.run) == [run])
        // What is written in pieces is written.
        room.withLock { $0 = .max }
        try await log.append(Array(events[2...]), durability: .disk)
        try await log.append([other], durability: .disk)
        #expect(try await log.events(of: run, from: 1, limit: 9) == events)
        #expect(try await log.runs(limit: 9).map(\.number) == [2, 1])
    }

    @Test func twoLogsOfOneFolderKeepOneOrder() async throws {
        let logs = [try log(), try log()]
        for (index, event) in events.enumerated() {
            try await logs[index % 2].append([event], durability: .process)
        }
        await #expect(throws: EventLogError.outOfOrder(run: run, expected: 5, got: 3)) {
            try await logs[0].append([events[2]], durability: .process)
        }
        #expect(try await logs[0].events(of: run, from: 1, limit: 9) == events)
    }

    @Test func pagesInAnyOrderAreTheSame() async throws {
        let events = EventSamples.chain(of: run, count: 40)
        let log = try log()
        let other = try JSONLinesEventLog.open(folder: folder.path)
        var random = SplitMix64(state: 3)
        var written = 0
        for _ in 0..<200 {
            if written < events.count, Int.random(in: 0..<4, using: &random) == 0 {
                let next = min(events.count, written + Int.random(in: 1...4, using: &random))
                try await other.append(Array(events[written..<next]), durability: .process)
                written = next
            }
            let first = Int.random(in: 1...45, using: &random)
            let limit = Int.random(in: 0...9, using: &random)
            let expected = events.prefix(written).dropFirst(first - 1).prefix(limit)
            #expect(try await log.events(of: run, from: first, limit: limit) == Array(expected))
        }
        // What takes the file's place is another file.
        try write(line(events[0]) + line(events[1]))
        #expect(try await log.events(of: run, from: 2, limit: 9) == [events[1]])
    }

    @Test func aTornIndexLineIsReplaced() async throws {
        try write(line(events[0]))
        try Data("\(run)\n00mzx".utf8).write(to: URL(fileURLWithPath: folder.path + "/index"))
        let log = try log()
        try await log.append([EventSamples.created(EventSamples.run(2))], durability: .disk)
        #expect(try await log.runs(limit: 9).map(\.number) == [2, 1])
        #expect(
            try String(contentsOfFile: folder.path + "/index", encoding: .utf8) == "\(run)\n\(EventSamples.run(2))\n"
        )
    }

    @Test func aMissingStoreReadsAsEmptyUntilThereIsOne() async throws {
        let path = folder.path + "/not/there"
        let reader = try JSONLinesEventLog.open(folder: path, readOnly: true)
        #expect(try await reader.runs(limit: 9) == [])
        #expect(try await reader.events(of: run, from: 1, limit: 9) == [])
        #expect(folder.files() == [])
        await #expect(throws: EventLogError.readOnly(path: path)) {
            try await reader.append([events[0]], durability: .process)
        }
        try await JSONLinesEventLog.open(folder: path).append([events[0]], durability: .process)
        #expect(try await reader.runs(limit: 9).map(\.run) == [run])
    }

    @Test(arguments: ["", "../x", ".hidden", "a/b", "a\nb"])
    func anIDThatLeadsElsewhereIsRefused(_ id: String) async throws {
        let log = try log()
        let event = EventSamples.created(RunID(id))
        await #expect(throws: EventLogError.self) { try await log.append([event], durability: .process) }
        #expect(throws: EventLogError.self) { try log.logFolder(of: RunID(id)) }
        await #expect(throws: EventLogError.self) { try await log.lease(RunID(id)) }
        #expect(folder.files() == ["runs"])
    }
}
