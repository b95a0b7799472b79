package import AsyncHTTPClient
package import SwitchyardCore

/// Finds out which providers and local servers answer, without asking a model anything.
package struct ProviderProbe: Sendable {
    /// What was found at one address.
    package struct Finding: Hashable, Sendable {
        /// As the settings name it; for a server that nobody configured, what it says it is, or what usually listens
        /// there.
        package var name: String
        package var baseURL: String
        /// Whether it stands in the settings.
        package var isConfigured: Bool
        package var outcome: Outcome
    }

    package enum Outcome: Hashable, Sendable {
        /// It answers, and has these models.
        case answers(models: [String])
        /// There is no key to ask with.
        case noKey(String)
        /// It answers, and refuses the key, or wants one.
        case keyRefused(String)
        /// Nothing listens there, or it did not answer in time.
        case unreachable(String)
        /// Something answers, which is no provider, or is in trouble.
        case fails(String)
    }

    private let settings: [ProviderSettings]
    private let client: HTTPClient
    private let keys: @Sendable (SecretSource) throws(KeyProblem) -> String?
    private let local: [ProviderSettings]
    private let timeout: Duration

    /// - Parameters:
    ///   - local: servers that are looked for besides; ``usualServers`` unless given.
    ///   - timeout: for each address.
    package init(
        _ settings: [ProviderSettings], client: HTTPClient = ProviderHTTP.client,
        local: [ProviderSettings] = Self.usualServers, timeout: Duration = .seconds(2),
        keys: @escaping @Sendable (SecretSource) throws(KeyProblem) -> String?
    ) {
        self.settings = settings
        self.client = client
        self.keys = keys
        self.local = local
        self.timeout = timeout
    }

    /// The ports that local servers use unless told otherwise.
    package static let usualServers = [
        ProviderSettings(name: "Ollama", kind: .ollama, baseURL: "http://127.0.0.1:11434"),
        ProviderSettings(name: "llama.cpp", kind: .compatible, baseURL: "http://127.0.0.1:8080/v1"),
        ProviderSettings(name: "LM Studio", kind: .compatible, baseURL: "http://127.0.0.1:1234/v1"),
        ProviderSettings(name: "vLLM", kind: .compatible, baseURL: "http://127.0.0.1:8000/v1"),
    ]

    /// Asks all of them at once: the configured ones in their order, then the local servers at other addresses.
    package func run() async -> [Finding] {
        let addresses = Set(settings.map { Self.authority($0.baseURL) })
        let others = local.filter { !addresses.contains(Self.authority($0.baseURL)) }
        let all = settings.map { ($0, true) } + others.map { ($0, false) }
        return await withTaskGroup(of: (Int, Finding).self) { group in
            for (index, (settings, isConfigured)) in all.enumerated() {
                group.addTask {
                    let (outcome, server) = await probe(settings)
                    let name = isConfigured ? settings.name : server ?? settings.name
                    return (
                        index,
                        Finding(
                            name: name, baseURL: settings.baseURL, isConfigured: isConfigured, outcome: outcome)
                    )
                }
            }
            var findings: [(Int, Finding)] = []
            for await finding in group { findings.append(finding) }
            return findings.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What comes of asking, and what the server says it is.
    private func probe(_ settings: ProviderSettings) async -> (Outcome, server: String?) {
        let model = ModelID(provider: settings.name, name: "")
        let codec = ProviderExecutor.codec(
            for: WireTarget(settings: settings, model: model, facts: nil, callSeed: ""))
        let key: String?
        do throws(WireFailure) {
            key = try KeyReading.key(keys, settings)
        } catch {
            let mask = AnswerMask(SecretMask([]), key: nil)
            return (.noKey(FailureText(settings: settings, model: model, mask: mask).sentence(error)), nil)
        }
        let exchange = ProviderExchange(
            client: client, codec: codec, key: key,
            mask: AnswerMask(SecretMask([]), key: key, headers: settings.headers))
        let fetched = await exchange.fetch(ModelList.request(settings), timeout: timeout)
        switch fetched.result {
        case .success(let body):
            guard let models = ModelList.names(in: body) else {
                return (.fails("\(settings.name) answers, but not with a list of models"), nil)
            }
            return (.answers(models: models.map(exchange.mask.masking)), ModelList.server(in: body))
        case .failure(let failure):
            let text = exchange.error(failure, model, ExecutionContext()).message
            switch failure.kind {
            case .auth: return (.keyRefused(text), nil)
            case .timeout, .transport: return (.unreachable(text), nil)
            case .rateLimited, .quota, .overloaded, .server, .contextOverflow, .refused, .invalidRequest,
                .invalidOutput, .budget, .cancelled:
                return (.fails(text), nil)
            }
        }
    }

    /// The host and port of an address, by one name for this machine.
    private static func authority(_ url: String) -> Substring {
        let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
        return rest.replacing("localhost", with: "127.0.0.1").prefix { $0 != "/" }
    }
}
