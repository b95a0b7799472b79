/// What a provider may be asked. Nil is no limit.
package struct RateLimits: Hashable, Sendable {
    package var requestsPerMinute: Int?
    package var tokensPerMinute: Int?
    /// Calls at the same time.
    package var concurrency: Int?

    package init(requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, concurrency: Int? = nil) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.concurrency = concurrency
    }
}
