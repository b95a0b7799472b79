/// How many retries a provider may be given: a share of the calls it gets, and a few a minute besides. Without it, every
/// caller's retries would triple the load of a provider that is already failing.
package struct RetryBudget: Hashable, Sendable {
    package struct Policy: Hashable, Sendable {
        /// Retries for each first call.
        package var share: Double
        /// Retries a minute that are allowed however few the calls.
        package var perMinute: Double
        /// The most that can be saved up; what there is at the beginning.
        package var saved: Double

        package static let standard = Policy()

        package init(share: Double = 0.1, perMinute: Double = 6, saved: Double = 10) {
            self.share = share
            self.perMinute = perMinute
            self.saved = saved
        }
    }

    private let policy: Policy
    /// In thousandths of a retry.
    private var credit: Int
    private var filledAt: Timestamp?

    package init(policy: Policy = .standard) {
        self.policy = policy
        credit = Int(policy.saved * 1000)
    }

    /// A first call was made.
    package mutating func called() { add(Int(policy.share * 1000)) }

    /// Takes one retry. False if there is none left.
    package mutating func retry(at now: Timestamp) -> Bool {
        refill(now)
        guard credit >= 1000 else { return false }
        credit -= 1000
        return true
    }

    private mutating func refill(_ now: Timestamp) {
        if let filledAt, now > filledAt {
            add(Int(min(now.since(filledAt).inSeconds, 3600) * policy.perMinute * 1000 / 60))
        }
        filledAt = now
    }

    private mutating func add(_ thousandths: Int) {
        credit = min(credit + thousandths, Int(policy.saved * 1000))
    }
}
