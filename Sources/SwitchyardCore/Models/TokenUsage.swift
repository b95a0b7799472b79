/// What a call used, in tokens, in one shape for every provider. Nil is unknown, never 0.
package struct TokenUsage: Hashable, Sendable {
    /// Input at its full price: neither read from a cache nor written to one.
    package var uncachedInput: Int?
    /// Input read from the provider's cache.
    package var cacheRead: Int?
    /// Input written to the provider's cache for its shorter time.
    package var cacheWrite: Int?
    /// Input written to the provider's cache for its longer time (Anthropic's hour).
    package var cacheWriteLong: Int?
    /// Everything billed as output, reasoning included.
    package var output: Int?
    /// The part of the output that is reasoning.
    package var reasoning: Int?

    package init(
        uncachedInput: Int? = nil, cacheRead: Int? = nil, cacheWrite: Int? = nil, cacheWriteLong: Int? = nil,
        output: Int? = nil, reasoning: Int? = nil
    ) {
        self.uncachedInput = uncachedInput
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWriteLong = cacheWriteLong
        self.output = output
        self.reasoning = reasoning
    }

    /// Everything that was sent; nil if nothing is known of it.
    package var input: Int? {
        let parts = [uncachedInput, cacheRead, cacheWrite, cacheWriteLong].compactMap(\.self)
        return parts.isEmpty ? nil : parts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }

    /// Everything; nil if input or output is unknown.
    package var total: Int? {
        guard let input, let output else { return nil }
        return input.addingReportingOverflow(output).partialValue
    }
}
