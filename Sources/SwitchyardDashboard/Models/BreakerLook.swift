import OrderedCollections
import SwitchyardCore
import TerminalUI

/// A breaker of a run as it is drawn: a switch, a word, and how many steps wait for it.
struct BreakerLook: Hashable {
    let id: BreakerID
    let glyph: Glyph
    let role: Role
    /// `closed 2/7`, `OPEN 00:43, 7 held`.
    let words: String
    /// The same where there is little room: `2/7`, `43s, 7 held`; empty where the glyph says all.
    let short: String
    let isClosed: Bool
    /// How many steps wait for it.
    let held: Int

    private init(_ id: BreakerID, _ breaker: RoutingSnapshot.Breaker, _ waits: Waits, now: Timestamp) {
        self.id = id
        held = waits.count
        let recent = breaker.recent(at: now)
        let share = recent.calls > 0 ? "\(recent.failures)/\(recent.calls)" : ""
        let left = { (until: Timestamp) in until.since(now) }
        let soonest = waits.until.flatMap { left($0) > .zero ? " \(DurationText.elapsed(left($0)))" : nil } ?? ""
        let waiting = held > 0 ? ", \(held) \(held == 1 ? "waits" : "wait")\(soonest)" : ""
        let holding = held > 0 ? ", \(held) held" : ""
        switch breaker.state {
        case .parked(let until) where left(until) > .zero:
            (glyph, role, isClosed) = ("○", .held, false)
            let count = held > 0 ? ", \(held) \(held == 1 ? "waits" : "wait")" : ""
            words = "rate limit \(DurationText.clock(left(until).upToSecond))\(count)"
            short = "limit \(Self.seconds(left(until)))\(count)"
        case .closed, .parked:
            (glyph, role, isClosed) = ("═", .ok, true)
            words = (share.isEmpty ? "closed" : "closed \(share)") + waiting
            short = (recent.failures > 0 ? share : "") + waiting
        case .open(let until?) where left(until) > .zero:
            (glyph, role, isClosed) = ("╱", .failed, false)
            words = "OPEN \(DurationText.clock(left(until).upToSecond))\(holding)"
            short = Self.seconds(left(until)) + holding
        case .open(.some):
            (glyph, role, isClosed) = ("╱", .failed, false)
            words = "OPEN, to be tried\(holding)"
            short = "due" + holding
        case .open(nil):
            (glyph, role, isClosed) = ("╱", .failed, false)
            words = "OPEN until closed\(holding)"
            short = "open" + holding
        case .halfOpen:
            (glyph, role, isClosed) = ("≈", .held, false)
            words = "half-open, 1 probe" + (held > 0 ? ", \(held) held" : "")
            short = held > 0 ? "\(held) held" : ""
        case .degraded:
            (glyph, role, isClosed) = ("╱", .failed, false)
            words = (share.isEmpty ? "degraded" : "degraded \(share)") + waiting
            short = "degraded" + waiting
        }
    }

    private static func seconds(_ left: Duration) -> String {
        let whole = left.upToSecond
        return whole < .seconds(100) ? "\(whole.wholeMicroseconds / 1_000_000)s" : DurationText.clock(whole)
    }

    // MARK: All of them

    private struct Waits: Hashable {
        var count = 0
        /// The first end of those that are known.
        var until: Timestamp?

        mutating func add(_ wait: ModelWait) {
            count += 1
            if let end = wait.until { until = min(until ?? end, end) }
        }
    }

    /// The breakers of a run at a moment, in the order of their first calls. Those of whole providers are seen while
    /// they keep calls away.
    static func all(_ run: RunState, _ snapshot: RunSnapshot, now: Timestamp) -> [BreakerLook] {
        let breakers = snapshot.routing.breakers
        var waits: [BreakerID: Waits] = [:]
        for wait in snapshot.waitsForModels(run) {
            guard let model = wait.model else { continue }
            let provider = BreakerID(model.provider)
            let tier = run.timeline.models.breaker(of: model)
            let isOfProvider = breakers[provider].map { keepsAway($0, now: now) } ?? false
            waits[isOfProvider || breakers[tier] == nil ? provider : tier, default: Waits()].add(wait)
        }
        return breakers.compactMap { id, breaker in
            guard id.tier != nil || keepsAway(breaker, now: now) else { return nil }
            return BreakerLook(id, breaker, waits[id] ?? Waits(), now: now)
        }
    }

    private static func keepsAway(_ breaker: RoutingSnapshot.Breaker, now: Timestamp) -> Bool {
        switch breaker.state {
        case .closed: false
        case .parked(let until): until > now
        case .open, .halfOpen, .degraded: true
        }
    }
}

extension RunSnapshot {
    /// What calls of models wait for that breakers or rate limits keep back.
    fileprivate func waitsForModels(_ run: RunState) -> [ModelWait] {
        let tally = run.tally
        guard tally.leaves[.timer] > 0 else { return [] }
        return run.timeline.models.steps.compactMap { index in
            guard index < min(steps.count, tally.standings.count), tally.standings[index] == .timer,
                case .waiting(.call(let wait)) = steps.values[index].state
            else { return nil }
            return wait.reason == .breaker || wait.reason == .rateLimit ? wait : nil
        }
    }
}

extension Duration {
    /// The next whole second: a countdown that says 0 is over.
    fileprivate var upToSecond: Duration { .seconds((wholeMicroseconds + 999_999) / 1_000_000) }
}
