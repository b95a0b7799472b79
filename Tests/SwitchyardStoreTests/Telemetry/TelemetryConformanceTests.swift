import Foundation
import SwitchyardCore
import SwitchyardStore
import Testing

/// What every ``TelemetryLog`` must do.
@Suite struct TelemetryConformanceTests {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sqlite = "SQLite"
        case jsonLines = "JSON Lines"

        var testDescription: String { rawValue }

        func open(_ folder: TemporaryFolder, readOnly: Bool = false) throws -> any TelemetryLog {
            let path = folder.path + "/store"
            switch self {
            case .sqlite: return try EventStore.open(folder: path, readOnly: readOnly)
            case .jsonLines: return try JSONLinesEventLog.open(folder: path, readOnly: readOnly)
            }
        }
    }

    private typealias Samples = TelemetrySamples

    @Test(arguments: Kind.allCases)
    func whatIsEnteredIsReadBack(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder)
        #expect(try await log.calls(CallQuery()) == [])
        #expect(try await log.runRecords(since: nil) == [])
        #expect(try await log.spending(since: nil, isSimulated: false) == [:])
        var open = RunRecord(run: Samples.run(2), pipeline: "p", time: Samples.start.advanced(by: .seconds(9)))
        open.status = .running
        let batch = TelemetryBatch(calls: [Samples.bare, Samples.full], runs: [open, Samples.record()])
        try await log.enter(batch)
        try await log.enter(TelemetryBatch())
        for again in [log, try kind.open(folder), try kind.open(folder, readOnly: true)] {
            #expect(try await again.calls(CallQuery()) == [Samples.full, Samples.bare])
            #expect(try await again.runRecords(since: nil) == [Samples.record(), open])
        }
    }

    @Test(arguments: Kind.allCases)
    func enteringTheSameAgainChangesNothing(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder)
        defer { withExtendedLifetime(folder) {} }
        let batch = TelemetryBatch(calls: [Samples.call(), Samples.full], runs: [Samples.record()])
        for _ in 1...3 { try await log.enter(batch) }
        // Two of one key: the last holds.
        #expect(try await log.calls(CallQuery()) == [Samples.full])
        #expect(try await log.runRecords(since: nil) == [Samples.record()])
    }

    @Test(arguments: Kind.allCases)
    func aRatingStaysWhenTheRunIsFedAgain(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder)
        defer { withExtendedLifetime(folder) {} }
        var rated = Samples.call()
        rated.rating = true
        try await log.enter(TelemetryBatch(calls: [rated]))
        try await log.enter(TelemetryBatch(calls: [Samples.call()]))
        #expect(try await log.calls(CallQuery()).map(\.rating) == [true])
        rated.rating = false
        try await log.enter(TelemetryBatch(calls: [rated]))
        #expect(try await log.calls(CallQuery()).map(\.rating) == [false])
    }

    @Test(arguments: Kind.allCases)
    func aQuestionGetsTheNewestThatFit(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder)
        defer { withExtendedLifetime(folder) {} }
        let calls = (1...20).map { Samples.call($0, at: $0, isSimulated: $0 % 2 == 0) }
        try await log.enter(
            TelemetryBatch(
                calls: calls.indices.map { calls[$0 * 7 % 20] }, runs: (1...5).map { Samples.record(of: $0, at: $0) }))
        func seqs(_ query: CallQuery) async throws -> [Int] { try await log.calls(query).map(\.key.seq) }
        #expect(try await seqs(CallQuery()) == Array(1...20))
        #expect(try await seqs(CallQuery(limit: 3)) == [18, 19, 20])
        #expect(try await seqs(CallQuery(limit: 3, isSimulated: false)) == [15, 17, 19])
        #expect(try await seqs(CallQuery(since: Samples.start.advanced(by: .seconds(17)))) == [17, 18, 19, 20])
        #expect(try await seqs(CallQuery(since: Samples.start.advanced(by: .seconds(19)), limit: 9)) == [19, 20])
        #expect(try await seqs(CallQuery(limit: 0)) == [])
        #expect(try await log.runRecords(since: Samples.start.advanced(by: .seconds(4))).map(\.time).count == 2)
    }

    @Test(arguments: Kind.allCases)
    func whatIsUnknownIsNotSpent(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder)
        defer { withExtendedLifetime(folder) {} }
        var unknown = Samples.call(3, at: 3)
        unknown.cost = nil
        unknown.usage = TokenUsage()
        let others = [
            Samples.call(1, at: 1), Samples.call(2, at: 2), Samples.call(4, at: 4, model: Samples.haiku),
            Samples.call(5, at: 5, isSimulated: true),
        ]
        try await log.enter(TelemetryBatch(calls: others + [unknown]))
        #expect(
            try await log.spending(since: nil, isSimulated: false) == [
                "openai": Spending(cost: MicroDollars(240), tokens: 2100),
                "anthropic": Spending(cost: MicroDollars(120), tokens: 1050),
            ])
        let since = Samples.start.advanced(by: .seconds(2))
        #expect(try await log.spending(since: since, isSimulated: false)["openai"]?.cost == MicroDollars(120))
        #expect(try await log.spending(since: since, isSimulated: true).keys.sorted() == ["openai"])
    }

    @Test(arguments: Kind.allCases)
    func aReadOnlyStoreIsReadAndNotWritten(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder, readOnly: true)
        #expect(try await log.calls(CallQuery()) == [])
        #expect(try await log.runRecords(since: nil) == [])
        await #expect(throws: EventLogError.readOnly(path: folder.path + "/store")) {
            try await log.enter(TelemetryBatch(calls: [Samples.call()]))
        }
        #expect(folder.files() == [])
    }

    @Test(arguments: Kind.allCases)
    func filesAreForTheUserAlone(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let log = try kind.open(folder)
        try await log.enter(TelemetryBatch(calls: [Samples.call()]))
        for file in folder.files(in: "store") {
            let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/store/" + file)
            guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
            #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
        }
    }
}
