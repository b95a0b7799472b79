import SwitchyardCore
import Synchronization

// How calls stand in line for a provider's limits.

extension ModelRouter {
    /// A call that stands in no line any more and must be settled.
    struct Pass {
        let id: Int
        let provider: String
    }

    /// Waits until a call that may use so many tokens keeps the limits of `provider`.
    func pass(
        _ model: ModelID, tokens: Int, in context: ExecutionContext
    ) async throws(ModelError) -> Pass {
        let provider = model.provider
        let now = clock.now()
        let (id, decision, expected) = state.withLock { state in
            state.lastCall += 1
            let id = state.lastCall
            var limiter = state.limiters[provider] ?? RateLimiter(settings.limits[provider] ?? RateLimits())
            let decision = limiter.reserve(id, tokens: tokens, at: now)
            let expected = decision == .wait ? limiter.expectedStart(of: id, at: now) : nil
            state.limiters[provider] = limiter
            return (id, decision, expected)
        }
        guard decision == .wait else { return Pass(id: id, provider: provider) }
        scheduleLine(of: provider)
        do throws(ModelError) {
            try await context.record([
                .routing(.waitStarted(ModelWait(.rateLimit, model: model, until: expected)))
            ])
            await waiting.wait(for: id)
            guard !Task.isCancelled else { throw ModelError(.cancelled, "the call was cancelled") }
            try await context.record([.routing(.waitEnded)])
        } catch {
            leave(id, provider)
            throw error
        }
        return Pass(id: id, provider: provider)
    }

    /// Reports that the call of `pass` has ended.
    func settle(_ pass: Pass, usedTokens: Int?, headroom: RateHeadroom?) {
        advanceLine(of: pass.provider) { limiter, now in
            limiter.settle(pass.id, usedTokens: usedTokens, headroom: headroom, at: now)
        }
    }

    /// Takes call `id` out of the line, or, if it was let go meanwhile, out of those under way.
    private func leave(_ id: Int, _ provider: String) {
        advanceLine(of: provider) { limiter, now in
            limiter.waiting.contains(id)
                ? limiter.cancel(id, at: now) : limiter.settle(id, usedTokens: 0, at: now)
        }
    }

    private func advanceLine(of provider: String, _ change: (inout RateLimiter, Timestamp) -> [Int]) {
        let now = clock.now()
        let gone = state.withLock { state -> [Int] in
            guard var limiter = state.limiters[provider] else { return [] }
            let gone = change(&limiter, now)
            state.limiters[provider] = limiter
            return gone
        }
        waiting.release(gone)
        scheduleLine(of: provider)
    }

    /// Looks at the line again when its first call may go.
    private func scheduleLine(of provider: String) {
        let now = clock.now()
        state.withLock { state in
            guard let next = state.limiters[provider]?.nextTime(at: now) else { return }
            if let timer = state.lineTimers[provider] {
                guard next < timer.time else { return }
                timer.task.cancel()
            }
            let clock = clock
            let task = Task { [weak self] in
                do {
                    try await clock.sleep(next.since(now))
                } catch {
                    // An earlier look took its place.
                    return
                }
                self?.state.withLock { $0.lineTimers[provider] = nil }
                self?.advanceLine(of: provider) { limiter, now in limiter.advance(at: now) }
            }
            state.lineTimers[provider] = (next, task)
        }
    }
}
