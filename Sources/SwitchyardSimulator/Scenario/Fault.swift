/// What goes wrong with a reply.
package enum Fault: Hashable, Sendable {
    /// The provider refuses the request with an error status.
    case refusal(Refusal)
    /// The connection breaks after so many pieces of the answer; in an answer that is not streamed, half way.
    case cut(after: Int)
    /// Nothing more comes after so many pieces; the connection breaks when the time is over.
    case stall(after: Int, lasting: Duration)
    /// What looks like JSON is none.
    case malformed
    /// JSON with numbers where texts and lists should be.
    case wrongTypes
    /// A text of so many bytes.
    case huge(bytes: Int)
    /// After so many pieces an error comes, under the status 200.
    case errorInStream(ErrorKind, after: Int)
    /// The connection is closed without a reply.
    case drop
}

/// An error reply.
package struct Refusal: Hashable, Sendable {
    /// What the body of an error holds.
    package enum Body: String, Hashable, Sendable, CaseIterable {
        /// The provider's own JSON.
        case json
        /// The page of a proxy.
        case html
        /// A sentence.
        case text
        case empty
        /// The provider's own JSON as the only element of an array, as Gemini's gateway sends it.
        case array
    }

    package var kind: ErrorKind
    /// Nil is the one that the provider has for the kind.
    package var status: Int?
    package var message: String?
    package var retryAfter: Duration?
    package var body: Body
    /// The provider's code of it, and the parameter at fault; nil is what the kind has.
    var code: String?
    var parameter: String?

    package init(
        _ kind: ErrorKind, status: Int? = nil, message: String? = nil, retryAfter: Duration? = nil,
        body: Body = .json
    ) {
        self.kind = kind
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
        self.body = body
    }

    /// A request that is wrong in itself.
    init(invalid message: String, parameter: String? = nil, code: String? = nil) {
        self.init(.invalidRequest, message: message)
        self.parameter = parameter
        self.code = code
    }
}

/// Why a provider refuses. Each has its own status and type at each provider.
package enum ErrorKind: String, Hashable, Sendable, CaseIterable {
    case invalidRequest = "invalid_request"
    case auth
    case permission
    case notFound = "not_found"
    case rateLimit = "rate_limit"
    case quota
    case contextOverflow = "context_overflow"
    case server
    case unavailable
    case timeout
    case overloaded
}
