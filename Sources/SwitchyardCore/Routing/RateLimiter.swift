/// Keeps the calls to one provider within its limits: in any 60 seconds no more requests and tokens than configured,
/// no more calls at once, and nothing that the provider's own headers rule out.
///
/// Calls go in the order in which they asked. One that needs more tokens than a minute has goes when nothing else was
/// sent in the last minute.
package struct RateLimiter: Hashable, Sendable {
    package enum Decision: Hashable, Sendable {
        case go
        /// It stands in line, and is among the calls that go when others end or time passes.
        case wait
    }

    private struct Sent: Hashable {
        var id: Int
        var time: Timestamp
        var tokens: Int
    }

    private struct Waiting: Hashable {
        var id: Int
        var tokens: Int
    }

    /// What the provider said may still be asked, and until when that holds.
    private struct Allowance: Hashable {
        var remaining: Int
        var until: Timestamp
    }

    private static let window = Duration.seconds(60)

    private let limits: RateLimits
    /// In the order of time; those before ``firstSent`` are more than a minute old.
    private var sent: [Sent] = []
    private var firstSent = 0
    /// The tokens of those that are not.
    private var sentTokens = 0
    /// The tokens that each call under way asked for.
    private var underWay: [Int: Int] = [:]
    private var line: [Waiting] = []
    private var inLine: Set<Int> = []
    private var requestsLeft: Allowance?
    private var tokensLeft: Allowance?

    package init(_ limits: RateLimits = RateLimits()) {
        self.limits = limits
    }

    /// The calls in line, the next one first.
    package var waiting: [Int] { line.map(\.id) }
    package var callsUnderWay: Int { underWay.count }

    /// Asks to make call `id`, which may use so many tokens. A call that goes must be settled.
    package mutating func reserve(_ id: Int, tokens: Int, at now: Timestamp) -> Decision {
        precondition(underWay[id] == nil && inLine.insert(id).inserted, "call \(id) has asked before")
        forget(now)
        let call = Waiting(id: id, tokens: max(0, tokens))
        guard line.isEmpty, earliest(call.tokens, at: now) == now else {
            line.append(call)
            return .wait
        }
        send(call, at: now)
        return .go
    }

    /// Reports that call `id` has ended: what it used is counted instead of what it asked for, and what the provider
    /// says it has left is believed. Returns the calls that go now, in order.
    package mutating func settle(
        _ id: Int, usedTokens: Int?, headroom: RateHeadroom? = nil, at now: Timestamp
    ) -> [Int] {
        precondition(underWay.removeValue(forKey: id) != nil, "call \(id) is not under way")
        if let usedTokens, let index = sent[firstSent...].lastIndex(where: { $0.id == id }) {
            sentTokens += usedTokens - sent[index].tokens
            sent[index].tokens = usedTokens
        }
        if let headroom { believe(headroom, at: now) }
        return advance(at: now)
    }

    /// Takes call `id` out of the line. Returns the calls that go now.
    package mutating func cancel(_ id: Int, at now: Timestamp) -> [Int] {
        if inLine.remove(id) != nil { line.removeAll { $0.id == id } }
        return advance(at: now)
    }

    /// Lets go what may go now, in order.
    package mutating func advance(at now: Timestamp) -> [Int] {
        forget(now)
        let gone = line.prefix { call in
            guard earliest(call.tokens, at: now) == now else { return false }
            send(call, at: now)
            return true
        }
        line.removeFirst(gone.count)
        return gone.map(\.id)
    }

    /// When ``advance(at:)`` is to be called next; nil if nobody waits, or only for another call's end.
    package func nextTime(at now: Timestamp) -> Timestamp? {
        line.first.flatMap { earliest($0.tokens, at: now) }
    }

    /// When a call in line can go at the earliest if every call before it uses what it asked for; nil if that depends
    /// on when another call ends, or it is not in line.
    ///
    /// To be shown, not to be asked for each call: it plays all that goes before.
    package func expectedStart(of id: Int, at now: Timestamp) -> Timestamp? {
        guard inLine.contains(id) else { return nil }
        var future = self
        var time = now
        for call in line {
            guard let start = future.earliest(call.tokens, at: time) else { return nil }
            time = start
            if call.id == id { return time }
            future.forget(time)
            future.send(call, at: time)
        }
        return nil
    }

    /// How long a new call would wait; nil is unknown.
    package func expectedWait(tokens: Int, at now: Timestamp) -> Duration? {
        if line.isEmpty, earliest(max(0, tokens), at: now) == now { return .zero }
        var future = self
        guard future.reserve(.min, tokens: tokens, at: now) == .wait else { return .zero }
        return future.expectedStart(of: .min, at: now)?.since(now)
    }
}

extension RateLimiter {
    /// The first moment from `now` on at which so many tokens may be sent; nil if a call must end first. Each rule, once
    /// kept, stays kept while nothing is sent, so the last of their moments keeps all.
    private func earliest(_ tokens: Int, at now: Timestamp) -> Timestamp? {
        if let most = limits.concurrency, underWay.count >= max(1, most) { return nil }
        return max(
            max(startByRequests(now), startByTokens(tokens, now)),
            max(startBy(requestsLeft, 1, now), startBy(tokensLeft, tokens, now)))
    }

    private func startByRequests(_ time: Timestamp) -> Timestamp {
        guard let most = limits.requestsPerMinute else { return time }
        let recent = sent[firstRecent(time)...]
        let tooMany = recent.count + 1 - max(1, most)
        return tooMany <= 0 ? time : recent[recent.startIndex + tooMany - 1].time.advanced(by: Self.window)
    }

    private func startByTokens(_ tokens: Int, _ time: Timestamp) -> Timestamp {
        guard let most = limits.tokensPerMinute else { return time }
        let first = firstRecent(time)
        var sum = tokens + sentTokens - sent[firstSent..<first].reduce(0) { $0 + $1.tokens }
        var start = time
        var next = first
        while sum > most, next < sent.count {
            sum -= sent[next].tokens
            start = sent[next].time.advanced(by: Self.window)
            next += 1
        }
        return start
    }

    /// The first call that was sent less than a minute before `time`.
    private func firstRecent(_ time: Timestamp) -> Int {
        var index = firstSent
        while index < sent.count, sent[index].time.advanced(by: Self.window) <= time { index += 1 }
        return index
    }

    private func startBy(_ allowance: Allowance?, _ amount: Int, _ time: Timestamp) -> Timestamp {
        guard let allowance, allowance.until > time, allowance.remaining < amount else { return time }
        return allowance.until
    }

    private mutating func send(_ call: Waiting, at time: Timestamp) {
        sent.append(Sent(id: call.id, time: time, tokens: call.tokens))
        sentTokens += call.tokens
        underWay[call.id] = call.tokens
        inLine.remove(call.id)
        requestsLeft?.remaining -= 1
        tokensLeft?.remaining -= call.tokens
    }

    /// A provider's own count holds until the time at which it says that everything is there again; calls that were
    /// sent and not yet answered are not in it.
    private mutating func believe(_ headroom: RateHeadroom, at now: Timestamp) {
        func allowance(_ limit: RateHeadroom.Limit?, _ pending: Int) -> Allowance? {
            guard let remaining = limit?.remaining, remaining >= 0, let resets = limit?.resetsAfter else { return nil }
            return Allowance(remaining: remaining - pending, until: now.advanced(by: resets))
        }
        if let requests = allowance(headroom.requests, underWay.count) { requestsLeft = requests }
        if let tokens = allowance(headroom.tokens, underWay.values.reduce(0, +)) { tokensLeft = tokens }
    }

    private mutating func forget(_ now: Timestamp) {
        let first = firstRecent(now)
        for call in sent[firstSent..<first] { sentTokens -= call.tokens }
        firstSent = first
        // In one go now and then, so that a call does not move all that were sent.
        if firstSent > 64, firstSent > sent.count / 2 {
            sent.removeFirst(firstSent)
            firstSent = 0
        }
        if let until = requestsLeft?.until, until <= now { requestsLeft = nil }
        if let until = tokensLeft?.until, until <= now { tokensLeft = nil }
    }
}
