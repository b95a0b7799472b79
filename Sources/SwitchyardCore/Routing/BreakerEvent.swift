/// What a breaker watches over: a provider as a whole, or its models of one tier.
package struct BreakerID: Hashable, Sendable, CustomStringConvertible {
    package var provider: String
    /// Nil is the provider as a whole.
    package var tier: ModelTier?

    package init(_ provider: String, _ tier: ModelTier? = nil) {
        self.provider = provider
        self.tier = tier
    }

    package var description: String { tier.map { "\(provider):\($0.rawValue)" } ?? provider }
}

/// Why a breaker changed.
package enum BreakerReason: Hashable, Sendable {
    /// So many of so many calls in the window failed or were slow.
    case share(bad: Int, of: Int)
    /// So many calls failed one after the other.
    case consecutive(Int)
    /// A probe failed.
    case probeFailed(ModelError.Kind)
    /// The provider refused the key, or its money is used up.
    case refusedKey(ModelError.Kind)
    /// The time of an opening is over.
    case elapsed
    /// So many probes one after the other succeeded.
    case recovered(Int)
    /// It was called although it was open: nothing else was left to call.
    case lastCandidate
    case person
}

/// A change of a breaker.
package struct BreakerEvent: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// Nothing is called until then; nil is until a person says otherwise.
        case opened(until: Timestamp?)
        case halfOpened
        case closed
        /// It would be open, but nothing else is left to call: calls go on.
        case degraded
        /// The provider asked for fewer calls, and gets none until then. No failure.
        case parked(until: Timestamp)
    }

    package var breaker: BreakerID
    package var change: Change
    package var reason: BreakerReason?
    package var time: Timestamp

    package init(_ breaker: BreakerID, _ change: Change, reason: BreakerReason?, time: Timestamp) {
        self.breaker = breaker
        self.change = change
        self.reason = reason
        self.time = time
    }
}
