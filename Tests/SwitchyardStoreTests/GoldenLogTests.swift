import Foundation
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardStore

/// Logs that this version of the event schema wrote, kept as files. They are read again by every later version, and
/// what is read is compared with what was meant.
///
/// `UPDATE_GOLDEN=1` writes the newest version's again, which adds the events that were added and must change no line
/// that was there, and what every version is read as. Logs of older versions are never written.
@Suite struct GoldenLogTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Golden"
    private static let versions = 1...EventEnvelope.currentVersion
    private static let newest = "\(folder)/v\(EventEnvelope.currentVersion)"
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil

    /// The runs of the newest version.
    private static var runs: [(run: RunID, events: [EventEnvelope])] {
        [
            (EventSamples.run(1), EventSamples.everyEvent(of: EventSamples.run(1))),
            (EventSamples.run(2), SoundRun.events(of: EventSamples.run(2))),
            // With payloads.
            (EventSamples.run(3), SoundRun.events(of: EventSamples.run(3), size: 17_000)),
        ]
    }

    private static func snapshot(_ run: RunID, in log: any EventLog) async throws -> String {
        JSON.text(of: try await log.snapshot(of: run).json, layout: .indented) + "\n"
    }

    /// What the newest version writes, as a folder.
    private func write(to folder: String) async throws {
        let log = try JSONLinesEventLog.open(folder: folder)
        for (_, events) in Self.runs { try await log.append(events, durability: .process) }
        try await writeSnapshots(of: folder)
        for rest in ["locks", "payloads.lock"] { try? FileManager.default.removeItem(atPath: "\(folder)/\(rest)") }
    }

    private func writeSnapshots(of folder: String) async throws {
        let log = try JSONLinesEventLog.open(folder: folder, readOnly: true)
        for run in try await log.runs(limit: 9).map(\.run) {
            try Data(try await Self.snapshot(run, in: log).utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/runs/\(run).snapshot.json"))
        }
    }

    @Test func whatIsWrittenIsWhatWasWritten() async throws {
        let made = try TemporaryFolder()
        try await write(to: made.path + "/store")
        if Self.isUpdating {
            try? FileManager.default.removeItem(atPath: Self.newest)
            try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: made.path + "/store", toPath: Self.newest)
            for version in Self.versions.dropLast() { try await writeSnapshots(of: "\(Self.folder)/v\(version)") }
        }
        let files = made.files(in: "store")
        #expect(files == (try FileManager.default.subpathsOfDirectory(atPath: Self.newest)).sorted())
        for file in files where !Files.isFolder("\(Self.newest)/\(file)") {
            let golden = try String(contentsOfFile: "\(Self.newest)/\(file)", encoding: .utf8)
            let new = try String(contentsOfFile: "\(made.path)/store/\(file)", encoding: .utf8)
            let changed = zip(golden.split(separator: "\n"), new.split(separator: "\n")).first { $0 != $1 }
            #expect(
                new == golden, "\(file): \(changed.map { "\($0.0.prefix(400))\n\($0.1.prefix(400))" } ?? "its length")")
        }
    }

    @Test(.disabled(if: isUpdating), arguments: versions) func everyVersionIsReadAsItWasMeant(version: Int) async throws
    {
        let folder = "\(Self.folder)/v\(version)"
        let log = try JSONLinesEventLog.open(folder: folder, readOnly: true)
        let runs = try await log.runs(limit: 9)
        #expect(runs.count >= 3)
        for summary in runs {
            let golden = try String(contentsOfFile: "\(folder)/runs/\(summary.run).snapshot.json", encoding: .utf8)
            #expect(try await Self.snapshot(summary.run, in: log) == golden)
            #expect(try await log.payloadProblems(of: summary.run) == [])
        }
        for summary in runs.dropLast() { #expect(await log.verify(summary).problems == []) }
    }

    /// Every type of event there is stands in the log.
    @Test(.disabled(if: isUpdating)) func everyTypeIsThere() async throws {
        let log = try JSONLinesEventLog.open(folder: Self.newest, readOnly: true)
        let types = Set(try await log.events(of: EventSamples.run(1), from: 1, limit: .max).map(\.event.type))
        #expect(types == Set(EventSamples.everyEvent(of: EventSamples.run(1)).map(\.event.type)))
    }

    @Test(.disabled(if: isUpdating)) func theNewestVersionIsReadAsTheEventsThatWereWritten() async throws {
        let log = try JSONLinesEventLog.open(folder: Self.newest, readOnly: true)
        for (run, events) in Self.runs {
            #expect(try await log.events(of: run, from: 1, limit: .max) == events)
        }
    }
}
