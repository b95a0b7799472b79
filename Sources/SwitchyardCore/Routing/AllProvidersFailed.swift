/// No candidate gave an answer.
package struct AllProvidersFailed: Error, Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// There is nothing left to try.
        case exhausted
        /// What could still be tried would be too late.
        case deadline
        /// The error is one that no other candidate is asked after.
        case final(ModelError.Kind)
        /// A piece of the answer was already reported.
        case answerHadBegun
    }

    /// A candidate that was not called at the end, and why.
    package struct Skipped: Hashable, Sendable {
        package enum Reason: Hashable, Sendable {
            case refused(BreakerBoard.Refusal)
            /// Its context window is not known to be larger than that of the model the question was too long for.
            case windowNotLarger
            /// The provider has been given as many retries as it may get.
            case retryBudget
        }

        package var model: ModelID
        package var reason: Reason
    }

    package var cause: Cause
    /// Every try, in order.
    package var attempts: [ModelAttempt]
    package var skipped: [Skipped]
    /// The last error.
    package var last: ModelError?
    /// When something that refuses calls now may take them again.
    package var retryAt: Timestamp?

    /// The failure as the caller of a model sees it.
    ///
    /// Its class is the last error's. Where nothing was called, it is `rate_limited` if a provider asked for a pause,
    /// else `overloaded`: the breakers opened because of such errors.
    package func modelError(at now: Timestamp) -> ModelError {
        var error = last ?? ModelError(isParked ? .rateLimited : .overloaded, "")
        let models = Set(attempts.map(\.model) + skipped.map(\.model))
        if let last, models.count == 1 {
            error.message = last.message + (attempts.count > 1 ? ", after \(attempts.count) attempts" : "")
        } else {
            error.message = message
        }
        error.attempts = attempts
        if error.retryAfter == nil, let retryAt { error.retryAfter = max(.zero, retryAt.since(now)) }
        return error
    }

    /// `every model failed: openai/gpt-6-luna server, server, timeout; google/gemini-3.8-flash not called, breaker open`
    package var message: String {
        var parts: [(model: ModelID, words: [String])] = []
        func add(_ model: ModelID, _ word: String) {
            if let index = parts.firstIndex(where: { $0.model == model }) {
                parts[index].words.append(word)
            } else {
                parts.append((model, [word]))
            }
        }
        for attempt in attempts { add(attempt.model, attempt.failure?.rawValue ?? "answered") }
        for skipped in skipped { add(skipped.model, Self.words(skipped.reason)) }
        guard !parts.isEmpty else { return "there is no model to call" }
        let list = parts.map { "\($0.model) \($0.words.joined(separator: ", "))" }.joined(separator: "; ")
        return "\(parts.count == 1 ? "the only model failed" : "every model failed"): \(list)"
    }

    private var isParked: Bool {
        skipped.contains { if case .refused(.parked) = $0.reason { true } else { false } }
    }

    private static func words(_ reason: Skipped.Reason) -> String {
        switch reason {
        case .refused(.open): "breaker open"
        case .refused(.probing): "breaker half-open"
        case .refused(.parked): "rate limited"
        case .windowNotLarger: "no larger window"
        case .retryBudget: "no retries left"
        }
    }
}
