import SwitchyardCore
import Synchronization

/// The results that runs keep for one another, and who is making one right now: of attempts with the same key one runs,
/// and the others wait for what it records.
final class ResultCache: Sendable {
    /// An attempt's place among those that want the result of one key, first come first served.
    struct Claim: Hashable, Sendable {
        fileprivate let key: String
        fileprivate let number: Int
    }

    private struct State {
        /// The claims of each key; the first holds it.
        var claims: [String: [Claim]] = [:]
        var waiting: [Claim: CheckedContinuation<Void, Never>] = [:]
        var count = 0
    }

    private let log: any EventLog
    private let state = Mutex(State())

    init(log: any EventLog) {
        self.log = log
    }

    /// A claim for `key`, which lasts until it is released.
    func join(_ key: String) -> Claim {
        state.withLock { state in
            state.count += 1
            let claim = Claim(key: key, number: state.count)
            state.claims[key, default: []].append(claim)
            return claim
        }
    }

    /// The kept result that `request` asks for, once the claims before `claim` are released. Nil if the caller is the
    /// one to make it, or its task was cancelled.
    func result(_ request: CacheRequest, _ claim: Claim) async -> EventEnvelope? {
        await waitForTurn(claim)
        guard !Task.isCancelled, request.takesKept else { return nil }
        // A record that cannot be read is made again; that the log fails is told by the next append.
        guard let kept = try? await log.keptResult(request.key) else { return nil }
        if let oldest = request.oldest, kept.time < oldest { return nil }
        return kept
    }

    /// Ends `claim`: its result is in the log, or there is none.
    func release(_ claim: Claim) {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard var claims = state.claims[claim.key] else { return nil }
            claims.removeAll { $0 == claim }
            state.claims[claim.key] = claims.isEmpty ? nil : claims
            return claims.first.flatMap { state.waiting.removeValue(forKey: $0) }
        }
        next?.resume()
    }

    private func waitForTurn(_ claim: Claim) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isTurn = state.withLock { state in
                    guard state.claims[claim.key]?.first != claim, !Task.isCancelled else { return true }
                    state.waiting[claim] = continuation
                    return false
                }
                if isTurn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: claim) }?.resume()
        }
    }
}
