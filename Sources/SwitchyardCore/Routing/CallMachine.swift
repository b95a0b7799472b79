/// One call of a model through everything that can go wrong: which candidate is called, when it is called again, and
/// when it is given up.
///
/// A value that decides and does nothing: stimulus in, instruction out. Time comes with each stimulus; breakers, retry
/// budgets and jitter are in the ``ResilienceState`` that all calls share, which the caller keeps locked meanwhile.
package struct CallMachine: Hashable, Sendable {
    package enum Stimulus: Hashable, Sendable {
        /// The first, and given once.
        case start
        /// The candidate answered; with the time to the first token, where it is known.
        case succeeded(firstToken: Duration?)
        /// The candidate failed.
        case failed(ModelError)
        /// The wait is over.
        case timerFired
        /// Nobody wants the answer any more, in any state.
        case cancel
    }

    package enum Instruction: Hashable, Sendable {
        /// Call the candidate, its try number `attempt` (from 1).
        case call(CallCandidate, attempt: Int)
        /// Fire the timer then.
        case wait(ModelWait.Reason, until: Timestamp)
        /// The answer is there.
        case finish
        case giveUp(AllProvidersFailed)
        /// It was cancelled.
        case stop
    }

    package enum Event: Hashable, Sendable {
        case breaker(BreakerEvent)
        /// The same model is tried again then.
        case retry(ModelID, after: ModelError.Kind, at: Timestamp)
        /// Another model is called; nil where nothing failed but the first could not be called.
        case fallback(from: ModelID, to: ModelID, after: ModelError.Kind?)
    }

    package struct Decision: Hashable, Sendable {
        package var instruction: Instruction
        package var events: [Event]
    }

    private enum State: Hashable, Sendable {
        case idle
        case calling(Int, BreakerBoard.Ticket, since: Timestamp)
        /// For a candidate's next try, or for any to become callable.
        case waiting(Int?)
        case ended
    }

    /// A candidate and what became of it.
    struct Entry: Hashable, Sendable {
        let candidate: CallCandidate
        var attempts = 0
        /// It is called no more.
        var isOut = false
        var whyOut: AllProvidersFailed.Skipped.Reason?
    }

    /// The last error, and whose it was.
    private struct Failure: Hashable, Sendable {
        var error: ModelError
        var index: Int
    }

    private let policy: CallPolicy
    private let deadline: Timestamp?
    private(set) var entries: [Entry]
    private var state = State.idle
    private var last: Failure?
    private var waitedSince: Timestamp?
    /// Every try that ended, in order.
    package private(set) var attempts: [ModelAttempt] = []

    /// - Parameters:
    ///   - candidates: in the order in which they are tried.
    ///   - deadline: nothing is waited for beyond it; nil is the policy's longest wait.
    package init(candidates: [CallCandidate], policy: CallPolicy = .standard, deadline: Timestamp? = nil) {
        entries = candidates.map { Entry(candidate: $0) }
        self.policy = policy
        self.deadline = deadline
    }

    package mutating func handle(
        _ stimulus: Stimulus, at now: Timestamp, with shared: inout ResilienceState
    ) -> Decision {
        var events: [Event] = []
        let instruction: Instruction
        switch (state, stimulus) {
        case (.idle, .start), (.waiting(nil), .timerFired): instruction = choose(at: now, &shared, &events)
        case (.waiting(let index?), .timerFired):
            instruction = call(index, at: now, &shared, &events) ?? choose(at: now, &shared, &events)
        case (.calling(let index, let ticket, let since), .succeeded(let firstToken)):
            record(index, nil, from: since, to: now)
            events += shared.breakers.succeeded(ticket, firstToken: firstToken, at: now).map(Event.breaker)
            state = .ended
            instruction = .finish
        case (.calling(let index, let ticket, let since), .failed(let error)):
            record(index, error, from: since, to: now)
            let random = shared.draws.unit()
            let failed = shared.breakers.failed(
                ticket, error, at: now, random: random, isLast: isLast(index, at: now, shared))
            events += failed.map(Event.breaker)
            instruction = goOn(after: error, index, at: now, &shared, &events)
        case (.calling(let index, let ticket, let since), .cancel):
            let error = ModelError(.cancelled, "the call was cancelled")
            record(index, error, from: since, to: now)
            events += shared.breakers.failed(ticket, error, at: now, random: 0).map(Event.breaker)
            state = .ended
            instruction = .stop
        case (.idle, .cancel), (.waiting, .cancel):
            state = .ended
            instruction = .stop
        case (.ended, .cancel), (.ended, .timerFired): instruction = .stop
        case (.idle, .succeeded), (.idle, .failed), (.idle, .timerFired), (.calling, .start), (.calling, .timerFired),
            (.waiting, .start), (.waiting, .succeeded), (.waiting, .failed), (.ended, .start), (.ended, .succeeded),
            (.ended, .failed):
            preconditionFailure("\(stimulus) in \(state)")
        }
        return Decision(instruction: instruction, events: events)
    }
}

extension CallMachine {
    /// What follows an error of candidate `index`.
    private mutating func goOn(
        after error: ModelError, _ index: Int, at now: Timestamp, _ shared: inout ResilienceState,
        _ events: inout [Event]
    ) -> Instruction {
        last = Failure(error: error, index: index)
        if entries[index].attempts >= policy.attemptsPerCandidate { entries[index].isOut = true }
        if error.hasBegun, !policy.restartsBegunAnswers, error.kind != .cancelled {
            return giveUp(.answerHadBegun, at: now, shared)
        }
        switch error.kind {
        case .cancelled:
            state = .ended
            return .stop
        case .rateLimited: break
        case .overloaded, .server, .timeout, .transport:
            if let instruction = retry(index, after: error, at: now, &shared, &events) { return instruction }
        case .contextOverflow:
            guard policy.fallsBackAfter.contains(error.kind) else { return giveUp(.final(error.kind), at: now, shared) }
            leaveOutWindows(notLargerThan: index)
        case .invalidOutput, .quota, .auth, .refused, .invalidRequest, .budget:
            guard policy.fallsBackAfter.contains(error.kind) else { return giveUp(.final(error.kind), at: now, shared) }
            entries[index].isOut = true
        }
        return choose(at: now, &shared, &events)
    }

    /// Waits for the next try of the same candidate; nil if there is none, or another is to be called instead.
    private mutating func retry(
        _ index: Int, after error: ModelError, at now: Timestamp, _ shared: inout ResilienceState,
        _ events: inout [Event]
    ) -> Instruction? {
        guard !entries[index].isOut else { return nil }
        let candidate = entries[index].candidate
        // Its breaker has opened: it is left for the others, and asked again if they fail.
        guard shared.breakers.refusal(candidate.breaker, at: now) == nil else { return nil }
        let wait = policy.wait(after: error, attempt: entries[index].attempts, random: shared.draws.unit())
        let until = now.advanced(by: wait)
        guard isInTime(until, now) else {
            entries[index].isOut = true
            return nil
        }
        guard shared.mayRetry(candidate.model.provider, at: now) else {
            entries[index].isOut = true
            entries[index].whyOut = .retryBudget
            return nil
        }
        events.append(.retry(candidate.model, after: error.kind, at: until))
        return pause(.retry, until, for: index, now)
    }

    /// The first candidate that can be called, or what there is to wait for.
    private mutating func choose(
        at now: Timestamp, _ shared: inout ResilienceState, _ events: inout [Event]
    ) -> Instruction {
        let open = entries.indices.filter { !entries[$0].isOut }
        for index in open {
            if let instruction = call(index, at: now, &shared, &events) { return instruction }
        }
        var refusals: [(index: Int, refusal: BreakerBoard.Refusal)] = []
        for index in open {
            if let refusal = shared.breakers.refusal(entries[index].candidate.breaker, at: now) {
                refusals.append((index, refusal))
            }
        }
        // A provider that asked for a pause says when it is over: that is better than calling what fails.
        let pauses = refusals.compactMap { if case .parked(let until) = $0.refusal { until } else { nil } }
        if let end = pauses.min() {
            let jitter = end.since(now) * (policy.serverWaitJitter * shared.draws.unit())
            if isInTime(end.advanced(by: jitter), now) {
                return pause(.rateLimit, end.advanced(by: jitter), for: nil, now)
            }
        }
        for (index, refusal) in refusals {
            guard case .open = refusal else { continue }
            if let instruction = call(index, at: now, isLast: true, &shared, &events) { return instruction }
        }
        let isProbed = refusals.contains { if case .probing = $0.refusal { true } else { false } }
        let recheck = now.advanced(by: policy.probeRecheck)
        if isProbed, isInTime(recheck, now) { return pause(.breaker, recheck, for: nil, now) }
        return giveUp(open.isEmpty || pauses.isEmpty && !isProbed ? .exhausted : .deadline, at: now, shared)
    }

    /// Calls candidate `index`; nil if its breaker or its provider's refuses.
    private mutating func call(
        _ index: Int, at now: Timestamp, isLast: Bool = false, _ shared: inout ResilienceState,
        _ events: inout [Event]
    ) -> Instruction? {
        let candidate = entries[index].candidate
        let (admission, changes) = shared.breakers.admit(candidate.breaker, at: now, isLast: isLast)
        events += changes.map(Event.breaker)
        guard case .call(let ticket) = admission else { return nil }
        if entries[index].attempts == 0 { shared.called(candidate.model.provider) }
        let from = last?.index ?? 0
        if from != index {
            let model = entries[from].candidate.model
            events.append(.fallback(from: model, to: candidate.model, after: last?.error.kind))
        }
        entries[index].attempts += 1
        state = .calling(index, ticket, since: now)
        return .call(candidate, attempt: entries[index].attempts)
    }

    /// After a question that was too long for a candidate, only larger windows are of use.
    private mutating func leaveOutWindows(notLargerThan index: Int) {
        entries[index].isOut = true
        let window = entries[index].candidate.contextWindow ?? 0
        for other in entries.indices where !entries[other].isOut {
            guard (entries[other].candidate.contextWindow ?? 0) <= window else { continue }
            entries[other].isOut = true
            entries[other].whyOut = .windowNotLarger
        }
    }

    /// Whether nothing else is left to call, now or after a pause that its provider asked for.
    private func isLast(_ index: Int, at now: Timestamp, _ shared: ResilienceState) -> Bool {
        !entries.indices.contains { other in
            guard other != index, !entries[other].isOut else { return false }
            return switch shared.breakers.refusal(entries[other].candidate.breaker, at: now) {
            case nil, .parked: true
            case .open, .probing: false
            }
        }
    }

    private func isInTime(_ time: Timestamp, _ now: Timestamp) -> Bool {
        time <= (deadline ?? now.advanced(by: policy.longestWait))
    }

    private mutating func pause(
        _ reason: ModelWait.Reason, _ until: Timestamp, for index: Int?, _ now: Timestamp
    ) -> Instruction {
        waitedSince = waitedSince ?? now
        state = .waiting(index)
        return .wait(reason, until: until)
    }

    private mutating func record(_ index: Int, _ error: ModelError?, from since: Timestamp, to now: Timestamp) {
        let waited = waitedSince.map { since.since($0) } ?? .zero
        attempts.append(
            ModelAttempt(
                model: entries[index].candidate.model, failure: error?.kind, message: error?.message, waited: waited,
                took: now.since(since)))
        waitedSince = nil
    }

    private mutating func giveUp(
        _ cause: AllProvidersFailed.Cause, at now: Timestamp, _ shared: ResilienceState
    ) -> Instruction {
        state = .ended
        var failure = AllProvidersFailed(cause: cause, attempts: attempts, skipped: [], last: last?.error)
        for entry in entries {
            let refusal = entry.isOut ? nil : shared.breakers.refusal(entry.candidate.breaker, at: now)
            switch refusal {
            case nil, .open(_, until: nil), .probing: break
            case .open(_, let until?), .parked(let until): failure.retryAt = min(failure.retryAt ?? until, until)
            }
            if let reason = entry.whyOut ?? refusal.map(AllProvidersFailed.Skipped.Reason.refused) {
                failure.skipped.append(.init(model: entry.candidate.model, reason: reason))
            }
        }
        return .giveUp(failure)
    }
}
