import SwitchyardCore
import Testing

@Suite struct BreakerBoardTests {
    final class Transcript {
        var board = BreakerBoard()
        var lines: [String] = []

        @discardableResult
        func call(_ seconds: Double, _ id: BreakerID, fails error: ModelError? = nil, isLast: Bool = false)
            -> Bool
        {
            let (admission, events) = board.admit(id, at: at(seconds), isLast: isLast)
            lines += events.map(text)
            guard case .call(let ticket) = admission else { return false }
            if let error {
                lines += board.failed(ticket, error, at: at(seconds), random: 0.5, isLast: isLast).map(text)
            } else {
                lines += board.succeeded(ticket, at: at(seconds)).map(text)
            }
            return true
        }
    }

    let cheap = BreakerID("acme", .cheap)
    let premium = BreakerID("acme", .premium)
    let other = BreakerID("other", .cheap)

    @Test func `a tier that fails leaves the provider's other tiers alone`() {
        let log = Transcript()
        for _ in 0..<3 { log.call(0, cheap, fails: ModelError(.overloaded, "full")) }
        #expect(log.lines == ["0 acme:cheap opened until 15: 3 in a row"])
        #expect(log.board.refusal(cheap, at: at(1)) == .open(cheap, until: at(15)))
        #expect(log.board.refusal(premium, at: at(1)) == nil)
        #expect(log.call(1, premium))
    }

    @Test func `a host that cannot be reached opens every tier`() {
        let log = Transcript()
        log.call(0, cheap, fails: ModelError(.transport, "no route"))
        log.call(0, premium, fails: ModelError(.transport, "no route"))
        log.call(0, cheap, fails: ModelError(.transport, "no route"))
        #expect(log.lines == ["0 acme opened until 15: 3 in a row"])
        #expect(log.board.refusal(premium, at: at(1)) == .open(BreakerID("acme"), until: at(15)))
        #expect(log.call(1, other))
        // The provider's probe is one call of any tier.
        let first = log.board.admit(cheap, at: at(15))
        let second = log.board.admit(premium, at: at(15))
        guard case .call = first.0 else {
            Issue.record("no probe was admitted")
            return
        }
        #expect(second.0 == .refused(.probing(BreakerID("acme"))))
    }

    @Test func `a probe of the provider is not lost on a tier that is open`() {
        let log = Transcript()
        for _ in 0..<3 { log.call(0, cheap, fails: ModelError(.transport, "no route")) }
        log.lines += [text(log.board.force(.open, cheap, at: at(1)))]
        #expect(log.call(16, cheap) == false)
        #expect(log.call(16, premium))
        #expect(log.board.state(of: BreakerID("acme")) == .halfOpen(probe: nil, successes: 1))
    }

    @Test func `being asked for fewer calls parks the provider and is no failure`() {
        let log = Transcript()
        for second in [0.0, 1, 2, 3, 4] {
            log.call(second * 10, cheap, fails: ModelError(.rateLimited, "slowly", retryAfter: .seconds(9)))
        }
        #expect(log.lines.allSatisfy { $0.contains("parked") })
        #expect(log.lines.first == "0 acme parked until 9")
        #expect(log.board.refusal(premium, at: at(48)) == .parked(until: at(49)))
        #expect(log.board.refusal(premium, at: at(49)) == nil)
        // A shorter wait does not end a longer one.
        let events =
            log.board.park("acme", until: at(60), at: at(50)) + log.board.park("acme", until: at(55), at: at(51))
        #expect(events.map(text) == ["50 acme parked until 60"])
        #expect(log.board.parkedUntil("acme", at: at(58)) == at(60))
    }

    @Test func `a refused key opens the provider for ten minutes, a forbidden model its tier`() {
        let log = Transcript()
        log.call(0, cheap, fails: ModelError(.auth, "not this one", status: 403))
        #expect(log.board.refusal(premium, at: at(1)) == nil)
        log.call(2, premium, fails: ModelError(.quota, "no money", status: 429))
        #expect(log.lines == ["0 acme:cheap opened until 600: auth", "2 acme opened until 602: quota"])
        _ = log.board.force(.close, BreakerID("acme"), at: at(3))
        #expect(log.call(3, premium))
    }

    @Test(arguments: [ModelError.Kind.contextOverflow, .refused, .invalidRequest, .invalidOutput, .cancelled])
    func `errors that say nothing of the provider's health open nothing`(_ kind: ModelError.Kind) {
        let log = Transcript()
        for second in 0..<20 { log.call(Double(second), cheap, fails: ModelError(kind, "no")) }
        #expect(log.lines.isEmpty)
    }
}
