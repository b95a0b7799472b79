extension ModelPrice {
    /// What `usage` costs: picodollars summed exactly, then rounded once to the nearest micro-dollar, ties upwards.
    ///
    /// A count of 0 needs no price, and a price of 0 no count. Reading and writing a cache is left out where neither
    /// price nor count is stated: it is not billed apart. A usage that does not tell longer writes apart has none. Nil
    /// if anything else is unknown, or a count is negative. An amount that does not fit stays at the largest there is.
    package func cost(of usage: TokenUsage) -> MicroDollars? {
        guard let plain = Self.picodollars(usage.uncachedInput, input),
            let answer = Self.picodollars(usage.output, output),
            let read = Self.picodollars(usage.cacheRead, cacheRead, isBilledApart: true),
            let written = Self.picodollars(usage.cacheWrite, cacheWrite, isBilledApart: true),
            let kept = usage.cacheWriteLong == nil ? 0 : Self.picodollars(usage.cacheWriteLong, cacheWriteLong)
        else { return nil }
        return MicroDollars(picodollars: plain + answer + read + written + kept)
    }

    /// What so many tokens of one kind cost; nil if it is unknown.
    ///
    /// - Parameter isBilledApart: whether that neither is stated means that there are none.
    private static func picodollars(_ count: Int?, _ price: Int64?, isBilledApart: Bool = false) -> Int128? {
        if count == 0 || price == 0 || isBilledApart && count == nil && price == nil { return 0 }
        guard let count, let price, count > 0 else { return nil }
        return Int128(count) * Int128(price)
    }

    /// The dearest that a token of input can be when `cacheWrites` are possible; nil if the price of input is unknown.
    func dearestInput(_ cacheWrites: CacheLifetime?) -> Int64? {
        guard let input else { return nil }
        return switch cacheWrites {
        case nil: input
        case .short: max(input, cacheWrite ?? 0)
        case .long: max(input, cacheWrite ?? 0, cacheWriteLong ?? 0)
        }
    }
}

/// How long a provider keeps what is written to its cache.
package enum CacheLifetime: Hashable, Sendable {
    /// Minutes: what providers do by themselves.
    case short
    /// Hours: where it was asked for.
    case long
}

extension ModelFacts {
    /// The price of a call with so much input, cached tokens counted; nil if none is stated.
    package func price(forInput tokens: Int) -> ModelPrice? {
        if let longContext, tokens > longContext.aboveInputTokens { return longContext.price }
        return price
    }

    /// What `usage` costs, at the long-context price for the whole call where that applies. Nil if that is unknown.
    package func cost(of usage: TokenUsage) -> MicroDollars? {
        // Without a count of the input it is not known which of two prices holds.
        guard let tokens = usage.input ?? (longContext == nil ? 0 : nil) else { return nil }
        return price(forInput: tokens)?.cost(of: usage)
    }

    /// The most that a call can cost: what is reserved before it. Nil if a price or the longest output is unknown.
    ///
    /// - Parameters:
    ///   - inputTokens: an estimate of the input that is not too small.
    ///   - maxTokens: the longest answer that was asked for; nil is the longest the model gives.
    ///   - cacheWrites: the cache that the input may be written to.
    package func worstCaseCost(
        inputTokens: Int, maxTokens: Int?, cacheWrites: CacheLifetime? = .short
    ) -> MicroDollars? {
        guard let price = price(forInput: inputTokens), let input = price.dearestInput(cacheWrites) else { return nil }
        let usage = TokenUsage(
            uncachedInput: inputTokens, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0,
            output: longestOutput(inputTokens: inputTokens, maxTokens: maxTokens))
        return ModelPrice(input: input, output: price.output).cost(of: usage)
    }

    /// The longest answer to so much input: what was asked for, what the model gives, and what the window leaves,
    /// whichever is the least; nil if nothing is known.
    package func longestOutput(inputTokens: Int, maxTokens: Int?) -> Int? {
        let room = contextWindow.map { max(0, $0 - inputTokens) }
        let least = min(maxTokens ?? .max, maxOutputTokens ?? .max, room ?? .max)
        return least == .max ? nil : least
    }

    /// Whether so much input and output fit; nil if the limits are not stated.
    package func fits(inputTokens: Int, outputTokens: Int) -> Bool? {
        if let maxInputTokens, inputTokens > maxInputTokens { return false }
        if let maxOutputTokens, outputTokens > maxOutputTokens { return false }
        if let contextWindow {
            let (sum, overflows) = inputTokens.addingReportingOverflow(outputTokens)
            return !overflows && sum <= contextWindow
        }
        return maxInputTokens == nil ? nil : true
    }
}

extension MicroDollars {
    /// `picodollars` rounded to the nearest micro-dollar, ties away from zero, within what fits.
    package init(picodollars: Int128) {
        let half: Int128 = picodollars < 0 ? -500_000 : 500_000
        self.init(Int64(clamping: (picodollars + half) / 1_000_000))
    }
}
