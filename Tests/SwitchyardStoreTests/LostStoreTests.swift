import Foundation
import Glibc
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardStore

/// Stores that go away, or turn read-only, while somebody has them open.
@Suite struct LostStoreTests {
    private let folder: TemporaryFolder
    private let run = EventSamples.run(1)
    private let events = EventSamples.chain(of: EventSamples.run(1), count: 4)
    private var path: String { folder.path + "/store" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open() throws -> [any EventLog] {
        [try EventStore.open(folder: path), try JSONLinesEventLog.open(folder: path)]
    }

    /// Appending fails with `failed`, and says why.
    private func failure(of log: any EventLog, _ events: [EventEnvelope], _ lease: any RunLease) async -> String? {
        do throws(EventLogError) {
            try await log.append(events, durability: .disk, under: lease)
            return nil
        } catch {
            guard case .failed(_, let reason) = error else { return "\(error)" }
            return reason
        }
    }

    @Test(arguments: [true, false]) func aStoreThatWasRemovedTakesNoMore(isMoved: Bool) async throws {
        for kind in 0...1 {
            let log = try open()[kind]
            let lease = try await log.lease(run)
            try await log.append(Array(events[..<2]), durability: .disk, under: lease)
            if isMoved {
                try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/moved\(kind)")
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
            let reason = try #require(await failure(of: log, [events[2]], lease))
            #expect(reason.hasPrefix("it was moved or removed while"), "\(reason)")
            // Not even where another store has its place by now.
            let other = try open()[kind]
            try await other.append([events[0]], durability: .disk)
            let again = try #require(await failure(of: log, [events[2]], lease))
            #expect(again.hasPrefix("it was moved or removed while") || again == "fenced(\(run))", "\(again)")
            #expect(try await other.events(of: run, from: 1, limit: 9) == [events[0]])
            lease.close()
            if isMoved {
                let moved = folder.path + "/moved\(kind)"
                let log: any EventLog =
                    kind == 0 ? try EventStore.open(folder: moved) : try JSONLinesEventLog.open(folder: moved)
                #expect(try await log.events(of: run, from: 1, limit: 9) == Array(events[..<2]))
            }
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func aRunsFileThatWasRemovedIsNotBegunAgain() async throws {
        let log = try JSONLinesEventLog.open(folder: path)
        let lease = try await log.lease(run)
        try await log.append(Array(events[..<2]), durability: .disk, under: lease)
        try FileManager.default.removeItem(atPath: path + "/runs/\(run).jsonl")
        let reason = try #require(await failure(of: log, [events[2]], lease))
        #expect(reason == "it was moved or removed while the run was going on")
        #expect(!FileManager.default.fileExists(atPath: path + "/runs/\(run).jsonl"))
        lease.close()
    }

    // The superuser may write where nobody may.
    @Test(.enabled(if: geteuid() != 0)) func aFolderThatMayNotBeWrittenIsSaidToBeSo() async throws {
        for log in try open() {
            try await log.append(Array(events[..<2]), durability: .disk)
        }
        for file in [path] + folder.files(in: "store").map({ path + "/" + $0 }) {
            chmod(file, Files.isFolder(file) ? 0o500 : 0o400)
        }
        #expect(throws: EventLogError.self) { try EventStore.open(folder: path) }
        await #expect(throws: EventLogError.self) {
            try await JSONLinesEventLog.open(folder: path).append([events[2]], durability: .process)
        }
        let lines = try JSONLinesEventLog.open(folder: path, readOnly: true)
        #expect(try await lines.events(of: run, from: 1, limit: 9) == Array(events[..<2]))
        // SQLite wants to share memory even with nobody, and cannot.
        await #expect(throws: EventLogError.readOnly(path: path + "/switchyard.db")) {
            try await EventStore.open(folder: path, readOnly: true).events(of: run, from: 1, limit: 9)
        }
        chmod(path, 0o700)
        for file in folder.files(in: "store") { chmod(path + "/" + file, 0o700) }
        for log in try open() {
            #expect(try await log.events(of: run, from: 1, limit: 9) == Array(events[..<2]))
            try await log.append([events[2]], durability: .disk)
        }
    }
}
