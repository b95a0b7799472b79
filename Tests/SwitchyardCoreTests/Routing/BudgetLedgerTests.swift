import SwitchyardCore
import Testing

@Suite struct BudgetLedgerTests {
    let run = BudgetScope.run(RunID("r1"))
    let step = BudgetScope.step(RunID("r1"), "draft")

    static func claim(_ microdollars: Int64?, _ tokens: Int? = 0) -> BudgetLedger.Claim {
        BudgetLedger.Claim(cost: microdollars.map(MicroDollars.init), tokens: tokens)
    }

    final class Transcript {
        var ledger: BudgetLedger
        var events: [BudgetEvent] = []

        init(_ limits: [BudgetScope: Budget], everyDay: Budget? = nil) {
            ledger = BudgetLedger(everyDay: everyDay)
            for (scope, limit) in limits { events += ledger.setLimit(limit, of: scope) }
        }

        func reserve(_ claim: BudgetLedger.Claim, _ scopes: BudgetScope...) -> BudgetLedger.Decision {
            let (decision, events) = ledger.reserve(claim, from: scopes)
            self.events += events
            return decision
        }

        func granted(_ claim: BudgetLedger.Claim, _ scopes: BudgetScope...) -> BudgetLedger.Reservation? {
            let (decision, events) = ledger.reserve(claim, from: scopes)
            self.events += events
            if case .granted(let reservation) = decision { return reservation }
            return nil
        }

        func settle(_ reservation: BudgetLedger.Reservation, _ used: BudgetLedger.Claim) {
            events += ledger.settle(reservation, used: used)
        }
    }

    @Test func `a call is refused before it, not after it`() throws {
        let log = Transcript([run: Budget(microdollars: 1000)])
        let first = log.granted(Self.claim(600), run)
        let refused = log.reserve(Self.claim(600), run)
        #expect(
            refused
                == .refused(
                    BudgetExceeded(
                        scope: run, unit: .microdollars, limit: 1000, spent: 0, reserved: 600, asked: 600, action: .stop
                    )))
        log.settle(try #require(first), Self.claim(100))
        #expect(log.ledger.spent(run, .microdollars) == 100)
        #expect(log.ledger.left(run, .microdollars) == 900)
        let second = log.granted(Self.claim(900), run)
        log.ledger.release(try #require(second))
        #expect(log.ledger.left(run, .microdollars) == 900)
    }

    @Test func `a claim is held against every scope, or against none`() {
        let provider = BudgetScope.provider("openai")
        let day = BudgetScope.day(of: at(0))
        let log = Transcript(
            [run: Budget(microdollars: 1000), step: Budget(tokens: 500), provider: Budget(microdollars: 400)],
            everyDay: Budget(microdollars: 700, onExceed: .pause))
        #expect(log.granted(Self.claim(300, 100), run, step, day, provider) != nil)
        guard case .refused(let byProvider) = log.reserve(Self.claim(200, 100), run, step, day, provider),
            case .refused(let byStep) = log.reserve(Self.claim(50, 401), run, step, day, provider),
            case .refused(let byDay) = log.reserve(Self.claim(401, 0), run, step, day)
        else {
            Issue.record("not refused")
            return
        }
        #expect(byProvider.scope == provider && byProvider.left == 100)
        #expect(byStep.scope == step && byStep.unit == .tokens && byStep.left == 400)
        #expect(byDay.scope == day && byDay.action == .pause)
        #expect(log.ledger.reserved(run, .microdollars) == 300)
        // The next day has a limit of its own.
        #expect(log.granted(Self.claim(401, 0), run, step, .day(of: at(86_400))) != nil)
    }

    @Test func `under continue a call goes on, and it is told`() throws {
        let log = Transcript([run: Budget(microdollars: 100, onExceed: .continue)])
        let call = try #require(log.granted(Self.claim(150), run))
        log.settle(call, Self.claim(150))
        #expect(
            log.events == [
                .exceeded(
                    BudgetExceeded(
                        scope: run, unit: .microdollars, limit: 100, spent: 0, reserved: 0, asked: 150,
                        action: .continue)),
                .reached(run, .microdollars, percent: 50), .reached(run, .microdollars, percent: 80),
                .reached(run, .microdollars, percent: 90), .reached(run, .microdollars, percent: 100),
            ])
    }

    @Test func `what may cost anything is refused where there is a limit`() {
        let log = Transcript([run: Budget(microdollars: 1000), step: Budget(tokens: 10)])
        guard case .refused(let exceeded) = log.reserve(Self.claim(nil), run) else {
            Issue.record("not refused")
            return
        }
        #expect(exceeded.asked == nil)
        // Its tokens are known, and no limit on money holds for the step.
        #expect(log.granted(Self.claim(nil, 5), step) != nil)
        _ = log.ledger.setLimit(Budget(microdollars: 1000, onExceed: .continue), of: run)
        #expect(log.granted(Self.claim(nil), run) != nil)
    }

    @Test func `a call whose use is not known settles on what was reserved`() throws {
        let log = Transcript([run: Budget(microdollars: 1000)])
        let call = try #require(log.granted(Self.claim(200, 30), run))
        log.settle(call, Self.claim(nil, 12))
        #expect(log.events == [.estimated(run, .microdollars, 200)])
        #expect(log.ledger.spent(run, .microdollars) == 200)
        #expect(log.ledger.spent(run, .tokens) == 12)
    }

    @Test func `thresholds are told once, advice begins at 80 per cent, and raising begins anew`() throws {
        let log = Transcript([run: Budget(microdollars: 1000)])
        #expect(log.ledger.advice([run, step]) == .none)
        let first = try #require(log.granted(Self.claim(799), run))
        #expect(log.ledger.advice([run, step]) == .none)
        log.settle(first, Self.claim(810))
        #expect(log.ledger.advice([run, step]) == .cheaperTier(run, percent: 81))
        #expect(
            log.events == [.reached(run, .microdollars, percent: 50), .reached(run, .microdollars, percent: 80)])
        log.events = log.ledger.setLimit(Budget(microdollars: 1500), of: run)
        #expect(log.events == [.raised(run, .microdollars, to: 1500)])
        #expect(log.ledger.advice([run]) == .none)
        #expect(log.granted(Self.claim(400), run) != nil)
        #expect(log.events.last == .reached(run, .microdollars, percent: 80))
    }

    @Test func `what was spent before counts`() {
        let log = Transcript([run: Budget(microdollars: 1000, tokens: 100)])
        log.ledger.restore(run, spent: MicroDollars(950), tokens: 20)
        #expect(log.granted(Self.claim(51), run) == nil)
        #expect(log.granted(Self.claim(50, 80), run) != nil)
    }

    /// Calls that run at the same time, each within its claim, never pass any limit together.
    @Test(arguments: 0..<100 as Range<UInt64>) func `nothing overshoots`(_ seed: UInt64) {
        var draws = DrawGenerator(seed: seed)
        let provider = BudgetScope.provider("p")
        let limits = [
            run: Budget(microdollars: 10_000, tokens: 4000), step: Budget(microdollars: 3000),
            provider: Budget(tokens: 3500),
        ]
        let log = Transcript(limits)
        var open: [BudgetLedger.Reservation] = []
        var refused = 0
        for _ in 0..<400 {
            let claim = Self.claim(Int64.random(in: 0...900, using: &draws), Int.random(in: 0...300, using: &draws))
            let scopes = [run, step, provider].shuffled(using: &draws).prefix(Int.random(in: 1...3, using: &draws))
            switch log.ledger.reserve(claim, from: Array(scopes)).0 {
            case .granted(let reservation): open.append(reservation)
            case .refused: refused += 1
            }
            if draws.unit() < 0.6, !open.isEmpty {
                let call = open.remove(at: Int.random(in: 0..<open.count, using: &draws))
                if draws.unit() < 0.2 {
                    log.ledger.release(call)
                } else {
                    let cost = Int64.random(in: 0...(call.claim.cost?.amount ?? 0), using: &draws)
                    let tokens = Int.random(in: 0...(call.claim.tokens ?? 0), using: &draws)
                    _ = log.ledger.settle(call, used: Self.claim(cost, tokens))
                }
            }
            for (scope, limit) in limits {
                let money = log.ledger.spent(scope, .microdollars) + log.ledger.reserved(scope, .microdollars)
                let tokens = log.ledger.spent(scope, .tokens) + log.ledger.reserved(scope, .tokens)
                #expect(money <= limit.microdollars ?? .max)
                #expect(tokens <= Int64(limit.tokens ?? .max))
            }
        }
        #expect(refused > 0)
        for call in open { log.ledger.release(call) }
        #expect([run, step, provider].allSatisfy { log.ledger.reserved($0, .tokens) == 0 })
    }

    @Test func `a run that is opened again is not counted twice`() {
        let run = RunID("r")
        var ledger = BudgetLedger()
        for _ in 0..<2 {
            _ = ledger.setLimit(Budget(microdollars: 100), of: .run(run))
            ledger.restore(.run(run), spent: MicroDollars(40), tokens: 0)
            ledger.restore(.step(run, "a"), spent: MicroDollars(40), tokens: 0)
            #expect(ledger.left(.run(run), .microdollars) == 60)
            ledger.forget(run)
        }
        #expect(ledger.limit(of: .run(run)) == nil)
        #expect(ledger.spent(.step(run, "a"), .microdollars) == 0)
    }
}
