import SwitchyardCore

/// The lists of models that providers give.
enum ModelList {
    static func request(_ settings: ProviderSettings) -> WireRequest {
        switch settings.kind {
        case .openai, .compatible: return WireRequest("GET", "/models")
        case .ollama: return WireRequest("GET", "/api/tags")
        case .anthropic:
            let version = settings.apiVersion ?? AnthropicCodec.newestVersion
            let path = settings.baseURL.hasSuffix("/v1") ? "/models" : "/v1/models"
            var request = WireRequest("GET", path + "?limit=1000")
            request.headers["anthropic-version"] = version
            request.authorization = AnthropicCodec.authorization(version: version)
            return request
        case .google:
            var request = WireRequest("GET", GeminiCodec.version(settings) + "/models?pageSize=1000")
            request.authorization = .header("x-goog-api-key")
            return request
        }
    }

    /// OpenAI's and Anthropic's shape, then Google's and Ollama's; nil for anything else.
    static func names(in body: Value) -> [String]? {
        if let models = body["data"].arrayValue { return models.compactMap { $0["id"].stringValue } }
        guard let models = body["models"].arrayValue else { return nil }
        return models.compactMap { model in
            model["name"].stringValue.map { $0.hasPrefix("models/") ? String($0.dropFirst(7)) : $0 }
        }
    }

    /// The local server that a list of OpenAI's shape comes from, by whom it says its models are owned.
    static func server(in body: Value) -> String? {
        switch body["data"].arrayValue?.first?["owned_by"] {
        case "llamacpp"?: "llama.cpp"
        case "vllm"?: "vLLM"
        case "organization_owner"?: "LM Studio"
        default: nil
        }
    }
}
