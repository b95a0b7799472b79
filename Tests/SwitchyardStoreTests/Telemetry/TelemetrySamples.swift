import SwitchyardCore

/// Records as tests need them.
enum TelemetrySamples {
    static let start = Timestamp(microseconds: 1_767_225_600_000_000)
    static let luna = ModelID(provider: "openai", name: "gpt-6-luna")
    static let haiku = ModelID(provider: "anthropic", name: "claude-haiku-5-5")

    static func run(_ number: Int) -> RunID { RunID("run\(String(1000 + number))") }

    /// The call that ended `second` seconds after ``start``.
    static func call(
        _ seq: Int = 7, of run: Int = 1, at second: Int = 0, model: ModelID = luna, isSimulated: Bool = false
    ) -> CallRecord {
        CallRecord(
            key: .init(Self.run(run), seq), pipeline: "report", step: "sum", time: start.advanced(by: .seconds(second)),
            model: model, tier: .cheap, usage: TokenUsage(uncachedInput: 900, cacheRead: 100, output: 50),
            cost: MicroDollars(120), latency: .milliseconds(850), isSimulated: isSimulated)
    }

    /// One with every field filled.
    static var full: CallRecord {
        var call = call()
        call.step = "sites[eu]@2/sum"
        call.task = "summarize"
        call.strategy = .accuracy
        call.source = "task"
        call.outcome = .failed(.invalidOutput)
        call.turn = 3
        call.attempt = 2
        call.usage = TokenUsage(
            uncachedInput: 1, cacheRead: 2, cacheWrite: 3, cacheWriteLong: 4, output: 5, reasoning: 6)
        call.isEstimate = true
        call.premiumCost = MicroDollars(4000)
        call.firstTokenAfter = .milliseconds(210)
        call.isRepaired = true
        call.verdict = .rejected
        call.quality = 0.25
        call.rating = false
        return call
    }

    /// One of which as little is known as can be.
    static var bare: CallRecord {
        CallRecord(
            key: .init(run(2), 1), pipeline: "", step: "a", time: start.advanced(by: .seconds(1)),
            model: ModelID(provider: "mine", name: "a/b \"c\"\né"))
    }

    static func record(of run: Int = 1, at second: Int = 0) -> RunRecord {
        var record = RunRecord(run: Self.run(run), pipeline: "report", time: start.advanced(by: .seconds(second)))
        record.status = .succeeded
        record.duration = .milliseconds(1234)
        record.cost = MicroDollars(500)
        record.unpricedCalls = 1
        record.premiumCost = MicroDollars(9000)
        record.inputTokens = 1000
        record.outputTokens = 200
        record.calls = 4
        record.failedCalls = 1
        record.fallbacks = 1
        record.takenResults = 2
        record.isSimulated = true
        return record
    }
}
