import SwitchyardCore

/// What is known of models, in the format of each provider.
struct Lists {
    let scenario: Scenario
    let envelope: Envelope

    private static let providers = ["openai", "anthropic", "google", "ollama"]

    /// The names that clients of `provider` see.
    func names(for provider: String) -> [String] {
        let names = scenario.models.compactMap { name -> String? in
            guard let id = ModelID(name), Self.providers.contains(id.provider) else { return name }
            return id.provider == provider ? id.name : nil
        }
        return scenario.models.isEmpty ? ["simulated"] : names
    }

    func models(for provider: String) -> Value {
        let names = names(for: provider)
        let models = Value.array(names.map { model($0, for: provider) })
        return switch provider {
        case "anthropic":
            ["data": models, "has_more": false, "first_id": Value(names.first), "last_id": Value(names.last)]
        case "google": ["models": models]
        default: ["object": "list", "data": models]
        }
    }

    func model(_ name: String, for provider: String) -> Value {
        switch provider {
        case "anthropic":
            [
                "type": "model", "id": .string(name), "display_name": .string("\(name) (simulated)"),
                "created_at": "2026-01-01T00:00:00Z", "lifecycle": "active", "max_input_tokens": 1_000_000,
                "max_tokens": 128_000,
            ]
        case "google":
            [
                "name": .string("models/\(name)"), "version": "simulated",
                "displayName": .string("\(name) (simulated)"), "inputTokenLimit": 1_048_576,
                "outputTokenLimit": 65_536,
                "supportedGenerationMethods": ["generateContent", "countTokens"],
            ]
        default:
            ["id": .string(name), "object": "model", "created": 1_767_225_600, "owned_by": "simulated"]
        }
    }

    func count(_ tokens: Int, in format: Route.Format) -> Value {
        switch format {
        case .responses, .chat: ["object": "response.input_tokens", "input_tokens": .int(tokens)]
        case .messages: ["input_tokens": .int(tokens)]
        case .generateContent:
            [
                "totalTokens": .int(tokens),
                "promptTokensDetails": [["modality": "TEXT", "tokenCount": .int(tokens)]],
            ]
        case .ollama: .null
        }
    }

    // MARK: Ollama

    private static let details: Value = [
        "parent_model": "", "format": "gguf", "family": "simulated", "families": ["simulated"],
        "parameter_size": "8.2B", "quantization_level": "Q4_K_M",
    ]

    private func entry(_ name: String) -> Value {
        [
            "name": .string(name), "model": .string(name), "size": 5_225_388_164,
            "digest": .string(SHA256.hexDigest(of: name)), "details": Self.details,
        ]
    }

    func tags() -> Value {
        let modified: Value = ["modified_at": .string(envelope.now.iso8601)]
        return ["models": .array(names(for: "ollama").map { entry($0).with(modified) })]
    }

    func processes() -> Value {
        let state: Value = [
            "expires_at": .string(envelope.now.advanced(by: .seconds(300)).iso8601), "size_vram": 5_225_388_164,
            "context_length": 32_768,
        ]
        return ["models": .array(names(for: "ollama").prefix(1).map { entry($0).with(state) })]
    }

    func show() -> Value {
        [
            "modelfile": "# simulated", "parameters": "", "template": "{{ .Prompt }}", "details": Self.details,
            "model_info": [
                "general.architecture": "simulated", "general.parameter_count": 8_190_735_360,
                "simulated.context_length": 40_960,
            ], "capabilities": ["completion", "tools", "thinking"], "modified_at": .string(envelope.now.iso8601),
        ]
    }
}
