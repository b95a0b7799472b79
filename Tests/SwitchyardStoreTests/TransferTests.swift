import Foundation
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardStore

@Suite struct TransferTests {
    private let folder: TemporaryFolder
    private let run = EventSamples.run(7)
    private let source: EventStore
    private let target: JSONLinesEventLog
    private var file: String { folder.path + "/run.jsonl" }
    private var events: [EventEnvelope] { SoundRun.events(of: run, size: 20_000) }

    init() throws {
        folder = try TemporaryFolder()
        source = try EventStore.open(folder: folder.path + "/source")
        target = try JSONLinesEventLog.open(folder: folder.path + "/target")
    }

    private func export(logs: Bool = false) async throws {
        try await RunExport(of: run, in: source, version: "1.2.3", hasLogs: logs).write(toFile: file)
    }

    private func text() throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    /// Replaces the file by one with the header that `rest` needs.
    private func write(_ rest: String, count: Int? = nil, hash: String? = nil) throws {
        let lines = rest.split(separator: "\n").count { !$0.hasPrefix("{\"log\"") }
        let header = ExportHeader(
            version: "1.2.3", run: run, eventCount: count ?? lines, hash: hash ?? SHA256.hexDigest(of: rest))
        try Data(header.line + Array(rest.utf8)).write(to: URL(fileURLWithPath: file))
    }

    private func failure() -> TransferError? {
        #expect(throws: TransferError.self) { try RunImport(path: file) }
    }

    @Test func aRunArrivesAsItWas() async throws {
        try await source.append(events, durability: .process)
        try await target.append([EventSamples.created(EventSamples.run(1))], durability: .process)
        try await export()
        let imported = try RunImport(path: file)
        #expect(imported.run == run)
        #expect(try await imported.record(in: target) == .imported(number: 2))
        let arrived = try await target.events(of: run, from: 1, limit: .max)
        #expect(arrived.map { JSON.text(of: $0.json) } == events.map { JSON.text(of: $0.json) })
        #expect(await target.verify(try #require(try await target.run(matching: "2"))).problems == [])
        // Once more changes nothing.
        #expect(try await imported.record(in: target) == .wasThere(number: 2))
        #expect(try await target.runs(limit: 9).count == 2)
        #expect(try await imported.record(in: source) == .wasThere(number: 1))
        // It can be owned, and is taken for what it is.
        let lease = try await target.lease(run)
        #expect(try await imported.record(in: target) == .wasThere(number: 2))
        lease.close()
    }

    @Test func theFileSaysWhatItIs() async throws {
        try await source.append(events, durability: .process)
        try await export()
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false)
        let rest = lines.dropFirst().joined(separator: "\n")
        #expect(
            lines[0] == """
                {"switchyard_export":1,"switchyard":"1.2.3","run":"\(run)","events":16,"sha256":"\(SHA256.hexDigest(of: rest))"}
                """)
        #expect(lines.dropFirst().dropLast().map(String.init) == events.map { JSON.text(of: $0.json) })
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(folder.files().filter { !$0.contains("/") } == ["run.jsonl", "source", "target"])
    }

    @Test func logFilesGoWithIt() async throws {
        try await source.append(events, durability: .process)
        let logs: [(String, [UInt8])] = [
            ("a.1.log", Array("one\ntwo\n".utf8)), ("a.2.log", []),
            ("b.1.log", Array(repeating: UInt8(ascii: "x"), count: 200_000) + [0xFF, 0, 0xC3]),
            ("finally~c.1.log", Array("héllo".utf8)),
        ]
        let from = try source.logFolder(of: run)
        for (name, bytes) in logs { try Data(bytes).write(to: URL(fileURLWithPath: "\(from)/\(name)")) }
        try Data("no log".utf8).write(to: URL(fileURLWithPath: "\(from)/notes.txt"))
        try await export(logs: true)
        _ = try await RunImport(path: file).record(in: target)
        let to = try target.logFolder(of: run)
        #expect(try FileManager.default.contentsOfDirectory(atPath: to).sorted() == logs.map(\.0))
        for (name, bytes) in logs {
            #expect(try Array(Data(contentsOf: URL(fileURLWithPath: "\(to)/\(name)"))) == bytes)
            let facts = try FileManager.default.attributesOfItem(atPath: "\(to)/\(name)")
            #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
        // What is missing is added, and what is there stays.
        try FileManager.default.removeItem(atPath: "\(to)/a.2.log")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(to)/a.1.log"))
        #expect(try await RunImport(path: file).record(in: target) == .wasThere(number: 1))
        #expect(try String(contentsOfFile: "\(to)/a.1.log", encoding: .utf8) == "mine")
        #expect(FileManager.default.fileExists(atPath: "\(to)/a.2.log"))
    }

    @Test func aFileThatIsThereIsNotReplaced() async throws {
        try await source.append(events, durability: .process)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        await #expect(throws: TransferError.fileExists(path: file)) { try await export() }
        #expect(try text() == "mine")
        let nowhere = folder.path + "/no/where"
        await #expect(throws: TransferError.file(path: nowhere, reason: "no such file or directory")) {
            try await RunExport(of: run, in: source, version: "1", hasLogs: false).write(toFile: nowhere)
        }
    }

    @Test func anotherRecordOfTheRunIsRefused() async throws {
        try await source.append(events, durability: .process)
        try await export()
        let imported = try RunImport(path: file)
        for other in [
            Array(events[..<9]),
            events.map {
                var event = $0; event.actor = Actor("eve"); return event
            },
        ] {
            let path = folder.path + "/other\(other.count)"
            let log = try EventStore.open(folder: path)
            try await log.append(other, durability: .process)
            await #expect(throws: TransferError.different(run, number: 1)) { try await imported.record(in: log) }
            #expect(try await log.events(of: run, from: 1, limit: .max) == other)
        }
    }

    @Test func whatIsNoExportIsRefused() throws {
        for (text, reason) in [
            ("", "it is empty"), ("{", "its first line has no end"),
            ("hello\n", "its first line is no header of an export"),
            ("{}\n", "its first line is no header of an export"),
            ("{\"switchyard_export\":1}\n", "its header does not say what follows"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            #expect(failure() == .notAnExport(path: file, reason: reason))
        }
        try Data("{\"switchyard_export\":2}\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(failure() == .newer(path: file))
        try FileManager.default.removeItem(atPath: file)
        #expect(failure() == .file(path: file, reason: "no such file or directory"))
    }

    @Test func anyChangeIsNoticed() async throws {
        try await source.append(SoundRun.events(of: run), durability: .process)
        try await export()
        let sound = try Data(contentsOf: URL(fileURLWithPath: file))
        var random = SplitMix64(state: 11)
        for _ in 0..<200 {
            var bytes = sound
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes = bytes.prefix(place)
            }
            try bytes.write(to: URL(fileURLWithPath: file))
            // In the header only the version of Switchyard may change.
            if (try? RunImport(path: file)) != nil {
                let header = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
                #expect(bytes.drop { $0 != UInt8(ascii: "\n") } == sound.drop { $0 != UInt8(ascii: "\n") })
                #expect(header.contains("\"run\":\"\(run)\""))
            }
        }
    }

    @Test func aRecordThatCannotBeTrueIsRefused() throws {
        let lines = SoundRun.events(of: run).map { JSON.text(of: $0.json) }
        try write(lines.joined(separator: "\n") + "\n", hash: String(repeating: "0", count: 64))
        #expect(failure() == .damaged(path: file, reason: "it does not have the hash that its header names"))
        try write(lines.joined(separator: "\n") + "\n", count: 17)
        #expect(failure() == .damaged(path: file, reason: "it has 16 events and not 17"))
        try write(lines.joined(separator: "\n"))
        #expect(failure() == .damaged(path: file, reason: "it has 15 events and not 16"))
        try write((lines[..<9] + lines[10...]).joined(separator: "\n") + "\n")
        guard case .unsound(file, let problems) = failure() else { return }
        #expect(problems.first?.finding == .outOfSequence(expected: 10))
        try write("garbage\n")
        #expect(failure() == .damaged(path: file, reason: "line 2: a value is expected here at byte 0"))
        try write(lines[0].replacing("\"v\":1", with: "\"v\":2") + "\n")
        #expect(failure() == .newer(path: file))
    }

    @Test(arguments: ["../a.log", "/etc/a.log", ".log", "a.txt", "a\\n.log", ""])
    func aLogFilesNameLeadsNowhereElse(_ name: String) throws {
        let lines = SoundRun.events(of: run).map { JSON.text(of: $0.json) }
        try write(lines.joined(separator: "\n") + "\n{\"log\":\"\(name)\",\"text\":\"x\"}\n")
        #expect(failure() == .damaged(path: file, reason: "line 18 is no part of a log file"))
    }

    @Test(arguments: ["../x", ".hidden", "a/b"])
    func aRunsIdLeadsNowhereElse(_ id: String) async throws {
        let run = RunID(id)
        let rest = SoundRun.events(of: run).map { JSON.text(of: $0.json) + "\n" }.joined()
        let header = ExportHeader(version: "1", run: run, eventCount: 16, hash: SHA256.hexDigest(of: rest))
        try Data(header.line + Array(rest.utf8)).write(to: URL(fileURLWithPath: file))
        let imported = try RunImport(path: file)
        for log in [source, target] as [any EventLog] {
            await #expect(throws: TransferError.self) { try await imported.record(in: log) }
        }
        #expect(!folder.files().contains { $0.hasSuffix("x.jsonl") || $0.contains("hidden") })
    }
}
