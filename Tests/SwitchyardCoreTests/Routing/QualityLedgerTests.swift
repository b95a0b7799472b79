import SwitchyardCore
import Testing

@Suite struct QualityLedgerTests {
    let haiku = ModelID(provider: "anthropic", name: "claude-haiku-5-5")

    func belief(_ ledger: QualityLedger, _ seconds: Double = 0, task: String? = "summarize") -> QualityBelief {
        ledger.belief(task: task, model: haiku, tier: .cheap, taskTier: .cheap, at: at(seconds))
    }

    func ledger(_ signals: [QualitySignal]) -> QualityLedger {
        var ledger = QualityLedger()
        for signal in signals { ledger.record(signal, task: "summarize", model: haiku, at: at(0)) }
        return ledger
    }

    @Test func `without signals the tier is believed`() {
        let belief = belief(QualityLedger())
        #expect(abs(belief.mean - 0.82) < 1e-9)
        #expect(abs(belief.alpha + belief.beta - 10) < 1e-9)
        #expect(belief.samples == 0)
        #expect(belief.lowerBound < 0.82)
    }

    @Test func `signals move the belief, each as far as it counts`() {
        func mean(_ signal: QualitySignal) -> Double { belief(ledger([signal])).mean }
        #expect(abs(mean(.accepted) - 9.2 / 11) < 0.001)
        #expect(abs(mean(.rejected) - 8.2 / 11) < 0.001)
        #expect(abs(mean(.repaired) - 8.7 / 11) < 0.001)
        #expect(abs(mean(.score(0.25)) - 8.45 / 11) < 0.001)
        #expect(abs(mean(.thumb(isUp: false)) - 8.2 / 13) < 0.001)
        #expect(mean(.score(7)) == mean(.accepted))
        #expect(mean(.failed(.timeout)) == mean(.rejected))
        for kind in [ModelError.Kind.transport, .rateLimited, .quota, .server, .auth, .cancelled] {
            #expect(mean(.failed(kind)) == mean(.score(.nan)))
            #expect(belief(ledger([.failed(kind)])).samples == 0)
        }
    }

    @Test func `each task is learned for itself`() {
        let ledger = ledger(Array(repeating: .rejected, count: 30))
        #expect(belief(ledger).mean < 0.3)
        #expect(abs(belief(ledger, task: "translate").mean - 0.82) < 1e-9)
    }

    @Test func `after seven days half of it is left, and the belief returns to the prior`() {
        let ledger = ledger(Array(repeating: .rejected, count: 40))
        let week = 7.0 * 86_400
        let now = belief(ledger)
        #expect(abs((belief(ledger, week).beta - 1.8) - (now.beta - 1.8) / 2) < 1e-6)
        #expect(abs(belief(ledger, 100 * week).mean - 0.82) < 0.001)
        // A clock that was set back changes nothing.
        #expect(belief(ledger, -week) == now)
    }

    @Test func `old signals fade: a thousand count as fewer than three hundred`() {
        let ledger = ledger(Array(repeating: .accepted, count: 1000))
        let belief = belief(ledger)
        #expect(belief.samples == 1000)
        #expect((280.0...300).contains(belief.alpha + belief.beta))
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `a model that changes is noticed within thirty answers`(
        _ seed: UInt64
    ) {
        var draws = DrawGenerator(seed: seed)
        var ledger = QualityLedger()
        func record(_ quality: Double) {
            let signal: QualitySignal = draws.unit() < quality ? .accepted : .rejected
            ledger.record(signal, task: "summarize", model: haiku, at: at(0))
        }
        for _ in 0..<600 { record(0.95) }
        #expect(belief(ledger).mean > 0.85)
        for _ in 0..<30 { record(0.35) }
        #expect(belief(ledger).mean < 0.75)
    }

    @Test func `times, lengths and cached shares are learned`() throws {
        var ledger = QualityLedger()
        #expect(ledger.latency(task: nil, model: haiku) == nil)
        for seconds in [1, 2, 4] {
            ledger.record(
                latency: .seconds(seconds), usage: TokenUsage(uncachedInput: 25, cacheRead: 75, output: 200), task: nil,
                model: haiku)
        }
        let latency = try #require(ledger.latency(task: nil, model: haiku))
        #expect(abs(latency.inSeconds - 2) < 0.1)
        #expect(ledger.outputTokens(task: nil, model: haiku) == 200)
        #expect(abs((ledger.cachedShare(task: nil, model: haiku) ?? 0) - 0.75) < 1e-9)
    }

    @Test func `a model that gets worse at one task is doubted at another`() {
        var ledger = QualityLedger()
        func record(_ signals: [QualitySignal], task: String) {
            for signal in signals { ledger.record(signal, task: task, model: haiku, at: at(0)) }
        }
        record(Array(repeating: .accepted, count: 60), task: "translate")
        record(Array(repeating: .accepted, count: 60), task: "summarize")
        #expect(belief(ledger, task: "translate").mean > 0.95)
        record(Array(repeating: .rejected, count: 12), task: "summarize")
        let other = belief(ledger, task: "translate")
        // Worse by what was seen when the change was noticed, and lightly: as eight signals and a third of its tier.
        #expect((0.7...0.85).contains(other.mean), "\(other)")
        #expect(abs(other.alpha + other.beta - 11) < 0.001)
        record(Array(repeating: .accepted, count: 12), task: "translate")
        #expect(belief(ledger, task: "translate").mean > 0.88)
        // What was never tried is as its tier.
        #expect(abs(belief(ledger, task: "debug").mean - 0.82) < 1e-9)
    }

    @Test func `a model that changed is as its tier again after a long time`() {
        var ledger = QualityLedger()
        for signal in [QualitySignal](repeating: .accepted, count: 60)
            + [QualitySignal](repeating: .rejected, count: 12)
        {
            ledger.record(signal, task: "summarize", model: haiku, at: at(0))
        }
        let long = 100 * 7.0 * 86_400
        let belief = belief(ledger, long)
        #expect(abs(belief.alpha + belief.beta - 10) < 0.01)
        ledger.record(.accepted, task: "summarize", model: haiku, at: at(long))
        #expect(abs(self.belief(ledger, long).alpha + self.belief(ledger, long).beta - 11) < 0.01)
    }

    @Test(arguments: [(9.0, 1.0), (1.5, 8.5), (200, 100), (1, 1)])
    func `draws have the mean and the spread of the distribution`(_ alpha: Double, _ beta: Double) {
        var draws = DrawGenerator(seed: 11)
        let belief = QualityBelief(alpha: alpha, beta: beta, samples: 1)
        let numbers = (0..<20_000).map { _ in belief.draw(using: &draws) }
        let mean = numbers.reduce(0, +) / 20_000
        let squares: [Double] = numbers.map { ($0 - mean) * ($0 - mean) }
        let variance = squares.reduce(0, +) / 20_000
        #expect(abs(mean - belief.mean) < 0.01)
        #expect(abs(variance.squareRoot() - belief.deviation) < 0.01)
        #expect(numbers.allSatisfy { (0...1).contains($0) })
    }

    @Test func `draws are the same on every machine`() {
        var draws = DrawGenerator(seed: 7, "anthropic/claude-haiku-5-5")
        let belief = QualityBelief(alpha: 8.2, beta: 1.8, samples: 0)
        let numbers = (0..<3).map { _ in belief.draw(using: &draws) }
        #expect(numbers == [0.9603021118771344, 0.9659649053895959, 0.8677720784569936])
    }
}
