/// Keeps the result of a step for later runs.
package struct CachePolicy: Hashable, Sendable {
    /// How long a result is good; nil is for ever.
    package var ttl: Duration?
    /// Added to what tells results apart.
    package var key: Template?

    package init(ttl: Duration? = nil, key: Template? = nil) {
        self.ttl = ttl
        self.key = key
    }
}

/// A check of a step's result.
package struct QualityPolicy: Hashable, Sendable {
    package enum Check: Hashable, Sendable {
        /// True, or a score from 0 to 1.
        case expression(Expression)
        /// A question that a model answers with a score from 0 to 1.
        case prompt(Template)
    }

    package enum OnLow: String, Hashable, Sendable, CaseIterable {
        case retry, fail, warn
    }

    package static let defaultMinScore = 0.7

    package var check: Check
    /// From 0 to 1.
    package var minScore: Double
    package var onLow: OnLow

    package init(check: Check, minScore: Double = QualityPolicy.defaultMinScore, onLow: OnLow = .fail) {
        self.check = check
        self.minScore = minScore
        self.onLow = onLow
    }
}

/// What a process of a step may reach.
package struct SandboxPolicy: Hashable, Sendable {
    package var allowsNetwork: Bool
    /// The folders it may write to, beside its own temporary one.
    package var writable: [Template]

    package init(allowsNetwork: Bool = false, writable: [Template] = []) {
        self.allowsNetwork = allowsNetwork
        self.writable = writable
    }
}

/// What happens when runs of one group meet.
package struct ConcurrencyPolicy: Hashable, Sendable {
    package enum OnConflict: String, Hashable, Sendable, CaseIterable {
        case queue
        case cancelOlder = "cancel_older"
        case reject
    }

    package var group: Template
    package var onConflict: OnConflict

    package init(group: Template, onConflict: OnConflict = .queue) {
        self.group = group
        self.onConflict = onConflict
    }
}
