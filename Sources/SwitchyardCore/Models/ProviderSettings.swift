/// How a provider is reached.
package struct ProviderSettings: Hashable, Sendable {
    /// What it speaks.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case openai, anthropic, google, ollama
        /// Any server that speaks OpenAI's Chat Completions.
        case compatible
    }

    /// The names of the providers that are there without any settings; each is of the kind of its name.
    package static let builtInNames = Kind.allCases.filter { $0 != .compatible }.map(\.rawValue)

    /// OpenAI's two formats.
    package enum API: String, Hashable, Sendable, CaseIterable {
        case responses, chat
    }

    /// How models are named behind it: the part of a ``ModelID`` before the `/`.
    package var name: String
    package var kind: Kind
    /// Without a slash at its end.
    package var baseURL: String
    /// Where the key comes from; nil for a server that wants none. The key itself is no setting.
    package var key: SecretSource?
    /// Nil is the kind's own: `responses` for OpenAI, `chat` for compatible servers.
    package var api: API?
    /// Anthropic's `anthropic-version`, Gemini's path version; nil is the kind's newest.
    package var apiVersion: String?
    /// More headers for each request: name and value.
    package var headers: [String: String]
    package var limits: RateLimits
    /// Whether it is the simulator.
    package var isSimulated: Bool

    package init(
        name: String, kind: Kind, baseURL: String, key: SecretSource? = nil, api: API? = nil,
        apiVersion: String? = nil, headers: [String: String] = [:], limits: RateLimits = RateLimits(),
        isSimulated: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.baseURL = baseURL
        self.key = key
        self.api = api
        self.apiVersion = apiVersion
        self.headers = headers
        self.limits = limits
        self.isSimulated = isSimulated
    }
}
