import SwitchyardCore
import SwitchyardProviders
import SwitchyardYAML

/// The providers as this machine has them.
enum ModelProviders {
    /// The usual ones at the addresses that the usual variables name, then what `settings` say of them and of others.
    static func settings(
        _ environment: ProcessEnvironment, _ settings: EffectiveSettings = EffectiveSettings()
    ) -> [ProviderSettings] {
        let variables = [
            "openai": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL", "google": "GOOGLE_GEMINI_BASE_URL",
        ]
        return ProviderDefaults.settings(environment: environment.variables).map { settings in
            var settings = settings
            if let variable = variables[settings.name], let address = environment.variables[variable], !address.isEmpty
            {
                settings.baseURL = address.hasSuffix("/") ? String(address.dropLast()) : address
            }
            return settings
        }.laying(settings.providers)
    }

    /// What settings files say of models: that of the project around `pipelineFile`, or around the current folder, and
    /// the user's. What cannot be read is reported, and the rest holds.
    ///
    /// A run has this already, in the reading of its pipeline, with the flags of its command.
    static func settings(
        around pipelineFile: String? = nil, _ assembly: Assembly
    ) -> SettingsReader.Result {
        var layers: [SettingsLayer] = []
        var unreadable: [Diagnostic] = []
        for found in SettingsFiles.discover(pipelineFile: pipelineFile, environment: assembly.environment) {
            let origin: SettingsLayer.Origin =
                switch found.origin {
                case .project: .project
                case .user: .user
                }
            switch found.content {
            case .success(let text): layers.append(SettingsLayer(origin, file: found.path, text: text))
            case .failure(let failure):
                let place = SourceLocation(file: found.path, line: 1, column: 1)
                unreadable.append(Diagnostic(at: place, "the file \(failure.reason)"))
            }
        }
        var result = SettingsReader.read(layers, tools: assembly.tools)
        result.diagnostics = unreadable + result.diagnostics
        return result
    }

    /// Where the address of `provider` stands, if something of the person's would go there and only the project's
    /// settings name it: neither their own settings nor a variable do, and it is not the usual one.
    ///
    /// Whoever asks a model runs the project's pipeline, and trusts it; whoever only looks does not.
    static func untrustedAddress(
        of provider: ProviderSettings, _ settings: EffectiveSettings, _ environment: ProcessEnvironment
    ) -> SourceLocation? {
        func explanations(_ key: String) -> [SettingExplanation] {
            (try? settings.explain("providers.\(provider.name).\(key)")) ?? []
        }
        guard let address = explanations("base_url").first, address.effective.origin == .project,
            let place = address.effective.location
        else { return nil }
        let known =
            address.overridden.map(\.text)
            + self.settings(environment).filter { $0.name == provider.name }.map(\.baseURL)
        guard !known.contains(where: { withoutSlash($0) == provider.baseURL }) else { return nil }
        let hasOwnHeaders = explanations("headers").contains { $0.effective.origin == .user }
        return hasOwnHeaders || hasKey(provider, environment) ? place : nil
    }

    private static func withoutSlash(_ address: String) -> Substring {
        var address = address[...]
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }

    /// Looks keys up, at each call anew.
    static func keys(_ environment: ProcessEnvironment) -> @Sendable (SecretSource) throws(KeyProblem) -> String? {
        let variables = environment.variables
        return { source throws(KeyProblem) in
            switch source {
            case .environment(let name): return variables[name]
            case .file(let path):
                switch InputFile.read(
                    InputFile.expanded(path, home: variables["HOME"]), limit: InputResolver.maximumSecretSize)
                {
                case .success(let file): return file.text
                case .failure(let problem): throw KeyProblem("the file \(path) \(problem.reason)")
                }
            case .prompt: return nil
            }
        }
    }

    static func hasKey(_ settings: ProviderSettings, _ environment: ProcessEnvironment) -> Bool {
        guard let source = settings.key, let key = try? keys(environment)(source) else { return false }
        return key.contains { !$0.isWhitespace }
    }
}
