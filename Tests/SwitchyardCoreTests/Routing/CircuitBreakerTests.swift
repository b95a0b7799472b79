import SwitchyardCore
import Testing

/// Transcripts in virtual time: what happens, and the events that must come of it.
@Suite struct CircuitBreakerTests {
    /// A breaker and what it said.
    final class Transcript {
        var breaker = CircuitBreaker(BreakerID("acme", .cheap))
        var lines: [String] = []

        /// One call that takes no time. False if it was not admitted.
        @discardableResult
        func call(
            _ seconds: Double, _ outcome: CircuitBreaker.Outcome, isLast: Bool = false, random: Double = 0.5
        ) -> Bool {
            guard let ticket = admit(seconds, isLast: isLast) else { return false }
            finish(ticket, seconds, outcome, isLast: isLast, random: random)
            return true
        }

        func admit(_ seconds: Double, isLast: Bool = false) -> CircuitBreaker.Ticket? {
            let (admission, events) = breaker.admit(at: at(seconds), isLast: isLast)
            lines += events.map(text)
            if case .call(let ticket) = admission { return ticket }
            return nil
        }

        func finish(
            _ ticket: CircuitBreaker.Ticket, _ seconds: Double, _ outcome: CircuitBreaker.Outcome,
            isLast: Bool = false, random: Double = 0.5
        ) {
            lines += breaker.finish(ticket, outcome, at: at(seconds), random: random, isLast: isLast).map(text)
        }

        func force(_ seconds: Double, _ force: CircuitBreaker.Force) {
            lines.append(text(breaker.force(force, at: at(seconds))))
        }
    }

    static let good = CircuitBreaker.Outcome.succeeded(firstToken: nil)
    static let bad = CircuitBreaker.Outcome.failed(.server)

    @Test func `three failures in a row open, two successful probes close`() {
        let log = Transcript()
        for second in [1.0, 2, 3] { log.call(second, Self.bad) }
        #expect(log.call(17.9, Self.good) == false)
        log.call(18, Self.good)
        log.call(18.1, Self.good)
        #expect(log.breaker.state == .closed)
        #expect(
            log.lines == [
                "3 acme:cheap opened until 18: 3 in a row", "18 acme:cheap half-opened: elapsed",
                "18.1 acme:cheap closed: 2 succeeded",
            ])
    }

    @Test func `half of at least five calls open, fewer calls do not`() {
        let log = Transcript()
        for (second, outcome) in zip([1.0, 2, 3, 4], [Self.bad, Self.good, Self.bad, Self.good]) {
            log.call(second, outcome)
        }
        #expect(log.lines.isEmpty)
        log.call(5, Self.bad)
        #expect(log.lines == ["5 acme:cheap opened until 20: 3 of 5"])
    }

    @Test func `what is older than the window counts no more`() {
        let log = Transcript()
        for second in [0.0, 1] { log.call(second, Self.bad) }
        log.call(2, Self.good)
        for second in [61.0, 71] { log.call(second, Self.good) }
        log.call(72, Self.bad)
        log.call(73, Self.good)
        log.call(74, Self.bad)
        // In the last minute 2 of 5 failed; with the older ones it would be 4 of 8.
        #expect(log.lines.isEmpty)
        log.call(75, Self.bad)
        #expect(log.lines == ["75 acme:cheap opened until 90: 3 of 6"])
    }

    @Test func `each opening that follows is twice as long, up to five minutes`() {
        let log = Transcript()
        for second in [0.0, 0, 0] { log.call(second, Self.bad) }
        var now = 0.0
        for length in [15.0, 30, 60, 120, 240, 300, 300] {
            #expect(log.call(now + length - 0.1, Self.bad) == false)
            now += length
            #expect(log.call(now, Self.bad))
        }
        let openings = log.lines.filter { $0.contains("opened until") }.map { $0.split(separator: " ")[4] }
        #expect(openings == ["15:", "45:", "105:", "225:", "465:", "765:", "1065:", "1365:"])
        log.call(1365, Self.good)
        log.call(1365, Self.good)
        for _ in 0..<3 { log.call(1400, Self.bad) }
        #expect(log.lines.last == "1400 acme:cheap opened until 1415: 3 in a row")
    }

    @Test(arguments: [(0.0, 12.0), (0.5, 15), (0.999_999, 18)])
    func `an opening is up to a fifth longer or shorter`(_ random: Double, _ length: Double) {
        let log = Transcript()
        for _ in 0..<3 { log.call(0, Self.bad, random: random) }
        guard case .open(let until?) = log.breaker.state else {
            Issue.record("not open")
            return
        }
        #expect(abs(until.since(at(0)).inSeconds - length) < 0.001)
    }

    @Test func `of a hundred probes at once exactly one passes, again and again`() {
        let log = Transcript()
        for _ in 0..<3 { log.call(0, Self.bad) }
        for round in 0..<2 {
            let admitted = (0..<100).compactMap { _ in log.admit(15 + Double(round)) }
            #expect(admitted.count == 1)
            #expect(admitted.first?.isProbe == true)
            for ticket in admitted { log.finish(ticket, 15.5 + Double(round), Self.good) }
        }
        let later = (0..<100).compactMap { _ in log.admit(17) }
        #expect(later.count == 100)
        #expect(
            log.lines == [
                "0 acme:cheap opened until 15: 3 in a row", "15 acme:cheap half-opened: elapsed",
                "16.5 acme:cheap closed: 2 succeeded",
            ])
    }

    @Test func `a probe that is given up frees its place and says nothing`() throws {
        let log = Transcript()
        for _ in 0..<3 { log.call(0, Self.bad) }
        log.call(15, Self.good)
        let probe = try #require(log.admit(16))
        #expect(log.admit(16) == nil)
        log.finish(probe, 17, .nothing)
        #expect(log.breaker.state == .halfOpen(probe: nil, successes: 1))
        log.call(18, Self.good)
        #expect(log.breaker.state == .closed)
    }

    @Test func `calls from before a change say nothing about what came after it`() throws {
        let log = Transcript()
        let early = try (0..<4).map { _ in try #require(log.admit(0)) }
        for _ in 0..<3 { log.call(1, Self.bad) }
        log.finish(early[0], 2, Self.bad)
        let probe = try #require(log.admit(16))
        log.finish(early[1], 16, Self.good)
        log.finish(early[2], 16, Self.bad)
        #expect(log.breaker.state == .halfOpen(probe: probe.number, successes: 0))
        log.finish(probe, 17, Self.bad)
        #expect(log.lines.last == "17 acme:cheap opened until 47: probe server")
    }

    @Test func `slow calls count, once it is known what is usual`() {
        let log = Transcript()
        for second in 0..<8 { log.call(Double(second), .succeeded(firstToken: .seconds(1))) }
        log.call(60.5, .succeeded(firstToken: .milliseconds(2900)))
        #expect(log.lines.isEmpty)
        for second in 0..<4 { log.call(68 + Double(second), .succeeded(firstToken: .seconds(4))) }
        #expect(log.lines == ["71 acme:cheap opened until 86: 4 of 5"])
    }

    @Test func `the last candidate is degraded and goes on being called`() {
        let log = Transcript()
        for second in [0.0, 1, 2, 3] { log.call(second, Self.bad, isLast: true) }
        #expect(log.breaker.state == .degraded(successes: 0))
        log.call(4, Self.good, isLast: true)
        log.call(5, Self.good, isLast: true)
        #expect(
            log.lines == ["2 acme:cheap degraded: 3 in a row", "5 acme:cheap closed: 2 succeeded"])
        for _ in 0..<3 { log.call(6, Self.bad, isLast: true) }
        log.call(7, Self.bad)
        #expect(log.lines.last == "7 acme:cheap opened until 37: probe server")
        #expect(log.call(8, Self.good, isLast: true))
        #expect(log.lines.last == "8 acme:cheap degraded: last candidate")
    }

    @Test func `a person opens, probes and closes`() {
        let log = Transcript()
        log.force(0, .open)
        #expect(log.call(10_000, Self.good, isLast: true) == false)
        log.force(10_001, .probe)
        #expect(log.call(10_002, Self.good))
        log.force(10_003, .open)
        log.force(10_004, .close)
        #expect(log.call(10_005, Self.good))
        #expect(
            log.lines == [
                "0 acme:cheap opened: person", "10001 acme:cheap half-opened: person",
                "10003 acme:cheap opened: person",
                "10004 acme:cheap closed: person",
            ])
    }
}
