import SwitchyardCore
import SwitchyardProviders

/// The providers as this machine has them.
enum ModelProviders {
    /// The usual ones, at the addresses that the usual variables name.
    static func settings(_ environment: ProcessEnvironment) -> [ProviderSettings] {
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
        }
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
