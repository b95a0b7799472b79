import SwitchyardCore
import Testing

@testable import SwitchyardCommands

@Suite struct TelemetryOutputTests {
    @Test func `amounts are read exactly`() {
        #expect(BudgetCommand.microdollars("0.50") == 500_000)
        #expect(BudgetCommand.microdollars("2") == 2_000_000)
        #expect(BudgetCommand.microdollars(".5") == 500_000)
        #expect(BudgetCommand.microdollars("0.000001") == 1)
        for text in ["", ".", "1.", "-1", "1.0000001", "1e3", "1,5", "$1", "1.2.3", "9999999999", "١"] {
            #expect(BudgetCommand.microdollars(text) == nil, "\(text)")
        }
    }

    @Test func `a breaker is that of a provider or of a tier of it`() {
        #expect(BreakerCommand.breaker("openai") == BreakerID("openai"))
        #expect(BreakerCommand.breaker("openai:premium") == BreakerID("openai", .premium))
        for text in ["", ":", ":premium", "openai:", "openai:best", "a:b:c"] {
            #expect(BreakerCommand.breaker(text) == nil, "\(text)")
        }
    }

    @Test func `figures are as people read them`() {
        #expect(
            [0, 999, 1000, 12_449, 999_949, 999_950, 3_140_000].map(TelemetryOutput.count) == [
                "0", "999", "1k", "12.4k", "999.9k", "1M", "3.1M",
            ])
        #expect(TelemetryOutput.money(.zero, unpriced: 0) == "$0")
        #expect(TelemetryOutput.money(.zero, unpriced: 2) == "2?")
        #expect(TelemetryOutput.money(MicroDollars(24_000), unpriced: 1) == "$0.0240 + 1?")
        #expect(TelemetryOutput.dollars(MicroDollars(-1_500_001)) == "-1.500001")
        #expect(TelemetryOutput.dollars(MicroDollars(7)) == "0.000007")
        #expect(
            TelemetryOutput.csv([["a", "b c"], ["1,5", "say \"hi\""]]) == "a,b c\r\n\"1,5\",\"say \"\"hi\"\"\"\r\n")
    }

    @Test func `simulated calls are left out unless there are no others`() {
        func call(_ seq: Int, _ isSimulated: Bool) -> CallRecord {
            CallRecord(
                key: .init(RunID("r"), seq), pipeline: "p", step: "a", time: Timestamp(microseconds: 0),
                model: ModelID(provider: "openai", name: "gpt-6-luna"), cost: MicroDollars(1_000_000),
                isSimulated: isSimulated)
        }
        func text(_ calls: [CallRecord], simulated: Bool = false) -> String {
            let view = TelemetryView(.init(calls: calls, runs: []), onlySimulated: simulated, since: nil)
            return view.text(view.costs(by: .model), withSummary: true)
        }
        #expect(text([call(1, false), call(2, true)]).hasPrefix("1 call of models in 1 run\nspent $1.00\n"))
        #expect(text([call(1, false), call(2, true)]).contains("1 simulated call left out"))
        #expect(text([call(1, false), call(2, true)], simulated: true).contains("simulated calls worth $1.00"))
        #expect(text([call(2, true)]).contains("simulated calls worth $1.00"))
        #expect(text([]).hasPrefix("no call of a model was recorded\n  hint: "))
    }
}
