import Foundation
import Glibc
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardStore

/// What is left after a loss of power: everything up to the last flush, and anything or nothing of what was written
/// after it. Whatever that is, the store opens, has every event that was promised to survive, without gaps, and goes on.
@Suite struct PowerLossTests {
    /// What had been written, and how much of it had been flushed, when the power went.
    private struct Loss {
        /// The file's content, up to its flushed length for certain.
        var content: Data
        var flushed: Int

        /// What the disk may hold of it.
        ///
        /// - Parameter showsOldBlocks: whether it may be anything. File systems show zeros where nothing was written;
        ///   SQLite trusts not even that.
        func remains(showsOldBlocks: Bool, using random: inout SplitMix64) -> Data {
            let cut = Int.random(in: flushed...max(flushed, content.count), using: &random)
            var rest = Data(content.prefix(cut))
            switch Int.random(in: 0..<4, using: &random) {
            // The length was there before the content.
            case 1: rest += Data(repeating: 0, count: content.count - cut)
            // A page in the middle was not.
            case 2 where cut > flushed:
                let hole = Int.random(in: flushed..<cut, using: &random)
                for place in hole..<min(cut, hole + 512) { rest[place] = 0 }
                rest += content[cut...]
            case 3 where showsOldBlocks:
                rest += Data(
                    (0..<Int.random(in: 0..<600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                )
            default: break
            }
            return rest
        }
    }

    private struct Script {
        /// The events that were acknowledged as safe on the disk, per run.
        var promised: [RunID: Int] = [:]
        var written: [RunID: Int] = [:]

        /// The next append: a random run, some events, now and then with a payload.
        mutating func next(using random: inout SplitMix64) -> (events: [EventEnvelope], durability: Durability) {
            let run = EventSamples.run(Int.random(in: 1...3, using: &random))
            let first = (written[run] ?? 0) + 1
            let count = Int.random(in: 1...4, using: &random)
            let chain = EventSamples.chain(of: run, count: first + count)
            var events = Array(chain[(first - 1)..<(first - 1 + count)])
            if first > 1, Int.random(in: 0..<3, using: &random) == 0 {
                let size = Int.random(in: 10_000...30_000, using: &random)
                let output = Value.string(String(repeating: "\(Int.random(in: 0..<4, using: &random))", count: size))
                events[count - 1].event = .stepSucceeded(StepSucceeded(output: output, outputHash: "h"))
            }
            written[run] = first + count - 1
            let isPromised = Int.random(in: 0..<3, using: &random) == 0
            return (events, isPromised ? .disk : .process)
        }
    }

    /// Checks that `log` has what was promised and nothing that was not written, and that it goes on.
    private func check(
        _ log: any EventLog, has promised: [RunID: Int], of history: [RunID: [EventEnvelope]], _ moment: String
    ) async throws {
        for (run, written) in history {
            let events = try await log.events(of: run, from: 1, limit: .max)
            #expect(events == Array(written.prefix(events.count)), "\(moment)")
            #expect(events.count >= promised[run] ?? 0, "\(moment)")
            let next = EventEnvelope(
                run: run, seq: events.count + 1, time: EventSamples.time(events.count + 1),
                event: events.isEmpty ? .runCreated(EventSamples.creation) : .runPaused)
            try await log.append([next], durability: .disk)
            #expect(try await log.events(of: run, from: 1, limit: .max) == events + [next], "\(moment)")
        }
        let runs = try await log.runs(limit: 9)
        #expect(Set(runs.map(\.run)).isSuperset(of: history.keys), "\(moment)")
        #expect(Set(runs.map(\.number)).count == runs.count, "\(moment)")
        if let payloads = log as? any PayloadStore {
            for run in history.keys { #expect(try await payloads.payloadProblems(of: run) == [], "\(moment)") }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func sqliteKeepsItsPromises(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(state: seed)
        let store = try EventStore.open(folder: folder.path + "/store")
        let leases = try await leases(of: store)
        var script = Script()
        var history: [RunID: [EventEnvelope]] = [:]
        var flushed = 0
        for step in 0..<40 {
            let (events, durability) = script.next(using: &random)
            let run = events[0].run
            let lease = try #require(leases[run])
            try await store.append(events, durability: durability, under: lease)
            history[run, default: []] += events
            let log = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/store/switchyard.db-wal"))
            if durability == .disk {
                // One flush of the log keeps all that is in it, whoever wrote it.
                flushed = log.count
                script.promised = script.written
            }
            let copy = folder.path + "/copy\(step)"
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: folder.path + "/store/switchyard.db", toPath: copy + "/switchyard.db")
            let loss = Loss(content: log, flushed: flushed)
            try loss.remains(showsOldBlocks: true, using: &random).write(
                to: URL(fileURLWithPath: copy + "/switchyard.db-wal"))
            try await check(
                EventStore.open(folder: copy), has: script.promised, of: history, "seed \(seed), append \(step)")
            try FileManager.default.removeItem(atPath: copy)
        }
        // A log that began anew would have made the lengths above meaningless.
        #expect(flushed < 4_000_000)
        for lease in leases.values { lease.close() }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func jsonLinesKeepTheirPromises(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var random = SplitMix64(state: seed)
        let log = try JSONLinesEventLog.open(folder: folder.path + "/store")
        let leases = try await leases(of: log)
        var script = Script()
        var history: [RunID: [EventEnvelope]] = [:]
        var flushed: [RunID: Int] = [:]
        for step in 0..<40 {
            let (events, durability) = script.next(using: &random)
            let run = events[0].run
            let lease = try #require(leases[run])
            try await log.append(events, durability: durability, under: lease)
            history[run, default: []] += events
            let copy = folder.path + "/copy\(step)"
            try FileManager.default.copyItem(atPath: folder.path + "/store", toPath: copy)
            for run in history.keys {
                let file = URL(fileURLWithPath: copy + "/runs/\(run).jsonl")
                let content = try Data(contentsOf: file)
                if durability == .disk, run == events[0].run {
                    flushed[run] = content.count
                    script.promised[run] = script.written[run]
                }
                let loss = Loss(content: content, flushed: flushed[run] ?? 0)
                try loss.remains(showsOldBlocks: false, using: &random).write(to: file)
            }
            try await check(
                JSONLinesEventLog.open(folder: copy), has: script.promised, of: history, "seed \(seed), append \(step)")
            try FileManager.default.removeItem(atPath: copy)
        }
        for lease in leases.values { lease.close() }
    }

    private func leases(of log: any EventLog) async throws -> [RunID: any RunLease] {
        var leases: [RunID: any RunLease] = [:]
        for number in 1...3 { leases[EventSamples.run(number)] = try await log.lease(EventSamples.run(number)) }
        return leases
    }

    @Test func whatStandsBehindAHoleIsKeptAside() async throws {
        let folder = try TemporaryFolder()
        let run = EventSamples.run(1)
        let events = EventSamples.chain(of: run, count: 5)
        let log = try JSONLinesEventLog.open(folder: folder.path)
        try await log.append(events, durability: .process)
        let file = URL(fileURLWithPath: folder.path + "/runs/\(run).jsonl")
        var content = try Data(contentsOf: file)
        let lines = content.split(separator: UInt8(ascii: "\n"))
        let hole = lines[2].startIndex + 40
        content[hole] = 0
        try content.write(to: file)
        let again = try JSONLinesEventLog.open(folder: folder.path)
        #expect(try await again.events(of: run, from: 1, limit: 9) == Array(events[..<2]))
        #expect(!folder.files(in: "runs").contains("\(run).torn"))
        try await again.append([events[2]], durability: .process)
        #expect(try await again.events(of: run, from: 1, limit: 9) == Array(events[..<3]))
        let aside = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/runs/\(run).torn"))
        #expect(aside == content[lines[2].startIndex...])
    }
}
