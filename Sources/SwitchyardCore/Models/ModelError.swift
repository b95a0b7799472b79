/// Why a call of a model gave no answer.
package struct ModelError: Error, Hashable, Sendable {
    /// Decided from status, error type and code, never from the words of a message.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Too many requests or tokens in a time (HTTP 429).
        case rateLimited = "rate_limited"
        /// The account's money or quota is used up.
        case quota
        /// The provider has no room (HTTP 503, 529).
        case overloaded
        /// The provider failed (other HTTP 5xx, 408, 409).
        case server
        /// No answer, or no next piece of one, in time.
        case timeout
        /// The server could not be reached, or the connection broke.
        case transport
        /// The key is missing, wrong, or may not do this (HTTP 401, 403).
        case auth
        /// The question is longer than the model's context window.
        case contextOverflow = "context_overflow"
        /// The provider or the model refused to answer.
        case refused
        /// The provider does not take the request (other HTTP 4xx).
        case invalidRequest = "invalid_request"
        /// The answer is not what the protocol, or the request's schema, promises.
        case invalidOutput = "invalid_output"
        /// The call could cost more than a budget has left; nothing was sent.
        case budget
        case cancelled
    }

    package var kind: Kind
    /// One sentence, without a full stop, that a person understands. Foreign text in it is masked, not yet cleaned for
    /// a terminal.
    package var message: String
    package var model: ModelID?
    /// The HTTP status.
    package var status: Int?
    /// The provider's type or code of the error.
    package var code: String?
    /// How long the provider asked to wait; a wait before the next try is never shorter.
    package var retryAfter: Duration?
    package var requestID: String?
    /// Whether a piece of the answer had been reported, so that a silent repetition would show it twice.
    package var hasBegun: Bool
    package var headroom: RateHeadroom?
    /// Every try, in order, where a layer made several.
    package var attempts: [ModelAttempt]

    package init(
        _ kind: Kind, _ message: String, model: ModelID? = nil, status: Int? = nil, code: String? = nil,
        retryAfter: Duration? = nil, requestID: String? = nil, hasBegun: Bool = false,
        headroom: RateHeadroom? = nil, attempts: [ModelAttempt] = []
    ) {
        self.kind = kind
        self.message = message
        self.model = model
        self.status = status
        self.code = code
        self.retryAfter = retryAfter
        self.requestID = requestID
        self.hasBegun = hasBegun
        self.headroom = headroom
        self.attempts = attempts
    }

    /// Whether the same call, later, could end otherwise.
    package var isRetryable: Bool {
        guard !hasBegun else { return false }
        return switch kind {
        case .rateLimited, .overloaded, .server, .timeout, .transport, .invalidOutput: true
        case .quota, .auth, .contextOverflow, .refused, .invalidRequest, .budget, .cancelled: false
        }
    }
}
