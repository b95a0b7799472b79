import SwitchyardCore

/// Why an exchange with a provider gave no answer, before it is put into words.
struct WireFailure: Error, Hashable, Sendable {
    /// What is known besides the kind.
    enum Reason: Hashable, Sendable {
        /// The provider said so, with these words of its own.
        case said(String?)
        /// The words are ours: the end of a sentence that starts with the provider's name.
        case told(String)
        /// The stream ended before the answer did.
        case cutOff
        case notJSON
        /// The answer, or a piece of it, is longer than so many bytes.
        case tooLong(Int)
        /// The answer's content type is of something else.
        case contentType(String)
        /// What is missing in an answer that is JSON.
        case misses(String)
        /// The server sends the request elsewhere.
        case redirect(String?)
        /// Nothing came for so long.
        case silence(Duration)
        /// It took longer than this.
        case deadline(Duration)
        /// No connection, or it broke.
        case connection(ConnectionProblem)
        /// There is no key; what is said about its place.
        case noKey(String)
    }

    var kind: ModelError.Kind
    var reason: Reason
    var status: Int?
    var code: String?
    /// The parameter that the provider does not take.
    var parameter: String?
    var retryAfter: Duration?

    init(
        _ kind: ModelError.Kind, _ reason: Reason, status: Int? = nil, code: String? = nil, parameter: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.status = status
        self.code = code
        self.parameter = parameter
        self.retryAfter = retryAfter
    }
}
