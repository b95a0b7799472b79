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
    /// A stream of server-sent events written otherwise than usual, as the standard allows.
    case events(EventStyle)
    /// A stream of Chat Completions whose calls of tools come as some servers send them.
    case callDeltas(CallDeltas)
}

/// How server-sent events are written.
package struct EventStyle: Hashable, Sendable {
    package enum LineEnd: String, Hashable, Sendable, CaseIterable {
        case lf, crlf, cr
    }

    package var lineEnd: LineEnd
    /// Whether a comment stands before every event, and another among its lines.
    package var hasComments: Bool

    package init(lineEnd: LineEnd = .lf, hasComments: Bool = false) {
        self.lineEnd = lineEnd
        self.hasComments = hasComments
    }
}

/// What servers that imitate OpenAI do to the pieces of calls.
package enum CallDeltas: String, Hashable, Sendable, CaseIterable {
    case noID = "no_id"
    case noIndex = "no_index"
    /// Neither id nor index.
    case bare
    /// Every call at index 0.
    case sameIndex = "same_index"
    /// The first call at index 1.
    case fromOne = "from_one"
    /// The id and the name in every piece.
    case repeated
    /// Each call in one piece.
    case whole
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
    /// Whether the header of it names a moment in the place of a number of seconds.
    package var retriesAtDate: Bool
    package var body: Body
    /// The provider's code of it, and the parameter at fault; nil is what the kind has.
    var code: String?
    var parameter: String?

    package init(
        _ kind: ErrorKind, status: Int? = nil, message: String? = nil, retryAfter: Duration? = nil,
        retriesAtDate: Bool = false, body: Body = .json
    ) {
        self.kind = kind
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
        self.retriesAtDate = retriesAtDate
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
