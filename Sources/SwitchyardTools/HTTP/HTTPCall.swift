import OrderedCollections
import SwitchyardCore

/// A request as a step describes it, checked.
struct HTTPCall: Sendable {
    var method: String
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]?
    var timeout: Duration
    /// How many bytes of the answer's body are kept.
    var limit: Int
    /// Whether a longer body is a failure; otherwise it is cut.
    var isLimitGiven: Bool

    static let defaultTimeout = Duration.seconds(60)
    private static let defaultLimit = 1 << 20
    /// What `max_bytes` may be at most: a value is held in memory several times over.
    static let hardLimit = 64 << 20

    /// The parameters that `http.get` and `http.request` share.
    static let parameters = [
        ToolParameter("url", .string, required: true, sink: .url, "The address; http or https."),
        ToolParameter("query", .object, "What is added to the address's query; an array repeats its name."),
        ToolParameter("headers", .object, sink: .headers, "Header fields; an array repeats its name."),
        ToolParameter("timeout", .string, "How long it may take in all, such as `10s`; `60s` unless given."),
        ToolParameter("max_bytes", .integer, "Fail if the answer is longer; without it text is cut after 1 MiB."),
    ]

    /// Whether the method is one that only reads, and is called again without harm.
    static func isReading(_ method: String) -> Bool { method == "GET" || method == "HEAD" }

    var isReading: Bool { Self.isReading(method) }

    init(method: String, _ invocation: ToolInvocation) throws(StepFailure) {
        let arguments = invocation.arguments
        self.method = method
        guard !method.isEmpty, method.utf8.allSatisfy(HTTPHeaderField.isTokenByte) else {
            throw StepFailure(.invalidInput, "\(JSON.text(of: .string(method))) is not an HTTP method")
        }
        url = try HTTPAddress.adding(arguments["query"].objectValue ?? [:], to: arguments["url"].stringValue ?? "")
        headers = try HTTPHeaderField.list(arguments["headers"].objectValue ?? [:])
        timeout = try Self.timeout(arguments["timeout"].stringValue)
        isLimitGiven = arguments["max_bytes"].intValue != nil
        limit = arguments["max_bytes"].intValue ?? Self.defaultLimit
        guard (0...Self.hardLimit).contains(limit) else {
            throw StepFailure(.invalidInput, "`max_bytes` must lie between 0 and \(Self.hardLimit)")
        }
        switch arguments["body"] {
        case .null: break
        case .string(let text): setBody(text, type: "text/plain; charset=utf-8")
        case let value: setBody(JSON.text(of: value), type: "application/json")
        }
        setDefault("User-Agent", "switchyard")
        setDefault("Accept", "*/*")
        if !isReading { setDefault("Idempotency-Key", invocation.idempotencyKey) }
    }

    private mutating func setBody(_ text: String, type: String) {
        body = Array(text.utf8)
        setDefault("Content-Type", type)
    }

    private mutating func setDefault(_ name: String, _ value: String) {
        guard !value.isEmpty, !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
        headers.append((name, value))
    }

    private static func timeout(_ text: String?) throws(StepFailure) -> Duration {
        guard let text else { return defaultTimeout }
        // A bare number is seconds: what a number renders to.
        guard let timeout = DurationText.parse(text) ?? DurationText.parse(text + "s"), timeout > .zero else {
            throw StepFailure(.invalidInput, "`timeout` must be a duration such as 10s")
        }
        return timeout
    }
}
