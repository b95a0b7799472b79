import SwitchyardCore
import Testing

@Suite struct LessonTests {
    private let model = FoldScript.luna

    private func call(_ change: (inout CallRecord) -> Void = { _ in }) -> CallRecord {
        var call = CallRecord(
            key: .init(FoldScript.run, 5), pipeline: "report", step: "sum", time: FoldScript.start, model: model,
            tier: .cheap, usage: TokenUsage(uncachedInput: 100, output: 40), latency: .seconds(2))
        call.task = "summarize"
        change(&call)
        return call
    }

    private func signals(_ call: CallRecord, since before: CallRecord? = nil) -> [QualitySignal] {
        call.lessons(since: before).compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
    }

    @Test func anAnswerIsJudgedByWhatBecameOfIt() {
        #expect(call().lessons() == [.answered(latency: .seconds(2), usage: call().usage)])
        #expect(signals(call { $0.verdict = .used }) == [.accepted])
        #expect(signals(call { $0.verdict = .rejected }) == [.rejected])
        let repaired = call {
            $0.verdict = .used
            $0.isRepaired = true
        }
        #expect(signals(repaired) == [.repaired])
        let scored = call {
            $0.verdict = .used
            $0.quality = 0.7
            $0.rating = false
        }
        #expect(signals(scored) == [.score(0.7), .thumb(isUp: false)])
        #expect(call { $0.outcome = .failed(.timeout) }.lessons() == [.signal(.failed(.timeout))])
    }

    @Test func whatWasLearnedOfARecordIsNotLearnedAgain() {
        let scored = call { $0.quality = 0.7 }
        #expect(scored.lessons(since: call()) == [.signal(.score(0.7))])
        var used = scored
        used.verdict = .used
        #expect(used.lessons(since: scored) == [])
        var rated = used
        rated.rating = true
        #expect(rated.lessons(since: used) == [.signal(.thumb(isUp: true))])
        #expect(rated.lessons(since: rated) == [])
    }

    @Test func aLedgerMadeOfRecordsIsTheOneThatWasTaughtLive() {
        var live = QualityLedger()
        var records: [CallRecord] = []
        for number in 0..<50 {
            var record = call { $0.key.seq = number + 1 }
            record.time = FoldScript.start.advanced(by: .seconds(60 * number))
            for lesson in record.lessons() {
                live.learn(lesson, task: record.task, model: model, at: record.time)
            }
            var ended = record
            ended.verdict = number % 7 == 0 ? .rejected : .used
            for lesson in ended.lessons(since: record) {
                live.learn(lesson, task: record.task, model: model, at: record.time)
            }
            records.append(ended)
        }
        #expect(QualityLedger(records) == live)
        let learned = live.learned(.shipped, at: FoldScript.start.advanced(by: .seconds(3600)))
        #expect(learned.map(\.model) == [model])
        #expect(learned.first?.belief.samples == 50)
        #expect(learned.first?.latency == .seconds(2))
        #expect(learned.first?.outputTokens == 40)
    }
}
