import SwitchyardCore
import Testing

@Suite struct RateLimiterTests {
    final class Transcript {
        var limiter: RateLimiter
        init(_ limits: RateLimits) { limiter = RateLimiter(limits) }

        /// Whether the call goes at once.
        func ask(_ seconds: Double, _ id: Int, _ tokens: Int = 10) -> Bool {
            limiter.reserve(id, tokens: tokens, at: at(seconds)) == .go
        }

        func settle(_ seconds: Double, _ id: Int, used: Int? = nil, headroom: RateHeadroom? = nil) -> [Int] {
            limiter.settle(id, usedTokens: used, headroom: headroom, at: at(seconds))
        }
    }

    @Test func `requests in a minute are limited, and go in order`() {
        let log = Transcript(RateLimits(requestsPerMinute: 2))
        #expect(log.ask(0, 1))
        #expect(log.ask(10, 2))
        #expect(!log.ask(20, 3))
        #expect(!log.ask(21, 4))
        #expect(!log.ask(22, 5))
        #expect(log.limiter.nextTime(at: at(22)) == at(60))
        #expect([3, 4, 5].map { log.limiter.expectedStart(of: $0, at: at(22)) } == [at(60), at(70), at(120)])
        #expect(log.limiter.expectedWait(tokens: 1, at: at(22)) == .seconds(108))
        #expect(log.limiter.advance(at: at(59.9)).isEmpty)
        #expect(log.limiter.advance(at: at(60)) == [3])
        #expect(log.limiter.advance(at: at(200)) == [4, 5])
    }

    @Test func `tokens are corrected by what was used`() {
        let log = Transcript(RateLimits(tokensPerMinute: 1000))
        #expect(log.ask(0, 1, 800))
        #expect(!log.ask(1, 2, 300))
        #expect(!log.ask(1, 3, 100))
        #expect(log.settle(2, 1, used: 750).isEmpty)
        #expect(log.limiter.cancel(2, at: at(3)) == [3])
        #expect(log.settle(4, 3, used: 90).isEmpty)
        #expect(log.ask(5, 4, 160))
        #expect(!log.ask(6, 5, 1))
        #expect(log.limiter.expectedStart(of: 5, at: at(6)) == at(60))
    }

    @Test func `a call that no minute has room for goes when nothing else was sent`() {
        let log = Transcript(RateLimits(tokensPerMinute: 1000))
        #expect(log.ask(0, 1, 10))
        #expect(!log.ask(1, 2, 5000))
        #expect(log.limiter.nextTime(at: at(1)) == at(60))
        #expect(log.limiter.advance(at: at(60)) == [2])
    }

    @Test func `calls at once are limited, and the end of one lets the next go`() {
        let log = Transcript(RateLimits(concurrency: 2))
        #expect(log.ask(0, 1))
        #expect(log.ask(0, 2))
        #expect(!log.ask(0, 3))
        #expect(!log.ask(0, 4))
        #expect(log.limiter.nextTime(at: at(0)) == nil)
        #expect(log.limiter.expectedStart(of: 3, at: at(0)) == nil)
        #expect(log.settle(5, 2) == [3])
        #expect(log.limiter.waiting == [4])
        #expect(log.limiter.callsUnderWay == 2)
    }

    @Test func `what the provider says it has left is believed until it resets`() {
        let log = Transcript(RateLimits())
        #expect(log.ask(0, 1))
        #expect(log.ask(0, 2))
        let headroom = RateHeadroom(
            requests: .init(limit: 100, remaining: 2, resetsAfter: .seconds(30)),
            tokens: .init(limit: 1000, remaining: 500, resetsAfter: .seconds(12)))
        // One of the two that are left is call 2, which the provider had not counted yet.
        #expect(log.settle(1, 1, headroom: headroom).isEmpty)
        #expect(log.ask(1, 3, 400))
        #expect(!log.ask(2, 4, 400))
        #expect(log.limiter.nextTime(at: at(2)) == at(31))
        #expect(log.limiter.advance(at: at(31)) == [4])
    }

    @Test(arguments: 0..<50 as Range<UInt64>) func `no minute holds more than it may, whatever happens`(_ seed: UInt64)
    {
        var draws = DrawGenerator(seed: seed)
        let limits = RateLimits(requestsPerMinute: 12, tokensPerMinute: 900, concurrency: 4)
        var limiter = RateLimiter(limits)
        var now = 0.0
        var asked: [Int: Int] = [:]
        var gone: [(id: Int, time: Double)] = []
        var open: Set<Int> = []
        var cancelled: Set<Int> = []
        func went(_ ids: [Int]) {
            for id in ids {
                gone.append((id, now))
                open.insert(id)
            }
        }
        for id in 0..<300 {
            now += draws.unit() * 4
            went(limiter.advance(at: at(now)))
            let tokens = Int.random(in: 1...200, using: &draws)
            asked[id] = tokens
            if limiter.reserve(id, tokens: tokens, at: at(now)) == .go { went([id]) }
            if let done = open.sorted().randomElement(using: &draws), draws.unit() < 0.7 {
                open.remove(done)
                let used = Int.random(in: 0...(asked[done] ?? 0), using: &draws)
                asked[done] = used
                went(limiter.settle(done, usedTokens: used, at: at(now)))
            }
            if draws.unit() < 0.1, let left = limiter.waiting.randomElement(using: &draws) {
                cancelled.insert(left)
                went(limiter.cancel(left, at: at(now)))
            }
            #expect(limiter.callsUnderWay <= 4)
        }
        #expect(gone.count > 50)
        // In the order in which they asked.
        #expect(gone.map(\.id) == gone.map(\.id).sorted())
        #expect(cancelled.isDisjoint(with: gone.map(\.id)))
        for (index, first) in gone.enumerated() {
            let minute = gone[index...].prefix { $0.time < first.time + 60 }
            #expect(minute.count <= 12)
            #expect(minute.reduce(0) { $0 + (asked[$1.id] ?? 0) } <= 900)
        }
    }
}
