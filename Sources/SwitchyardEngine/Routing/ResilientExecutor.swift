package import SwitchyardCore

/// Brings a call through everything that can go wrong: tries again, waits, asks other models, and heeds breakers.
///
/// What is tried and when is decided by ``CallMachine``; this performs it, and records every step of it.
package struct ResilientExecutor: ModelExecutor {
    private let base: any ModelExecutor
    private let router: ModelRouter
    /// Whether a simulator answers for a provider.
    private let isSimulated: @Sendable (String) -> Bool

    package init(
        _ base: any ModelExecutor, _ router: ModelRouter, isSimulated: @escaping @Sendable (String) -> Bool
    ) {
        self.base = base
        self.router = router
        self.isSimulated = isSimulated
    }

    /// - Throws: the last error, with the attempts of every candidate, where all of them failed.
    package func run(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> ModelResponse {
        let models = context.candidates.isEmpty ? [request.model].compactMap(\.self) : context.candidates
        let start = router.clock.now()
        var call = Call(
            machine: CallMachine(
                candidates: models.map { CallCandidate(router.catalogue.facts(of: $0)) }, policy: context.policy,
                deadline: context.timeout.map { start.advanced(by: $0) }),
            executor: self, request: request, context: context, start: start)
        do throws(ModelError) {
            return try await call.run()
        } catch {
            // Whatever ended it, a probe that was under way gives its place back.
            call.cancel()
            throw error
        }
    }

    /// One call under way.
    private struct Call {
        var machine: CallMachine
        let executor: ResilientExecutor
        let request: ModelRequest
        let context: ExecutionContext
        let start: Timestamp
        private var response: ModelResponse?

        init(
            machine: CallMachine, executor: ResilientExecutor, request: ModelRequest, context: ExecutionContext,
            start: Timestamp
        ) {
            self.machine = machine
            self.executor = executor
            self.request = request
            self.context = context
            self.start = start
        }

        private var router: ModelRouter { executor.router }

        mutating func run() async throws(ModelError) -> ModelResponse {
            var decision = handle(.start)
            while true {
                let events = decision.events.compactMap(Self.event)
                let stimulus: CallMachine.Stimulus
                switch decision.instruction {
                case .call(let candidate, _): stimulus = try await ask(candidate, after: events)
                case .wait(let reason, let until):
                    try await wait(reason, until: until, after: events)
                    stimulus = .timerFired
                case .finish:
                    if !events.isEmpty { try await context.record(events) }
                    return finished()
                case .giveUp(let failure):
                    let now = router.clock.now()
                    let error = failure.modelError(at: now)
                    try await context.record(events + [.routing(.callFailed(failed(error, at: now)))])
                    throw error
                case .stop: throw ModelError(.cancelled, "the call was cancelled")
                }
                decision = handle(stimulus)
            }
        }

        private mutating func handle(_ stimulus: CallMachine.Stimulus) -> CallMachine.Decision {
            let now = router.clock.now()
            var machine = machine
            let decision = router.decide(for: context.run) { machine.handle(stimulus, at: now, with: &$0) }
            self.machine = machine
            return decision
        }

        mutating func cancel() { _ = handle(.cancel) }

        private mutating func ask(
            _ candidate: CallCandidate, after events: [RunEvent]
        ) async throws(ModelError) -> CallMachine.Stimulus {
            let isSimulated = executor.isSimulated(candidate.model.provider)
            var own = request
            own.model = candidate.model
            try await context.record(
                events + [
                    .modelRequested(
                        ModelRequested(
                            model: candidate.model, tier: candidate.tier, turn: context.turn, isSimulated: isSimulated))
                ])
            let sent = router.clock.now()
            do throws(ModelError) {
                let answer = try await executor.base.run(own, in: context)
                response = answer
                return .succeeded(firstToken: answer.firstTokenAfter)
            } catch {
                if error.kind == .cancelled || Task.isCancelled { throw error }
                let now = router.clock.now()
                try await context.record([
                    .routing(
                        .attemptFailed(
                            FailedModelAttempt(
                                model: candidate.model, tier: candidate.tier, kind: error.kind,
                                message: error.message, took: now.since(sent), retryAfter: error.retryAfter,
                                isSimulated: isSimulated)))
                ])
                return .failed(error)
            }
        }

        private func wait(
            _ reason: ModelWait.Reason, until: Timestamp, after events: [RunEvent]
        ) async throws(ModelError) {
            let wait = ModelWait(reason, model: machine.attempts.last?.model, until: until)
            try await context.record(events + [.routing(.waitStarted(wait))])
            do {
                try await router.clock.sleep(max(.zero, until.since(router.clock.now())))
            } catch {
                throw ModelError(.cancelled, "the call was cancelled")
            }
            try await context.record([.routing(.waitEnded)])
        }

        private func finished() -> ModelResponse {
            guard var response else { preconditionFailure("a call finished without an answer") }
            // The layers below know of the last try alone, and of a second turn that mended its answer.
            let repairs = response.attempts.dropFirst()
            response.attempts = machine.attempts + repairs
            response.latency = router.clock.now().since(start)
            return response
        }

        private func failed(_ error: ModelError, at now: Timestamp) -> FailedModelCall {
            let model = machine.attempts.last?.model ?? context.candidates.first ?? request.model
            return FailedModelCall(
                model: model ?? ModelID(provider: "", name: ""), turn: context.turn, kind: error.kind,
                message: error.message, attempts: machine.attempts.count, latency: now.since(start),
                isSimulated: model.map { executor.isSimulated($0.provider) } ?? false)
        }

        /// What is recorded of an event of the machine; that a try follows is told by the wait for it.
        private static func event(_ event: CallMachine.Event) -> RunEvent? {
            switch event {
            case .breaker(let change): .routing(.breakerChanged(change))
            case .retry: nil
            case .fallback(let from, let to, let after): .routing(.fellBack(from: from, to: to, after: after))
            }
        }
    }
}
