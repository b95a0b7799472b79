import Foundation
package import SwitchyardCore
import Testing

/// What every ``EventLog`` must do, as checks that a test target runs against each implementation.
// The closures say `async throws` because the compiler does not look for either inside `#expect`.
package struct EventLogConformance: Sendable {
    /// One promise of the protocol.
    package struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let body: @Sendable (Fixture) async throws -> Void

        package var testDescription: String { name }

        /// Checks the promise on new logs, which `open` makes in folders that are not there yet. A durable log
        /// finds its events again when it opens the same folder again.
        package func run(
            isDurable: Bool, open: @escaping @Sendable (_ folder: String) throws -> any EventLog
        ) async throws {
            let parent = FileManager.default.temporaryDirectory.path + "/switchyard-log-" + UUID().uuidString
            defer { try? FileManager.default.removeItem(atPath: parent) }
            let folder = parent + "/store"
            try await body(Fixture(log: try open(folder), folder: folder, isDurable: isDurable) { try open(folder) })
        }
    }

    /// A new log and what a check knows of it.
    package struct Fixture: Sendable {
        let log: any EventLog
        let folder: String
        let isDurable: Bool
        /// Opens the log again.
        let open: @Sendable () throws -> any EventLog

        /// Takes the lock of `run` away from its owner, which does not notice.
        func loseLock(of run: RunID) throws {
            if let memory = log as? InMemoryEventLog { return memory.loseLock(of: run) }
            try FileManager.default.removeItem(atPath: "\(folder)/locks/\(run).lock")
        }
    }

    package static let checks: [Check] =
        appendChecks + orderChecks + summaryChecks + referenceChecks + ownerChecks + durableChecks
}

// MARK: Appending and reading

extension EventLogConformance {
    private static let appendChecks = [
        Check(name: "a new log is empty") { fixture async throws in
            let log = fixture.log
            #expect(try await log.runs(limit: 10) == [])
            #expect(try await log.events(of: EventSamples.run(1), from: 1, limit: 10) == [])
            for reference in ["last", "1", "#1", "0000", ""] {
                #expect(try await log.run(matching: reference) == nil)
            }
        },
        Check(name: "every kind of event is read back as it was written") { fixture async throws in
            let events = EventSamples.everyEvent(of: EventSamples.run(1))
            try await fixture.log.append(events, durability: .process)
            let read = try await fixture.log.events(of: EventSamples.run(1), from: 1, limit: .max)
            #expect(read.count == events.count)
            for (read, written) in zip(read, events) {
                #expect(read == written)
                // Equality of values ignores the order of members; the record does not.
                #expect(JSON.text(of: read.json) == JSON.text(of: written.json))
            }
        },
        Check(name: "an unknown event that may be skipped is kept") { fixture async throws in
            let run = EventSamples.run(1)
            let unknown = EventEnvelope(
                run: run, seq: 2, time: EventSamples.time(2), step: "a",
                event: .unknown(type: "step.dreamt", data: ["of": ["sheep", 1.5, nil]])
            )
            try await fixture.log.append([EventSamples.created(run), unknown], durability: .process)
            #expect(try await fixture.log.events(of: run, from: 2, limit: 1) == [unknown])
        },
        Check(name: "from and limit cut the events") { fixture async throws in
            let events = EventSamples.chain(of: EventSamples.run(1), count: 10)
            try await fixture.log.append(events, durability: .process)
            for (first, limit) in [(1, 3), (4, 3), (9, 5), (11, 5), (-3, 2), (5, 0), (5, -1), (1, .max)] {
                let expected = events.filter { $0.seq >= first }.prefix(max(0, limit))
                let read = try await fixture.log.events(of: EventSamples.run(1), from: first, limit: limit)
                #expect(read == Array(expected), "from \(first), limit \(limit)")
            }
        },
        Check(name: "a payload of 1 MiB is kept, whatever characters it has") { fixture async throws in
            let run = EventSamples.run(1)
            let text = String(repeating: "a\n\"\\\u{0}é🚂\u{7F}\u{2028}", count: 80_000)
            #expect(text.utf8.count >= 1 << 20)
            let large = EventEnvelope(
                run: run, seq: 2, time: EventSamples.time(2), event: .runSucceeded(outputs: ["text": .string(text)])
            )
            try await fixture.log.append([EventSamples.created(run), large], durability: .disk)
            #expect(try await fixture.log.events(of: run, from: 2, limit: 1) == [large])
        },
        Check(name: "large members are kept as they are, alike or not") { fixture async throws in
            let run = EventSamples.run(1)
            let text = String(repeating: "0123456789abcdef", count: 1024)
            let sizes = [-3, -2, -1, 0, 1].map {
                Value.string(String(text.dropLast($0 < 0 ? -$0 : 0)) + ($0 > 0 ? "x" : ""))
            }
            let object: Value = ["z": .string(text), "a": 5.0, "b": [5, 1e300, -0.5], "$payload": "mine"]
            let mark: Value = ["$payload": .string(SHA256.hexDigest(of: text)), "bytes": 3]
            let outputs = sizes + [object, object, mark, ["$payload": nil], .array([object, mark]), .string(text)]
            let chain = EventSamples.chain(of: run, count: 2)
            var events = chain
            for output in outputs {
                let event = RunEvent.stepSucceeded(StepSucceeded(output: output, outputHash: "h"))
                let seq = events.count + 1
                events.append(EventEnvelope(run: run, seq: seq, time: EventSamples.time(seq), step: "a", event: event))
            }
            let unknown: Value = ["payloads": ["note"], "note": .string(text + "!"), "$payload": object]
            events.append(
                EventEnvelope(
                    run: run, seq: events.count + 1, time: EventSamples.time(99),
                    event: .unknown(type: "step.dreamt", data: unknown)))
            try await fixture.log.append(Array(events[..<5]), durability: .process)
            try await fixture.log.append(Array(events[5...]), durability: .disk)
            for first in [1, 5, 9] {
                let read = try await fixture.log.events(of: run, from: first, limit: .max)
                #expect(
                    read.map { JSON.text(of: $0.json) } == events.dropFirst(first - 1).map { JSON.text(of: $0.json) })
            }
            #expect(try await fixture.log.events(of: run, from: 4, limit: 3) == Array(events[3..<6]))
        },
        Check(name: "steps of a plan too large for its event are counted") { fixture async throws in
            let run = EventSamples.run(1)
            let steps = (1...500).map { number in
                CompiledPlan.PlannedStep(
                    path: StepPath("step\(number)"), uses: "bash", needs: [], level: 0, effect: .pure, mode: .concurrent
                )
            }
            let plan = CompiledPlan(strategy: .parallel, steps: steps)
            let event = EventEnvelope(run: run, seq: 2, time: EventSamples.time(2), event: .planCompiled(plan))
            try await fixture.log.append([EventSamples.created(run), event], durability: .process)
            #expect(try await fixture.log.runs(limit: 1).first?.stepCount == 500)
            #expect(try await fixture.log.snapshot(of: run).counts.pending == 500)
        },
        Check(name: "the newest result that is kept under a key is found") { fixture async throws in
            let (key, other) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
            #expect(try await fixture.log.keptResult(key) == nil)
            func success(_ output: Value, _ key: String?) -> RunEvent {
                .stepSucceeded(StepSucceeded(output: output, outputHash: "h", cacheKey: key))
            }
            let large = Value.string(String(repeating: "0123456789abcdef", count: 2048))
            for (number, events) in [
                [success(1, key), success(2, other), success(3, nil)], [success(4, key), success(large, key)],
            ].enumerated() {
                let run = EventSamples.run(number + 1)
                let envelopes = events.enumerated().map { index, event in
                    EventEnvelope(
                        run: run, seq: index + 2, time: EventSamples.time(10 * number + index), step: "a",
                        event: event)
                }
                try await fixture.log.append([EventSamples.created(run)] + envelopes, durability: .process)
            }
            #expect(try await fixture.log.keptResult(key)?.event == success(large, key))
            #expect(try await fixture.log.keptResult(key)?.run == EventSamples.run(2))
            #expect(try await fixture.log.keptResult(other)?.seq == 3)
            #expect(try await fixture.log.keptResult("c") == nil)
        },
        Check(name: "an append of nothing does nothing") { fixture async throws in
            let lease = try await fixture.log.lease(EventSamples.run(1))
            defer { lease.close() }
            try await fixture.log.append([], durability: .disk, under: lease)
            #expect(try await fixture.log.runs(limit: 1) == [])
        },
    ]

    private static let orderChecks = [
        Check(name: "an event that does not follow is refused, with all of its append") { fixture async throws in
            let run = EventSamples.run(1)
            let events = EventSamples.chain(of: run, count: 6)
            func refusal(_ events: [EventEnvelope]) async -> EventLogError? {
                do throws(EventLogError) {
                    try await fixture.log.append(events, durability: .process)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(await refusal([events[1]]) == .outOfOrder(run: run, expected: 1, got: 2))
            #expect(try await fixture.log.runs(limit: 1) == [])
            #expect(await refusal(Array(events[0..<2])) == nil)
            #expect(await refusal([events[1]]) == .outOfOrder(run: run, expected: 3, got: 2))
            #expect(await refusal([events[2], events[3], events[5]]) == .outOfOrder(run: run, expected: 5, got: 6))
            #expect(await refusal([events[2], events[2]]) == .outOfOrder(run: run, expected: 4, got: 3))
            #expect(try await fixture.log.events(of: run, from: 1, limit: 10) == Array(events[0..<2]))
            #expect(await refusal(Array(events[2...])) == nil)
            #expect(try await fixture.log.events(of: run, from: 1, limit: 10) == events)
        },
        Check(name: "two runs interleave") { fixture async throws in
            let first = EventSamples.chain(of: EventSamples.run(1), count: 8)
            let second = EventSamples.chain(of: EventSamples.run(2), count: 8)
            for (a, b) in zip(first, second) {
                try await fixture.log.append([a], durability: .process)
                try await fixture.log.append([b], durability: .process)
            }
            #expect(try await fixture.log.events(of: EventSamples.run(1), from: 1, limit: 100) == first)
            #expect(try await fixture.log.events(of: EventSamples.run(2), from: 1, limit: 100) == second)
        },
        Check(name: "a thousand runs append at once") { fixture async throws in
            let log = fixture.log
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...1000 {
                    group.addTask {
                        let events = EventSamples.chain(of: EventSamples.run(number), count: 4)
                        try await log.append(Array(events[..<2]), durability: number % 50 == 0 ? .disk : .process)
                        try await log.append(Array(events[2...]), durability: .process)
                    }
                }
                try await group.waitForAll()
            }
            let runs = try await log.runs(limit: 2000)
            #expect(runs.map(\.number) == Array((1...1000).reversed()))
            #expect(Set(runs.map(\.run)).count == 1000)
            #expect(runs.allSatisfy { $0.eventCount == 4 })
            for number in [1, 500, 1000] {
                let run = EventSamples.run(number)
                #expect(try await log.events(of: run, from: 1, limit: 9) == EventSamples.chain(of: run, count: 4))
            }
        },
    ]
}

// MARK: Lists and references

extension EventLogConformance {
    private static let summaryChecks = [
        Check(name: "a summary counts what its run's events say") { fixture async throws in
            let run = EventSamples.run(1)
            let lease = try await fixture.log.lease(run)
            defer { lease.close() }
            var expected = RunSummary(
                run: run, number: 1, pipelineID: "release", status: .pending, createdAt: EventSamples.time(1),
                endedAt: nil, stepCount: 0, succeededCount: 0, failedCount: 0, eventCount: 1
            )
            func append(_ event: RunEvent, step: StepPath? = nil) async throws {
                let seq = try await fixture.log.events(of: run, from: 1, limit: .max).count + 1
                let envelope = EventEnvelope(
                    run: run, seq: seq, time: EventSamples.time(seq), step: step, event: event
                )
                try await fixture.log.append([envelope], durability: .process, under: lease)
                expected.eventCount = seq
            }
            try await append(.runCreated(EventSamples.creation))
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            try await append(.planCompiled(EventSamples.plan))
            // What stands inside of a group is not counted.
            expected.stepCount = 2
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            try await append(.runStarted)
            expected.status = .running
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            try await append(.stepSucceeded(StepSucceeded(output: 1, outputHash: "h")), step: "a")
            expected.succeededCount = 1
            try await append(.stepFailed(EventSamples.failure, willRetry: true), step: "finally/d")
            try await append(.stepSucceeded(StepSucceeded(output: 1, outputHash: "h")), step: "b/c")
            try await append(.runPaused)
            expected.status = .paused
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            try await append(.runResumed)
            expected.status = .running
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            try await append(.runPaused)
            try await append(.runCancelRequested)
            expected.status = .running
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            // A run that was taken over waits for its turn, and who cancels it does not change that.
            try await append(.runQueued(QueuedRun(group: "g", behind: [])))
            try await append(.runCancelRequested)
            expected.status = .waiting
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            try await append(.stepFailed(EventSamples.failure, willRetry: false), step: "b/c")
            try await append(.stepFailed(EventSamples.failure, willRetry: false), step: "finally/d")
            expected.failedCount = 1
            try await append(.runFailed(RunFailure(message: "no", steps: ["b/c"])))
            expected.status = .failed
            expected.endedAt = EventSamples.time(expected.eventCount)
            #expect(try await fixture.log.runs(limit: 5) == [expected])
            #expect(try await fixture.log.run(matching: "1") == expected)
        },
        Check(name: "an end stays; without one, a run that nobody owns was interrupted") { fixture async throws in
            let ends: [(RunEvent, RunStatus)] = [
                (.runSucceeded(outputs: [:]), .succeeded), (.runFailed(RunFailure(message: "", steps: [])), .failed),
                (.runCancelled, .cancelled), (.runStarted, .interrupted), (.runPaused, .interrupted),
            ]
            for (index, (end, status)) in ends.enumerated() {
                let run = EventSamples.run(index + 1)
                let last = EventEnvelope(run: run, seq: 2, time: EventSamples.time(9), event: end)
                try await fixture.log.append([EventSamples.created(run), last], durability: .process)
                let summary = try #require(try await fixture.log.runs(limit: 1).first)
                #expect(summary.status == status)
                #expect(summary.endedAt == (status.isFinal ? EventSamples.time(9) : nil))
            }
        },
        Check(name: "runs that have not ended are found among all others, whoever owns them") { fixture async throws in
            let ends: [RunEvent?] = [nil, .runSucceeded(outputs: [:]), .runStarted, .runCancelled, .runPaused, nil]
            for (index, end) in ends.enumerated() {
                let run = EventSamples.run(index + 1)
                var events = [EventSamples.created(run)]
                if let end {
                    events.append(EventEnvelope(run: run, seq: 2, time: EventSamples.time(9), event: end))
                }
                try await fixture.log.append(events, durability: .process)
            }
            let lease = try await fixture.log.lease(EventSamples.run(3))
            defer { lease.close() }
            let open = try await fixture.log.openRuns(after: 0)
            #expect(open.map(\.number) == [6, 5, 3, 1])
            #expect(open.map(\.status) == [.interrupted, .interrupted, .running, .interrupted])
            #expect(try await fixture.log.openRuns(after: 3).map(\.number) == [6, 5])
            #expect(try await fixture.log.openRuns(after: 6) == [])
        },
        Check(name: "runs are listed the newest first, and keep their numbers") { fixture async throws in
            // Not in the order of their ids, which runs of one second do not keep.
            for id in [5, 3, 9, 1] {
                try await fixture.log.append([EventSamples.created(EventSamples.run(id))], durability: .process)
            }
            let again = EventSamples.chain(of: EventSamples.run(3), count: 2)[1]
            try await fixture.log.append([again], durability: .process)
            let runs = try await fixture.log.runs(limit: 3)
            #expect(runs.map(\.number) == [4, 3, 2])
            #expect(runs.map(\.run) == [1, 9, 3].map(EventSamples.run))
            #expect(try await fixture.log.runs(limit: 0) == [])
        },
    ]

    private static let referenceChecks = [
        Check(name: "a run is found by number, id, beginning and as the last") { fixture async throws in
            let ids = ["0a1b2c3d4e5f6g7h", "0a1b2c3d4e5f6g7j", "0a1bzzzz00000000", "12345678abcdefgh"]
            for id in ids { try await fixture.log.append([EventSamples.created(RunID(id))], durability: .process) }
            func find(_ reference: String) async throws -> String? {
                let summary = try await fixture.log.run(matching: reference)
                return summary?.run.rawValue
            }
            #expect(try await find("1") == ids[0])
            #expect(try await find("#3") == ids[2])
            #expect(try await find("last") == ids[3])
            #expect(try await find(ids[1]) == ids[1])
            #expect(try await find("0a1bz") == ids[2])
            // Not a number of the store, so the beginning of an id.
            #expect(try await find("1234") == ids[3])
            for nothing in ["0", "01", "5", "#9", "#", "0a1", "123", "zzzz", "0a1%", "0a1_", "LAST", ids[0] + "0", ""] {
                #expect(try await find(nothing) == nil, "\(nothing)")
            }
            for several in ["0a1b", "0a1b2c3d4e5f6g7"] {
                await #expect(throws: EventLogError.ambiguous(reference: several)) { try await find(several) }
            }
        }
    ]
}

// MARK: Owners and files

extension EventLogConformance {
    private static let ownerChecks = [
        Check(name: "a run has one owner at a time") { fixture async throws in
            let run = EventSamples.run(1)
            try await fixture.log.append(EventSamples.chain(of: run, count: 3), durability: .process)
            let lease = try await fixture.log.lease(run)
            await #expect(throws: EventLogError.owned(run)) { try await fixture.log.lease(run) }
            let other = try await fixture.log.lease(EventSamples.run(2))
            other.close()
            let free = try await fixture.log.run(matching: "1")
            #expect(free?.status == .running)
            lease.close()
            let interrupted = try await fixture.log.run(matching: "1")
            #expect(interrupted?.status == .interrupted)
            let next = try await fixture.log.lease(run)
            // Closing the first again must not take the run from its next owner.
            lease.close()
            await #expect(throws: EventLogError.owned(run)) { try await fixture.log.lease(run) }
            next.close()
        },
        Check(name: "an owner that lost its lock records nothing after the next owner came") { fixture async throws in
            let run = EventSamples.run(1)
            let events = EventSamples.chain(of: run, count: 5)
            let first = try await fixture.log.lease(run)
            #expect(first.run == run)
            #expect(first.epoch == 1)
            try await fixture.log.append(Array(events[..<2]), durability: .process, under: first)
            try fixture.loseLock(of: run)
            // Nobody else came: it is still the owner.
            try await fixture.log.append([events[2]], durability: .disk, under: first)
            let second = try await fixture.log.lease(run)
            #expect(second.epoch == 2)
            for durability in [Durability.process, .disk] {
                await #expect(throws: EventLogError.fenced(run)) {
                    try await fixture.log.append([events[3]], durability: durability, under: first)
                }
            }
            try await fixture.log.append([events[3]], durability: .process, under: second)
            // What would follow is refused all the same.
            await #expect(throws: EventLogError.fenced(run)) {
                try await fixture.log.append([events[4]], durability: .process, under: first)
            }
            // Giving up what it lost takes nothing from who has it.
            first.close()
            await #expect(throws: EventLogError.owned(run)) { try await fixture.log.lease(run) }
            try await fixture.log.append([events[4]], durability: .disk, under: second)
            #expect(try await fixture.log.events(of: run, from: 1, limit: 9) == events)
            second.close()
            let third = try await fixture.log.lease(run)
            #expect(third.epoch == 3)
            third.close()
        },
        Check(name: "a lease is only of its own run") { fixture async throws in
            let other = try await fixture.log.lease(EventSamples.run(2))
            let lease = try await fixture.log.lease(EventSamples.run(1))
            #expect(lease.epoch == 1)
            #expect(other.epoch == 1)
            other.close()
            try await fixture.log.append(
                [EventSamples.created(EventSamples.run(1))], durability: .process, under: lease)
            lease.close()
        },
        Check(name: "of owners that lost their locks one at a time, only the last records") { fixture async throws in
            let run = EventSamples.run(1)
            let log = fixture.log
            try await log.append(EventSamples.chain(of: run, count: 2), durability: .process)
            var leases: [any RunLease] = []
            for _ in 1...20 {
                leases.append(try await log.lease(run))
                try fixture.loseLock(of: run)
            }
            let next = EventSamples.chain(of: run, count: 3)[2]
            let done = await withTaskGroup(of: Int?.self) { group in
                for lease in leases {
                    group.addTask {
                        do throws(EventLogError) {
                            try await log.append([next], durability: .process, under: lease)
                            return lease.epoch
                        } catch {
                            return error == .fenced(run) ? nil : -1
                        }
                    }
                }
                return await group.reduce(into: [Int]()) { if let epoch = $1 { $0.append(epoch) } }
            }
            #expect(done == [21])
            #expect(try await log.events(of: run, from: 3, limit: 9) == [next])
        },
        Check(name: "of a hundred that want a run, one gets it") { fixture async throws in
            let log = fixture.log
            let run = EventSamples.run(1)
            let leases = await withTaskGroup(of: (any RunLease)?.self) { group in
                for _ in 0..<100 { group.addTask { try? await log.lease(run) } }
                return await group.reduce(into: [any RunLease]()) { if let lease = $1 { $0.append(lease) } }
            }
            #expect(leases.count == 1)
            for lease in leases { lease.close() }
        },
        Check(name: "the folder for logs is there when it is asked for") { fixture async throws in
            let folder = try fixture.log.logFolder(of: EventSamples.run(1))
            #expect(folder.hasPrefix("/"))
            #expect(try fixture.log.logFolder(of: EventSamples.run(1)) == folder)
            #expect(try fixture.log.logFolder(of: EventSamples.run(2)) != folder)
            var isFolder: ObjCBool = false
            #expect(FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) && isFolder.boolValue)
        },
    ]

    private static let durableChecks = [
        Check(name: "a log that is opened again has everything") { fixture async throws in
            guard fixture.isDurable else { return }
            let events = EventSamples.everyEvent(of: EventSamples.run(7))
            try await fixture.log.append(Array(events[..<5]), durability: .process)
            try await fixture.log.append([EventSamples.created(EventSamples.run(3))], durability: .disk)
            let again = try fixture.open()
            try await again.append(Array(events[5...]), durability: .process)
            // And the first one sees what the second wrote.
            for log in [again, fixture.log] {
                #expect(try await log.events(of: EventSamples.run(7), from: 1, limit: .max) == events)
                #expect(try await log.runs(limit: 9).map(\.number) == [2, 1])
                #expect(try await log.run(matching: "1")?.run == EventSamples.run(7))
            }
            try await fixture.log.append([EventSamples.created(EventSamples.run(5))], durability: .process)
            #expect(try await again.run(matching: "last")?.number == 3)
        },
        Check(name: "a lease is seen through every open of the log") { fixture async throws in
            guard fixture.isDurable else { return }
            let run = EventSamples.run(1)
            try await fixture.log.append(EventSamples.chain(of: run, count: 3), durability: .process)
            let lease = try await fixture.log.lease(run)
            let again = try fixture.open()
            await #expect(throws: EventLogError.owned(run)) { try await again.lease(run) }
            #expect(try await again.run(matching: "last")?.status == .running)
            lease.close()
            try await again.lease(run).close()
        },
        Check(name: "files are the user's alone") { fixture async throws in
            guard fixture.isDurable else { return }
            try await fixture.log.append([EventSamples.created(EventSamples.run(1))], durability: .disk)
            let lease = try await fixture.log.lease(EventSamples.run(1))
            defer { lease.close() }
            _ = try fixture.log.logFolder(of: EventSamples.run(1))
            let paths = [""] + (try FileManager.default.subpathsOfDirectory(atPath: fixture.folder))
            #expect(paths.count > 4)
            for path in paths {
                let facts = try FileManager.default.attributesOfItem(atPath: fixture.folder + "/" + path)
                let isFolder = facts[.type] as? FileAttributeType == .typeDirectory
                #expect((facts[.posixPermissions] as? NSNumber)?.intValue == (isFolder ? 0o700 : 0o600), "\(path)")
            }
        },
    ]
}

extension EventLog {
    /// Appends `events` as the owner of their run, which it is for just as long.
    package func append(_ events: [EventEnvelope], durability: Durability) async throws(EventLogError) {
        guard let run = events.first?.run else { return }
        let lease = try await lease(run)
        defer { lease.close() }
        try await append(events, durability: durability, under: lease)
    }
}

// MARK: Samples

/// Events to fill logs with.
package enum EventSamples {
    /// A run for each number, whose ids are in the order of the numbers.
    package static func run(_ number: Int) -> RunID {
        let digits = String(number)
        return RunID("00mzxk3a" + String(repeating: "0", count: 8 - digits.count) + digits)
    }

    package static func time(_ seq: Int) -> Timestamp {
        Timestamp(microseconds: 1_795_000_000_123_456 + Int64(seq) * 1001)
    }

    package static let creation = RunCreated(
        pipelineID: "release", pipelineName: "Release", definition: "steps:\n  - run: make\n",
        definitionHash: "d1", file: "release.yaml", inputs: ["tag": "v1", "count": 3, "ratio": 2.0], seed: .max,
        slots: 5, workspace: "/home/ada/project"
    )

    package static let plan = CompiledPlan(
        strategy: .dag,
        steps: [
            CompiledPlan.PlannedStep(path: "a", uses: "bash", needs: [], level: 0, effect: .unsafe, mode: .serial),
            CompiledPlan.PlannedStep(
                path: "b/c", uses: "file.read",
                needs: [CompiledPlan.PlannedNeed(path: "a", origin: .inferred)], level: 1, effect: .pure,
                mode: .concurrent
            ),
            CompiledPlan.PlannedStep(
                path: "finally/d", uses: "http.get", needs: [], level: 2, effect: .idempotent, mode: .concurrent
            ),
        ]
    )

    package static let failure = StepFailure(
        .rateLimit, "the server asked for fewer calls", details: ["status": 429], retryAfter: .milliseconds(1500)
    )

    /// The first event of `run`.
    package static func created(_ run: RunID) -> EventEnvelope {
        EventEnvelope(run: run, seq: 1, time: time(1), event: .runCreated(creation))
    }

    /// The first `count` events of `run`, at least two: it is created and started, then steps get ready.
    package static func chain(of run: RunID, count: Int) -> [EventEnvelope] {
        [created(run), EventEnvelope(run: run, seq: 2, time: time(2), event: .runStarted)]
            + (2..<max(2, count)).map { index in
                EventEnvelope(
                    run: run, seq: index + 1, time: time(index + 1), step: StepPath("s\(index)"), attempt: 1,
                    cause: index, event: .stepReady
                )
            }
    }

    /// One event of every kind, in an order no run would have.
    package static func everyEvent(of run: RunID) -> [EventEnvelope] {
        var events: [EventEnvelope] = []
        var kind = next(after: nil)
        while let event = kind {
            let seq = events.count + 1
            let isAboutStep = !["run", "plan", "compensation", "lease"].contains(event.type.prefix { $0 != "." })
            events.append(
                EventEnvelope(
                    run: run, seq: seq, time: time(seq), step: isAboutStep ? "b/c" : nil,
                    attempt: isAboutStep ? 2 : nil, cause: seq > 1 ? seq - 1 : nil,
                    actor: seq.isMultiple(of: 3) ? Actor("user:ada@dashboard") : nil, event: event
                )
            )
            kind = next(after: event)
        }
        return events
    }

    private static let model = ModelID(provider: "openai", name: "gpt-6-luna")

    private static let completed = ModelCompleted(
        model: model, turn: 1,
        message: ModelMessage(
            .assistant,
            [
                .carried(CarriedState(model: model, content: ["id": "r"])), .text("I look."),
                .toolCall(ToolCall(id: "c1", name: "file_read", arguments: .object(["path": "x"]), signature: "s")),
                .toolCall(ToolCall(id: "c2", name: "file_read", arguments: .malformed("{"))),
            ]),
        structured: ["a": 1], finish: .refused("cyber"), usage: TokenUsage(uncachedInput: 7, output: 0),
        cost: MicroDollars(12), latency: .milliseconds(1500), firstTokenAfter: .milliseconds(20), attempts: 2,
        requestID: "req", isSimulated: true)

    // A chain of cases, so that the compiler asks for a sample of every new one.
    private static func next(after event: RunEvent?) -> RunEvent? {
        switch event {
        case nil: .runCreated(creation)
        case .runCreated: .planCompiled(plan)
        case .planCompiled: .runStarted
        case .runStarted: .runPaused
        case .runPaused: .runResumed
        case .runResumed: .runCancelRequested
        case .runCancelRequested: .stepReady
        case .stepReady:
            .stepStarted(
                StepStarted(key: "k", input: ["z": 1, "a": [true, nil, "\u{1}"]], inputHash: "i", effect: .idempotent)
            )
        case .stepStarted: .stepProgress(StepProgress(processGroup: 4711, processStartTime: 8_123_456))
        case .stepProgress:
            .stepSucceeded(
                StepSucceeded(
                    output: ["rows": [1, 2.5, -7]], outputHash: "o", bytesBeforeCut: 1 << 20, summary: "3 rows",
                    cacheKey: "c")
            )
        case .stepSucceeded(let success) where success.source != nil: .breakpointSet(.step("b"))
        case .stepSucceeded: .stepFailed(failure, willRetry: true)
        case .stepFailed(_, willRetry: true):
            .stepFailed(StepFailure(.exitCode, "it ended with status 2"), willRetry: false)
        case .stepFailed: .stepRetryScheduled(delay: .milliseconds(250), until: time(99))
        case .stepRetryScheduled: .stepTimedOut(after: .seconds(30))
        case .stepTimedOut: .stepSkipped(.condition)
        case .stepSkipped(.condition): .stepSkipped(.needsSkipped)
        case .stepSkipped(.needsSkipped): .stepSkipped(.needFailed("a"))
        case .stepSkipped(.needFailed): .stepSkipped(.runFailed("b/c"))
        case .stepSkipped(.runFailed): .stepSkipped(.notReached)
        case .stepSkipped(.notReached): .stepSkipped(.groupEnded("b"))
        case .stepSkipped(.groupEnded): .stepSkipped(.requested)
        case .stepSkipped: .stepCancelRequested
        case .stepCancelRequested: .stepCancelled
        case .stepCancelled: .stepSkipRequested
        case .stepSkipRequested: .mapExpanded(MapExpansion(items: [1, ["b": "two"]], keys: ["0", "b/ü"]))
        case .mapExpanded: .loopIterated(2)
        case .loopIterated: .branchDecided(to: "b/d")
        case .branchDecided: .timerSet(until: time(99))
        case .timerSet: .timerFired
        case .timerFired: .approvalRequested(ApprovalRequest(message: "Restart?", until: nil))
        case .approvalRequested(let request) where request.until == nil:
            .approvalRequested(ApprovalRequest(message: "Restart?", until: time(98)))
        case .approvalRequested: .approvalAnswered(isApproved: true)
        case .approvalAnswered: .approvalExpired(isApproved: false)
        case .approvalExpired: .compensationPlanned(["b/c/:compensate"])
        case .compensationPlanned: .stepOutcomeUnknown
        case .stepOutcomeUnknown: .stepResolved(.done)
        case .stepResolved: .leaseTaken(epoch: 2)
        case .leaseTaken: .stepDelegated(to: RunID("0123456789abcdef"))
        case .stepDelegated: .qualityScored(QualityScore(score: 0.5, minScore: 0.75, onLow: .warn))
        case .qualityScored:
            .modelSelected(
                ModelSelected(
                    candidates: [model],
                    measures: [
                        CandidateMeasure(
                            score: 0.5, quality: 0.75, samples: 3, expectedCost: nil, expectedLatency: .seconds(2))
                    ], explanation: "the step names it", seed: .max, removals: ["x: no key"], task: "write",
                    strategy: .cost, source: "explicit"))
        case .modelSelected: .modelRequested(ModelRequested(model: model, tier: .cheap, turn: 1, isSimulated: true))
        case .modelRequested: .modelCompleted(completed)
        case .modelCompleted:
            .modelToolCalled(
                ModelToolCalled(id: "c1", turn: 1, tool: "file.read", arguments: ["path": "x"], effect: .pure, key: "k")
            )
        case .modelToolCalled:
            .modelToolReturned(
                ModelToolReturned(id: "c1", turn: 1, tool: "file.read", content: "text", isError: false))
        case .modelToolReturned: .routing(RoutingSamples.first)
        case .routing(let event):
            RoutingSamples.next(after: event).map(RunEvent.routing)
                ?? .runQueued(QueuedRun(group: "g", behind: [RunID("0123456789abcdef")]))
        case .runQueued: .runDeadlocked([DeadlockedStep(path: "b", waitsFor: ["a"])])
        case .runDeadlocked:
            .runForked(ForkOrigin(run: RunID("0123456789abcdef"), seq: 17, redo: ["b"], keepsFailures: true))
        case .runForked:
            .stepSucceeded(
                StepSucceeded(
                    output: nil, outputHash: "o",
                    source: ResultSource(run: RunID("0123456789abcdef"), seq: 9, inputHash: "i"))
            )
        case .breakpointSet(.step): .breakpointSet(.condition("run.failed > 0"))
        case .breakpointSet: .breakpointHit(.condition("run.failed > 0"))
        case .breakpointHit: .breakpointCleared(.step("b"))
        case .breakpointCleared: .unknown(type: "space.folded", data: ["by": "a newer version"])
        case .unknown: .runSucceeded(outputs: ["tag": "v1", "ratio": 1.0])
        case .runSucceeded: .runFailed(RunFailure(message: "two steps failed", steps: ["a", "b/c"]))
        case .runFailed: .runCancelled
        case .runCancelled: nil
        }
    }
}
