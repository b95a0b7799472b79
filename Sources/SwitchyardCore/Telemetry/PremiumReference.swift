/// What calls are measured against when it is said what was saved: the model that would have been paid for, had every
/// question gone to a premium model.
///
/// It is the cheapest premium model of the catalogue for three tokens of input to one of output, so that what is said
/// to be saved is never more than it was. A model that is shut down, or has no price, is none to measure by.
package struct PremiumReference: Hashable, Sendable {
    package let facts: ModelFacts

    package var model: ModelID { facts.id }

    /// Nil where the catalogue has no premium model with a price.
    ///
    /// - Parameter today: `YYYY-MM-DD`; nil takes no heed of shutdown dates.
    package init?(_ catalogue: ModelCatalogue, today: String? = nil) {
        let priced = catalogue.models(tier: .premium).compactMap { facts -> (ModelFacts, Int64)? in
            if let today, let date = facts.shutdownDate, date < today { return nil }
            guard let input = facts.price?.input, let output = facts.price?.output, input > 0 || output > 0 else {
                return nil
            }
            return (facts, 3 * input + output)
        }
        // Of equals the one that the catalogue names first.
        guard let cheapest = priced.min(by: { $0.1 < $1.1 }) else { return nil }
        facts = cheapest.0
    }

    /// What `usage` would have cost; nil where input or output is not known.
    package func cost(of usage: TokenUsage) -> MicroDollars? { facts.costWithoutGaps(of: usage) }
}

extension ModelFacts {
    /// What the tokens of `usage`, which another model may have used, cost at this one: what it has no price of its own
    /// for is plain input. Nil where input or output, or their price, is not known.
    package func costWithoutGaps(of usage: TokenUsage) -> MicroDollars? {
        guard let input = usage.input, let output = usage.output, let price = price(forInput: input) else { return nil }
        let written = (usage.cacheWrite ?? 0) + (usage.cacheWriteLong ?? 0)
        let (reads, writes) = (price.cacheRead == nil ? 0 : usage.cacheRead ?? 0, price.cacheWrite == nil ? 0 : written)
        return cost(
            of: TokenUsage(
                uncachedInput: input - reads - writes, cacheRead: reads, cacheWrite: writes, output: output))
    }
}
