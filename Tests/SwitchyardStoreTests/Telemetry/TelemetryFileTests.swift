import Foundation
import GRDB
import SwitchyardCore
import Testing

@testable import SwitchyardStore

@Suite struct TelemetryFileTests {
    private typealias Samples = TelemetrySamples

    @Test func whatACrashLeftOfALineIsWrittenOver() throws {
        let folder = try TemporaryFolder()
        let file = TelemetryFile(path: folder.path + "/telemetry.jsonl")
        try file.enter(TelemetryBatch(calls: [Samples.call(1)]))
        let handle = try #require(FileHandle(forWritingAtPath: file.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"call\":{\"run\":\"run10".utf8))
        try handle.close()
        #expect(try file.calls(CallQuery()) == [Samples.call(1)])
        try file.enter(TelemetryBatch(calls: [Samples.call(2, at: 1)]))
        #expect(try file.calls(CallQuery()) == [Samples.call(1), Samples.call(2, at: 1)])
    }

    @Test func linesThatSayNothingAreLeftOut() throws {
        let folder = try TemporaryFolder()
        let file = TelemetryFile(path: folder.path + "/telemetry.jsonl")
        try Data("no json\n{}\n{\"call\":{\"run\":\"x\"}}\n{\"run\":7}\n".utf8).write(to: URL(filePath: file.path))
        #expect(try file.calls(CallQuery()).isEmpty)
        try file.enter(TelemetryBatch(calls: [Samples.call()], runs: [Samples.record()]))
        #expect(try file.calls(CallQuery()) == [Samples.call()])
        #expect(try file.runs() == [Samples.record()])
    }

    @Test func aLimitedQuestionReadsTheEndOfTheFileAlone() throws {
        let folder = try TemporaryFolder()
        let file = TelemetryFile(path: folder.path + "/telemetry.jsonl", leastRead: 1)
        try file.enter(TelemetryBatch(calls: (1...400).map { Samples.call($0, at: $0) }))
        #expect(try file.calls(CallQuery(limit: 10)).map(\.key.seq) == Array(391...400))
        // What nobody can read there is no trouble of who does not read it.
        let handle = try #require(FileHandle(forWritingAtPath: file.path))
        try handle.write(contentsOf: Data("{\"call\":".utf8) + Data(repeating: UInt8(ascii: "["), count: 1000))
        try handle.close()
        #expect(try file.calls(CallQuery(limit: 10)).map(\.key.seq) == Array(391...400))
        #expect(try file.calls(CallQuery()).count < 400)
    }

    @Test func aStoreOfBeforeThereWasTelemetryIsMigratedAndReadOnlyReadsAsEmpty() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/store", withIntermediateDirectories: true)
        let old = try DatabasePool(path: folder.path + "/store/switchyard.db")
        try Migrations.migrator.migrate(old, upTo: "4 kept results")
        try old.close()
        let reader = try EventStore.open(folder: folder.path + "/store", readOnly: true)
        #expect(try await reader.calls(CallQuery()) == [])
        #expect(try await reader.spending(since: nil, isSimulated: false) == [:])
        let store = try EventStore.open(folder: folder.path + "/store")
        try await store.enter(TelemetryBatch(calls: [Samples.call()]))
        #expect(try await reader.calls(CallQuery()) == [Samples.call()])
    }
}
