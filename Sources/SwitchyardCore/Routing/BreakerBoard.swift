/// Every breaker: one for each provider and tier, under one for each provider as a whole, and the providers that asked
/// for a pause.
package struct BreakerBoard: Hashable, Sendable {
    /// The permission of both breakers.
    package struct Ticket: Hashable, Sendable {
        package var breaker: BreakerID
        package var isProbe: Bool { ofProvider.isProbe || ofTier.isProbe }
        var ofProvider: CircuitBreaker.Ticket
        var ofTier: CircuitBreaker.Ticket
    }

    package enum Admission: Hashable, Sendable {
        case call(Ticket)
        case refused(Refusal)
    }

    /// Why nothing may be called now.
    package enum Refusal: Hashable, Sendable {
        /// Until then; nil is until a person says otherwise.
        case open(BreakerID, until: Timestamp?)
        /// Another call tries whether it works again.
        case probing(BreakerID)
        /// The provider asked for fewer calls.
        case parked(until: Timestamp)
    }

    private let policy: BreakerPolicy
    private var breakers: [BreakerID: CircuitBreaker] = [:]
    private var parked: [String: Timestamp] = [:]

    package init(policy: BreakerPolicy = .standard) {
        self.policy = policy
    }

    package func state(of id: BreakerID) -> CircuitBreaker.State { breaker(id).state }

    /// The breakers that were ever asked, by name.
    package var all: [BreakerID] { breakers.keys.sorted { $0.description < $1.description } }

    /// Asks whether a call may be made. What is admitted must be finished.
    ///
    /// - Parameter isLast: whether nothing else is left to call.
    package mutating func admit(
        _ id: BreakerID, at now: Timestamp, isLast: Bool = false
    ) -> (Admission, [BreakerEvent]) {
        if let until = parkedUntil(id.provider, at: now) { return (.refused(.parked(until: until)), []) }
        let whole = BreakerID(id.provider)
        var (ofProvider, events) = change(whole) { $0.admit(at: now, isLast: isLast) }
        guard case .call(let first) = ofProvider else { return (.refused(Self.refusal(ofProvider, whole)), events) }
        let (ofTier, more) = change(id) { $0.admit(at: now, isLast: isLast) }
        events += more
        guard case .call(let second) = ofTier else {
            // The provider's probe was not used.
            events += change(whole) { $0.finish(first, .nothing, at: now, random: 0) }
            return (.refused(Self.refusal(ofTier, id)), events)
        }
        return (.call(Ticket(breaker: id, ofProvider: first, ofTier: second)), events)
    }

    /// What `admit` would refuse now; nil if it would admit. Asks for no place.
    package func refusal(_ id: BreakerID, at now: Timestamp) -> Refusal? {
        if let until = parkedUntil(id.provider, at: now) { return .parked(until: until) }
        return refusalOfOne(BreakerID(id.provider), at: now) ?? refusalOfOne(id, at: now)
    }

    private func refusalOfOne(_ id: BreakerID, at now: Timestamp) -> Refusal? {
        // One that was never asked is closed.
        guard let breaker = breakers[id], !breaker.canCall(at: now) else { return nil }
        switch breaker.state {
        case .open(let until): return .open(id, until: until)
        case .halfOpen: return .probing(id)
        case .closed, .degraded: return nil
        }
    }

    /// Reports that an admitted call was answered.
    package mutating func succeeded(
        _ ticket: Ticket, firstToken: Duration? = nil, at now: Timestamp
    ) -> [BreakerEvent] {
        finish(ticket, .succeeded(firstToken: nil), .succeeded(firstToken: firstToken), at: now, 0, false)
    }

    /// Reports that an admitted call failed.
    ///
    /// Only a connection that fails counts against the provider as a whole; a key that is refused, or without money,
    /// opens it at once, and one that may not use this model (403) the tier. Being asked for fewer calls is no
    /// failure: the provider is left alone for as long as it said.
    ///
    /// - Parameters:
    ///   - random: an evenly distributed number in 0..<1.
    ///   - isLast: whether nothing else is left to call.
    package mutating func failed(
        _ ticket: Ticket, _ error: ModelError, at now: Timestamp, random: Double, isLast: Bool = false
    ) -> [BreakerEvent] {
        switch error.kind {
        case .overloaded, .server:
            // The provider can be reached.
            return finish(ticket, .succeeded(firstToken: nil), .failed(error.kind), at: now, random, isLast)
        case .timeout: return finish(ticket, .nothing, .failed(error.kind), at: now, random, isLast)
        case .transport:
            return finish(ticket, .failed(error.kind), .failed(error.kind), at: now, random, isLast)
        case .contextOverflow, .refused, .invalidRequest, .invalidOutput:
            // The other side works: it answered.
            return finish(ticket, .succeeded(firstToken: nil), .succeeded(firstToken: nil), at: now, random, isLast)
        case .cancelled, .budget: return finish(ticket, .nothing, .nothing, at: now, random, isLast)
        case .rateLimited:
            let events = finish(ticket, .nothing, .nothing, at: now, random, isLast)
            let wait = error.retryAfter ?? policy.parkingWithoutWait
            return events + park(ticket.breaker.provider, until: now.advanced(by: wait), at: now)
        case .quota, .auth:
            var events = finish(ticket, .nothing, .nothing, at: now, random, isLast)
            let isOfModel = error.kind == .auth && error.status == 403
            let id = isOfModel ? ticket.breaker : BreakerID(ticket.breaker.provider)
            let opening = policy.refusedKeyOpening
            events += change(id) { $0.open(for: opening, .refusedKey(error.kind), at: now, isLast: isLast) }
            return events
        }
    }

    /// Leaves a provider alone until then. An earlier time than is known changes nothing.
    package mutating func park(_ provider: String, until: Timestamp, at now: Timestamp) -> [BreakerEvent] {
        if let known = parked[provider], known >= until { return [] }
        guard until > now else { return [] }
        parked[provider] = until
        return [BreakerEvent(BreakerID(provider), .parked(until: until), reason: nil, time: now)]
    }

    /// Does what a person wants with a breaker. Closing a provider's ends its pause too.
    package mutating func force(
        _ force: CircuitBreaker.Force, _ id: BreakerID, at now: Timestamp
    ) -> BreakerEvent {
        if force == .close, id.tier == nil { parked[id.provider] = nil }
        return change(id) { $0.force(force, at: now) }
    }

    /// Until when the provider asked for a pause; nil if it did not, or the pause is over.
    package func parkedUntil(_ provider: String, at now: Timestamp) -> Timestamp? {
        parked[provider].flatMap { $0 > now ? $0 : nil }
    }

    private mutating func finish(
        _ ticket: Ticket, _ ofProvider: CircuitBreaker.Outcome, _ ofTier: CircuitBreaker.Outcome, at now: Timestamp,
        _ random: Double, _ isLast: Bool
    ) -> [BreakerEvent] {
        let whole = BreakerID(ticket.breaker.provider)
        let first = change(whole) {
            $0.finish(ticket.ofProvider, ofProvider, at: now, random: random, isLast: isLast)
        }
        return first
            + change(ticket.breaker) { $0.finish(ticket.ofTier, ofTier, at: now, random: random, isLast: isLast) }
    }

    private func breaker(_ id: BreakerID) -> CircuitBreaker { breakers[id] ?? CircuitBreaker(id, policy: policy) }

    private mutating func change<Result>(_ id: BreakerID, _ body: (inout CircuitBreaker) -> Result) -> Result {
        body(&breakers[id, default: CircuitBreaker(id, policy: policy)])
    }

    private static func refusal(_ admission: CircuitBreaker.Admission, _ id: BreakerID) -> Refusal {
        switch admission {
        case .open(let until): .open(id, until: until)
        case .probing: .probing(id)
        case .call: preconditionFailure("an admitted call is no refusal")
        }
    }
}
