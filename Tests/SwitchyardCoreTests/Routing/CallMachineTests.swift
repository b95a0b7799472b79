import SwitchyardCore
import Testing

/// Transcripts of calls in virtual time: each line is what the machine decides.
@Suite struct CallMachineTests {
    final class Transcript {
        var machine: CallMachine
        var shared = ResilienceState(seed: 1)
        var lines: [String] = []
        var waitsUntil: Timestamp?

        init(_ candidates: [CallCandidate], policy: CallPolicy = .fixed, deadline: Double? = nil) {
            machine = CallMachine(candidates: candidates, policy: policy, deadline: deadline.map { at($0) })
        }

        @discardableResult
        func give(_ seconds: Double, _ stimulus: CallMachine.Stimulus) -> CallMachine.Instruction {
            let decision = machine.handle(stimulus, at: at(seconds), with: &shared)
            lines += decision.events.map(text)
            lines.append("\(text(at(seconds))) \(text(decision.instruction))")
            if case .wait(_, let until) = decision.instruction { waitsUntil = until }
            return decision.instruction
        }

        func fail(_ seconds: Double, _ kind: ModelError.Kind, wait: Duration? = nil) {
            give(seconds, .failed(ModelError(kind, "no", retryAfter: wait)))
        }
    }

    let a = CallCandidate(ModelID(provider: "one", name: "a"), tier: .cheap, contextWindow: 100_000)
    let b = CallCandidate(ModelID(provider: "two", name: "b"), tier: .cheap, contextWindow: 50_000)
    let c = CallCandidate(ModelID(provider: "three", name: "c"), tier: .premium, contextWindow: 1_000_000)

    @Test func `an answer ends the call`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.give(2, .succeeded(firstToken: .seconds(1)))
        #expect(log.lines == ["0 call a 1", "2 finish"])
        #expect(log.machine.attempts == [ModelAttempt(model: a.model, took: .seconds(2))])
    }

    @Test func `a server that fails is tried three times, then another is called`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.fail(1, .server)
        log.give(1.5, .timerFired)
        log.fail(2, .server)
        log.give(3, .timerFired)
        log.fail(4, .timeout)
        log.give(5, .succeeded(firstToken: nil))
        #expect(
            log.lines == [
                "0 call a 1", "  retry a after server at 1.5", "1 wait until 1.5", "1.5 call a 2",
                "  retry a after server at 3", "2 wait until 3", "3 call a 3",
                "  4 one:cheap opened until 18.7: 3 in a row",
                "  fall back from a to b after timeout", "4 call b 1", "5 finish",
            ])
        #expect(log.machine.attempts.map(\.waited) == [.zero, .milliseconds(500), .seconds(1), .zero])
        #expect(log.machine.attempts.map(\.took) == [.seconds(1), .milliseconds(500), .seconds(1), .seconds(1)])
    }

    @Test func `a server's wait is honoured and never shortened`() {
        let log = Transcript([a])
        log.give(0, .start)
        log.fail(0, .overloaded, wait: .seconds(7))
        #expect((log.waitsUntil ?? at(0)) >= at(7) && (log.waitsUntil ?? at(99)) <= at(7.7))
        log.give(8, .timerFired)
        log.fail(8, .rateLimited, wait: .seconds(30))
        #expect((log.waitsUntil ?? at(0)) >= at(38) && (log.waitsUntil ?? at(99)) <= at(41))
        // Asked too early, it waits on.
        log.give(20, .timerFired)
        #expect((log.waitsUntil ?? at(0)) >= at(38))
    }

    @Test func `a rate limit moves the call on at once, and back when nothing else is left`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.fail(1, .rateLimited, wait: .seconds(10))
        log.fail(2, .auth)
        #expect(
            log.lines == [
                "0 call a 1", "  1 one parked until 11", "  fall back from a to b after rate_limited", "1 call b 1",
                "  2 two opened until 602: auth", "2 wait until \(text(log.waitsUntil ?? at(0)))",
            ])
        log.give((log.waitsUntil ?? at(0)).since(at(0)).inSeconds, .timerFired)
        log.give(20, .succeeded(firstToken: nil))
        #expect(Array(log.lines.suffix(3)) == ["  fall back from b to a after auth", "11.9 call a 2", "20 finish"])
    }

    @Test func `a wait beyond the deadline is not begun`() {
        let log = Transcript([a], deadline: 20)
        log.give(0, .start)
        log.fail(1, .rateLimited, wait: .seconds(60))
        #expect(log.lines.last == "1 give up, deadline: the only model failed: one/a rate_limited, rate limited")
        let other = Transcript([a], deadline: 1.2)
        other.give(0, .start)
        other.fail(1, .server)
        #expect(other.lines.last == "1 give up, exhausted: the only model failed: one/a server")
    }

    @Test func `when all fail every attempt is listed`() throws {
        let log = Transcript([a, b])
        log.give(0, .start)
        var now = 1.0
        for kind in [ModelError.Kind.server, .server, .transport, .timeout, .timeout] {
            log.fail(now, kind)
            if let until = log.waitsUntil, until > at(now) {
                now = until.since(at(0)).inSeconds
                log.give(now, .timerFired)
            }
            now += 1
        }
        let last = log.give(now, .failed(ModelError(.quota, "no money", status: 402)))
        guard case .giveUp(let failure) = last else {
            Issue.record("it goes on")
            return
        }
        #expect(failure.attempts.map(\.model.provider) == ["one", "one", "one", "two", "two", "two"])
        #expect(failure.attempts.map(\.failure) == [.server, .server, .transport, .timeout, .timeout, .quota])
        #expect(failure.attempts.allSatisfy { $0.took == .seconds(1) })
        #expect(failure.attempts.map(\.waited) == [0, 500, 1000, 0, 500, 1000].map { Duration.milliseconds($0) })
        let error = failure.modelError(at: at(now))
        #expect(error.kind == .quota)
        #expect(error.attempts.count == 6)
        #expect(error.message == "every model failed: one/a server, server, transport; two/b timeout, timeout, quota")
    }

    @Test func `a question that is too long goes only to a larger window`() {
        let log = Transcript([a, b, c])
        log.give(0, .start)
        log.fail(1, .contextOverflow)
        #expect(Array(log.lines.suffix(2)) == ["  fall back from a to c after context_overflow", "1 call c 1"])
        log.fail(2, .contextOverflow)
        let all = "one/a context_overflow; three/c context_overflow; two/b no larger window"
        #expect(log.lines.last == "2 give up, exhausted: every model failed: \(all)")
    }

    @Test func `after an answer of the wrong shape another model is asked`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.fail(1, .invalidOutput)
        log.give(2, .succeeded(firstToken: nil))
        #expect(
            log.lines == [
                "0 call a 1", "  fall back from a to b after invalid_output", "1 call b 1", "2 finish",
            ])
    }

    @Test func `a call that is too dear for a budget goes to another model and opens nothing`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.fail(1, .budget)
        log.fail(2, .budget)
        #expect(
            log.lines == [
                "0 call a 1", "  fall back from a to b after budget", "1 call b 1",
                "2 give up, exhausted: every model failed: one/a budget; two/b budget",
            ])
    }

    @Test func `a refusal ends the call, unless a person allows the next to be asked`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.fail(1, .refused)
        #expect(log.lines.last?.hasPrefix("1 give up, final") == true)
        var policy = CallPolicy.fixed
        policy.fallsBackAfter.insert(.refused)
        let other = Transcript([a, b], policy: policy)
        other.give(0, .start)
        other.fail(1, .refused)
        #expect(other.lines.last == "1 call b 1")
    }

    @Test func `what has begun to be shown is not silently repeated`() {
        let log = Transcript([a, b])
        log.give(0, .start)
        log.give(1, .failed(ModelError(.transport, "cut", hasBegun: true)))
        #expect(log.lines.last == "1 give up, answerHadBegun: the only model failed: one/a transport")
    }

    @Test func `cancelling ends the call in any state and frees the probe`() {
        let log = Transcript([a])
        for second in 0..<3 {
            _ = log.shared.breakers.force(.probe, BreakerID("one", .cheap), at: at(Double(second)))
        }
        log.give(5, .start)
        #expect(log.shared.breakers.refusal(BreakerID("one", .cheap), at: at(5)) == .probing(BreakerID("one", .cheap)))
        log.give(6, .cancel)
        #expect(log.lines == ["5 call a 1", "6 stop"])
        #expect(log.shared.breakers.refusal(BreakerID("one", .cheap), at: at(6)) == nil)
        let waiting = Transcript([a])
        waiting.give(0, .start)
        waiting.fail(1, .server)
        waiting.give(1.1, .cancel)
        waiting.give(1.5, .timerFired)
        #expect(Array(waiting.lines.suffix(2)) == ["1.1 stop", "1.5 stop"])
    }

    @Test func `the last candidate is called although it fails`() {
        let log = Transcript([a])
        log.give(0, .start)
        log.fail(1, .server)
        log.give(1.5, .timerFired)
        log.fail(2, .server)
        log.give(3, .timerFired)
        log.fail(4, .server)
        #expect(log.lines.contains("  4 one:cheap degraded: 3 in a row"))
        #expect(log.lines.last == "4 give up, exhausted: the only model failed: one/a server, server, server")
        #expect(log.shared.breakers.refusal(BreakerID("one", .cheap), at: at(5)) == nil)
    }

    @Test func `an open breaker is passed over, and used when the rest is out`() {
        let log = Transcript([a, b])
        let id = BreakerID("one", .cheap)
        for _ in 0..<3 {
            guard case (.call(let ticket), _) = log.shared.breakers.admit(id, at: at(0)) else { continue }
            _ = log.shared.breakers.failed(ticket, ModelError(.server, "no"), at: at(0), random: 0.5)
        }
        log.give(1, .start)
        log.fail(2, .quota)
        #expect(
            log.lines == [
                "  fall back from a to b", "1 call b 1", "  2 two degraded: quota",
                "  2 one:cheap degraded: last candidate",
                "  fall back from b to a after quota", "2 call a 1",
            ])
    }

    @Test func `what a person opened is not called, and giving up says so`() {
        let log = Transcript([a])
        _ = log.shared.breakers.force(.open, BreakerID("one"), at: at(0))
        log.give(1, .start)
        #expect(log.lines == ["1 give up, exhausted: the only model failed: one/a breaker open"])
    }

    @Test func `retries of all calls together stay within the budget`() {
        var shared = ResilienceState(seed: 3, retryBudget: RetryBudget.Policy(perMinute: 0))
        var calls = 0
        for _ in 0..<1000 {
            var machine = CallMachine(candidates: [a], policy: .fixed)
            var instruction = machine.handle(.start, at: at(0), with: &shared).instruction
            while true {
                switch instruction {
                case .call:
                    calls += 1
                    let error = ModelError(.server, "no")
                    instruction = machine.handle(.failed(error), at: at(0), with: &shared).instruction
                    continue
                case .wait(_, let until):
                    instruction = machine.handle(.timerFired, at: until, with: &shared).instruction
                    continue
                case .finish, .giveUp, .stop: break
                }
                break
            }
        }
        // The ten that were saved and a tenth of the calls, but for the first: nothing can be added to what is full.
        #expect(calls == 1109)
    }

    @Test func `a hundred calls at once probe with one`() {
        var shared = ResilienceState(seed: 4)
        let id = a.breaker
        _ = shared.breakers.force(.probe, id, at: at(0))
        var calls = 0
        for _ in 0..<100 {
            var machine = CallMachine(candidates: [a], policy: .fixed)
            switch machine.handle(.start, at: at(1), with: &shared).instruction {
            case .call: calls += 1
            case .wait(_, let until): #expect(until == at(2))
            case .finish, .giveUp, .stop: Issue.record("not waiting")
            }
        }
        #expect(calls == 1)
    }

    /// Whatever happens, a call ends, calls no candidate more often than it may, and waits for no longer than it may.
    @Test(arguments: 0..<200 as Range<UInt64>) func `every call ends within its limits`(_ seed: UInt64) {
        var draws = DrawGenerator(seed: seed)
        var shared = ResilienceState(seed: seed)
        let kinds = ModelError.Kind.allCases
        var now = 0.0
        for _ in 0..<30 {
            let candidates = [a, b, c].shuffled(using: &draws).prefix(Int.random(in: 1...3, using: &draws))
            let deadline = Bool.random(using: &draws) ? at(now + 30) : nil
            var machine = CallMachine(candidates: Array(candidates), deadline: deadline)
            var stimulus = CallMachine.Stimulus.start
            var called: [ModelID: Int] = [:]
            var turns = 0
            ending: while true {
                turns += 1
                guard turns < 1000 else {
                    Issue.record("it does not end")
                    return
                }
                switch machine.handle(stimulus, at: at(now), with: &shared).instruction {
                case .call(let candidate, let attempt):
                    called[candidate.model, default: 0] += 1
                    #expect(attempt == called[candidate.model])
                    #expect(attempt <= 3)
                    now += draws.unit() * 4
                    let kind = kinds.randomElement(using: &draws) ?? .server
                    let wait: Duration? = Bool.random(using: &draws) ? .seconds(draws.unit() * 20) : nil
                    stimulus =
                        draws.unit() < 0.2
                        ? .succeeded(firstToken: nil)
                        : .failed(ModelError(kind, "no", retryAfter: wait))
                case .wait(_, let until):
                    #expect(until <= deadline ?? at(now + 120))
                    #expect(until > at(now))
                    now = max(now, until.since(at(0)).inSeconds)
                    stimulus = .timerFired
                case .giveUp(let failure):
                    #expect(failure.attempts.count == called.values.reduce(0, +))
                    break ending
                case .finish, .stop: break ending
                }
            }
        }
    }
}

extension CallPolicy {
    /// Waits that are the same each time.
    static let fixed = CallPolicy(
        backoff: Backoff(initial: .milliseconds(500), factor: 2, maximum: .seconds(8), jitter: .none))
}
