package import AsyncHTTPClient
package import SwitchyardCore

/// The providers of a configuration: a call goes to the one that its model names.
package struct ProviderRegistry: ModelExecutor {
    /// In the order in which they were given; of two with one name the later holds.
    package let settings: [ProviderSettings]
    private let executors: [String: ProviderExecutor]

    /// - Parameters:
    ///   - client: configured as ``ProviderHTTP/configuration``.
    ///   - keys: looks a key up where the settings say; asked at every call.
    ///   - facts: what the catalogue knows of a model.
    package init(
        _ settings: [ProviderSettings], client: HTTPClient = ProviderHTTP.client,
        keys: @escaping @Sendable (SecretSource) throws(KeyProblem) -> String?,
        facts: @escaping @Sendable (ModelID) -> ModelFacts? = { _ in nil }
    ) {
        self.settings = settings
        executors = Dictionary(
            settings.map { settings in
                let place = settings.key
                let key: KeySource = { () throws(KeyProblem) in
                    guard let place else { return nil }
                    return try keys(place)
                }
                return (settings.name, ProviderExecutor(settings, client: client, key: key, facts: facts))
            }, uniquingKeysWith: { _, last in last })
    }

    package func run(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> ModelResponse {
        try await executor(for: request).run(request, in: context)
    }

    /// How many tokens `request` is, exactly; nil if its provider does not count.
    package func countTokens(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> Int? {
        try await executor(for: request).countTokens(request, in: context)
    }

    /// The executor of the provider `name`.
    package subscript(name: String) -> ProviderExecutor? { executors[name] }

    private func executor(for request: ModelRequest) throws(ModelError) -> ProviderExecutor {
        guard let model = request.model else { throw ModelError(.invalidRequest, "the request names no model") }
        if let executor = executors[model.provider] { return executor }
        let nearest = NearestName.suggestion(for: model.provider, among: executors.keys.sorted())
        let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
        throw ModelError(.invalidRequest, "there is no provider `\(model.provider)`\(hint)", model: model)
    }
}
