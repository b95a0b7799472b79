/// Stops calls to something that fails, and tries it again with one call at a time.
///
/// A value: time and random numbers come from the caller, and every change comes back as an event.
package struct CircuitBreaker: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Calls go through. May open, or be degraded.
        case closed
        /// Nothing is called until then; nil is until a person says otherwise. Becomes half-open.
        case open(until: Timestamp?)
        /// One call at a time goes through. Closes, or opens again.
        case halfOpen(probe: Int?, successes: Int)
        /// It would be open, but was the last there was to call. Closes, or opens when something else can be called.
        case degraded(successes: Int)
    }

    /// The permission to make one call.
    package struct Ticket: Hashable, Sendable {
        package var number: Int
        package var isProbe: Bool
        /// What an outcome says is held against the time it was asked in: one from before a change says nothing.
        var generation: Int
    }

    package enum Admission: Hashable, Sendable {
        case call(Ticket)
        /// Open until then; nil is until a person says otherwise.
        case open(until: Timestamp?)
        /// Another call is the probe.
        case probing
    }

    package enum Outcome: Hashable, Sendable {
        /// With the time to the first token, where it is known.
        case succeeded(firstToken: Duration?)
        case failed(ModelError.Kind)
        /// The call says nothing about whether the other side works.
        case nothing
    }

    package let id: BreakerID
    package private(set) var state = State.closed
    private let policy: BreakerPolicy
    private var window: CallWindow
    private var latency = LatencyMedian()
    private var failuresInARow = 0
    private var openings = 0
    private var generation = 0
    private var tickets = 0

    package init(_ id: BreakerID, policy: BreakerPolicy = .standard) {
        self.id = id
        self.policy = policy
        window = CallWindow(length: policy.window, buckets: policy.buckets)
    }

    /// Asks whether a call may be made. What is admitted must be finished.
    ///
    /// - Parameter isLast: whether nothing else is left to call: then an open breaker is degraded instead, unless a
    ///   person opened it.
    package mutating func admit(at now: Timestamp, isLast: Bool = false) -> (Admission, [BreakerEvent]) {
        var events: [BreakerEvent] = []
        if case .open(let until?) = state {
            if now >= until {
                events.append(change(to: .halfOpen(probe: nil, successes: 0), .halfOpened, .elapsed, now))
            } else if isLast {
                events.append(change(to: .degraded(successes: 0), .degraded, .lastCandidate, now))
            }
        }
        switch state {
        case .closed, .degraded: return (.call(nextTicket(isProbe: false)), events)
        case .open(let until): return (.open(until: until), events)
        case .halfOpen(nil, let successes):
            let ticket = nextTicket(isProbe: true)
            state = .halfOpen(probe: ticket.number, successes: successes)
            return (.call(ticket), events)
        case .halfOpen: return (.probing, events)
        }
    }

    /// What `admit` would say, without asking for the place.
    package func canCall(at now: Timestamp) -> Bool {
        switch state {
        case .closed, .degraded: true
        case .open(let until): until.map { now >= $0 } ?? false
        case .halfOpen(let probe, _): probe == nil
        }
    }

    /// Reports how an admitted call ended.
    ///
    /// - Parameters:
    ///   - random: an evenly distributed number in 0..<1.
    ///   - isLast: whether nothing else is left to call: then it is degraded and not opened.
    package mutating func finish(
        _ ticket: Ticket, _ outcome: Outcome, at now: Timestamp, random: Double, isLast: Bool = false
    ) -> [BreakerEvent] {
        guard ticket.generation == generation else { return [] }
        switch state {
        case .closed: return finishClosed(outcome, at: now, random: random, isLast: isLast)
        case .degraded(let successes):
            return finishDegraded(outcome, successes, at: now, random: random, isLast: isLast)
        case .halfOpen(ticket.number, let successes):
            return finishProbe(outcome, successes, at: now, random: random, isLast: isLast)
        case .halfOpen, .open: preconditionFailure("a ticket of this generation in \(state)")
        }
    }

    /// Opens for a time that is given, whatever was counted.
    mutating func open(
        for duration: Duration, _ reason: BreakerReason, at now: Timestamp, isLast: Bool
    ) -> [BreakerEvent] {
        // A person's word, and a longer opening, stand.
        if case .open(let until) = state, until.map({ $0 >= now.advanced(by: duration) }) ?? true { return [] }
        if isLast {
            if case .degraded = state { return [] }
            return [change(to: .degraded(successes: 0), .degraded, reason, now)]
        }
        let until = now.advanced(by: duration)
        return [change(to: .open(until: until), .opened(until: until), reason, now)]
    }

    /// Does what a person wants, in any state.
    package mutating func force(_ force: Force, at now: Timestamp) -> BreakerEvent {
        switch force {
        case .open: return change(to: .open(until: nil), .opened(until: nil), .person, now)
        case .probe: return change(to: .halfOpen(probe: nil, successes: 0), .halfOpened, .person, now)
        case .close: return close(.person, now)
        }
    }

    package enum Force: String, Hashable, Sendable, CaseIterable {
        /// Until a person says otherwise.
        case open
        case close
        /// Half-open now.
        case probe
    }
}

extension CircuitBreaker {
    private mutating func finishClosed(
        _ outcome: Outcome, at now: Timestamp, random: Double, isLast: Bool
    ) -> [BreakerEvent] {
        switch outcome {
        case .nothing: return []
        case .succeeded(let firstToken):
            failuresInARow = 0
            window.record(isBad: isSlow(firstToken), at: now)
        case .failed:
            failuresInARow += 1
            window.record(isBad: true, at: now)
        }
        let (calls, bad) = window.totals(at: now)
        let reason: BreakerReason
        if failuresInARow >= policy.consecutiveFailures {
            reason = .consecutive(failuresInARow)
        } else if calls >= policy.minimumCalls, Double(bad) >= policy.failureShare * Double(calls) {
            reason = .share(bad: bad, of: calls)
        } else {
            return []
        }
        return open(reason, at: now, random: random, isLast: isLast)
    }

    private mutating func finishDegraded(
        _ outcome: Outcome, _ successes: Int, at now: Timestamp, random: Double, isLast: Bool
    ) -> [BreakerEvent] {
        switch outcome {
        case .nothing: return []
        case .succeeded(let firstToken):
            _ = isSlow(firstToken)
            guard successes + 1 >= policy.successesToClose else {
                state = .degraded(successes: successes + 1)
                return []
            }
            return [close(.recovered(successes + 1), now)]
        case .failed(let kind):
            state = .degraded(successes: 0)
            return isLast ? [] : open(.probeFailed(kind), at: now, random: random, isLast: false)
        }
    }

    private mutating func finishProbe(
        _ outcome: Outcome, _ successes: Int, at now: Timestamp, random: Double, isLast: Bool
    ) -> [BreakerEvent] {
        switch outcome {
        case .nothing:
            state = .halfOpen(probe: nil, successes: successes)
            return []
        case .succeeded:
            guard successes + 1 >= policy.successesToClose else {
                state = .halfOpen(probe: nil, successes: successes + 1)
                return []
            }
            return [close(.recovered(successes + 1), now)]
        case .failed(let kind): return open(.probeFailed(kind), at: now, random: random, isLast: isLast)
        }
    }

    private mutating func open(
        _ reason: BreakerReason, at now: Timestamp, random: Double, isLast: Bool
    ) -> [BreakerEvent] {
        openings += 1
        return open(for: policy.opening(openings, random: random), reason, at: now, isLast: isLast)
    }

    private mutating func close(_ reason: BreakerReason, _ now: Timestamp) -> BreakerEvent {
        openings = 0
        return change(to: .closed, .closed, reason, now)
    }

    /// Enters a state, in which outcomes of calls from before say nothing.
    private mutating func change(
        to state: State, _ change: BreakerEvent.Change, _ reason: BreakerReason, _ now: Timestamp
    ) -> BreakerEvent {
        self.state = state
        generation += 1
        failuresInARow = 0
        window.clear()
        return BreakerEvent(id, change, reason: reason, time: now)
    }

    private mutating func nextTicket(isProbe: Bool) -> Ticket {
        tickets += 1
        return Ticket(number: tickets, isProbe: isProbe, generation: generation)
    }

    private mutating func isSlow(_ firstToken: Duration?) -> Bool {
        guard let firstToken else { return false }
        defer { latency.record(firstToken) }
        guard let median = latency.median else { return false }
        return firstToken > policy.slowAtLeast && firstToken > median * policy.slowFactor
    }
}
