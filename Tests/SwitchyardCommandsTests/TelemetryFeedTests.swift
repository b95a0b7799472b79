import SwitchyardCore
import Synchronization
import Testing

@testable import SwitchyardCommands

/// Telemetry on its way from runs into the log.
@Suite struct TelemetryFeedTests {
    /// A log in memory that can refuse.
    private final class Log: TelemetryLog {
        struct State {
            var calls: [CallRecord.Key: CallRecord] = [:]
            var runs: [RunID: RunRecord] = [:]
            var refusals = 0
        }

        private let kept = Mutex(State())
        var state: State { kept.withLock { $0 } }
        let refuses: Bool

        init(refuses: Bool = false) {
            self.refuses = refuses
        }

        func enter(_ batch: TelemetryBatch) async throws(EventLogError) {
            kept.withLock { state in
                if refuses { return state.refusals += 1 }
                for call in batch.calls { state.calls[call.key] = call }
                for run in batch.runs { state.runs[run.run] = run }
            }
            if refuses { throw .diskFull(path: "/store") }
        }

        func calls(_ query: CallQuery) async throws(EventLogError) -> [CallRecord] { [] }
        func runRecords(since: Timestamp?) async throws(EventLogError) -> [RunRecord] { [] }
        func spending(since: Timestamp?, isSimulated: Bool) async throws(EventLogError) -> [String: Spending] { [:] }
    }

    private final class Ears: Sendable {
        private let heard = Mutex<(lessons: [Lesson], sentences: [String])>(([], []))

        var lessons: [Lesson] { heard.withLock { $0.lessons } }
        var sentences: [String] { heard.withLock { $0.sentences } }

        func hear(_ lesson: Lesson) { heard.withLock { $0.lessons.append(lesson) } }
        func hear(_ sentence: String) { heard.withLock { $0.sentences.append(sentence) } }
    }

    private static let start = Timestamp(microseconds: 1_767_225_600_000_000)
    private static let model = ModelID(provider: "openai", name: "gpt-6-luna")
    private let ears = Ears()

    private func feed(_ log: Log) -> TelemetryFeed {
        let ears = ears
        return TelemetryFeed(
            log, premium: nil, start: Self.start, teach: { lesson, _ in ears.hear(lesson) },
            report: { ears.hear($0) })
    }

    /// A whole run with one answer, as it happened `second` seconds after ``start``.
    private func events(of number: Int, at second: Int = 0) -> [EventEnvelope] {
        let created = RunCreated(
            pipelineID: "p", pipelineName: nil, definition: "", definitionHash: "", file: "p.yaml", inputs: [:],
            seed: 1, slots: 5, workspace: "/")
        let completed = ModelCompleted(
            model: Self.model, turn: 1, message: ModelMessage(.assistant, [.text("yes")]), finish: .stop,
            usage: TokenUsage(uncachedInput: 10, output: 2), cost: MicroDollars(5))
        let all: [(RunEvent, StepPath?)] = [
            (.runCreated(created), nil), (.runStarted, nil),
            (.modelRequested(ModelRequested(model: Self.model, turn: 1, isSimulated: false)), "a"),
            (.modelCompleted(completed), "a"), (.stepReady, "b"),
            (.stepSucceeded(StepSucceeded(output: "yes", outputHash: "")), "a"), (.runSucceeded(outputs: [:]), nil),
        ]
        return all.enumerated().map { index, event in
            EventEnvelope(
                run: RunID("run\(number)"), seq: index + 1, time: Self.start.advanced(by: .seconds(second)),
                step: event.1, attempt: event.1 == nil ? nil : 1, event: event.0)
        }
    }

    @Test func whatRunsRecordIsWrittenAndLearned() async {
        let log = Log()
        let feed = feed(log)
        for number in 1...20 { for event in events(of: number) { feed.recorded([event]) } }
        await feed.flush(within: .seconds(30))
        let state = log.state
        #expect(state.calls.count == 20)
        #expect(state.calls.values.allSatisfy { $0.verdict == .used })
        #expect(state.runs.values.map(\.status) == Array(repeating: .succeeded, count: 20))
        #expect(ears.lessons.count == 40)
        #expect(ears.sentences.isEmpty)
    }

    @Test func aLogThatRefusesIsToldOnceAndTroublesNobody() async {
        let log = Log(refuses: true)
        let feed = feed(log)
        for number in 1...3 {
            feed.recorded(events(of: number))
            await feed.flush(within: .seconds(30))
        }
        #expect(log.state.refusals == 3)
        #expect(ears.sentences.count == 1)
        #expect(ears.lessons.count == 6)
    }

    @Test func thePastOfARunIsWrittenAgainAndNotLearnedAgain() async {
        let log = Log()
        let feed = feed(log)
        let past = events(of: 1, at: -60)
        let snapshot = RunSnapshot(run: RunID("run1"), folding: past.prefix(4))
        #expect(feed.wantsPast(of: snapshot))
        feed.recorded(Array(past.prefix(4)))
        feed.recorded(events(of: 1, at: 5).suffix(3))
        await feed.flush(within: .seconds(30))
        let state = log.state
        #expect(state.calls.values.map(\.verdict) == [.used])
        #expect(state.runs.values.map(\.duration) == [.seconds(65)])
        // That the answer was used is news; the answer is not.
        #expect(ears.lessons == [.signal(.accepted)])
    }

    @Test func aRunThatAskedNoModelNeedsNoPast() async {
        let log = Log()
        let feed = feed(log)
        let all = events(of: 1)
        #expect(!feed.wantsPast(of: RunSnapshot(run: RunID("run1"), folding: all.prefix(2))))
        feed.recorded(Array(all.suffix(5)))
        await feed.flush(within: .seconds(30))
        let state = log.state
        #expect(state.calls.values.map(\.pipeline) == ["p"])
        #expect(state.runs.values.map(\.calls) == [1])
    }

    @Test func aRunWhoseFirstCallWasLostNeedsItsPast() {
        var begun = Array(events(of: 1).prefix(2))
        begun.append(
            EventEnvelope(
                run: RunID("run1"), seq: 3, time: begun[1].time, step: "a", attempt: 1,
                event: .routing(.budgetReserved(cost: MicroDollars(7), tokens: 9))))
        let snapshot = RunSnapshot(run: RunID("run1"), folding: begun)
        #expect(snapshot.routing.reservedCost == MicroDollars(7))
        #expect(feed(Log()).wantsPast(of: snapshot))
    }

    @Test func aFlushOfNothingReturns() async {
        await feed(Log()).flush(within: .seconds(3600))
    }
}
