import SwitchyardCore
import SwitchyardDashboard
import SwitchyardProviders
import SwitchyardYAML

/// What `doctor` finds of models: the providers that are set up, and the servers of this machine.
struct ModelChecks {
    let environment: ProcessEnvironment
    let settings: EffectiveSettings

    static func checks(_ environment: ProcessEnvironment, _ settings: EffectiveSettings) async -> [DoctorCheck] {
        await ModelChecks(environment: environment, settings: settings).checks()
    }

    /// - Parameters:
    ///   - local: the servers that are looked for besides.
    ///   - timeout: for each address.
    func checks(
        local: [ProviderSettings] = ProviderProbe.usualServers, timeout: Duration = .seconds(2)
    ) async -> [DoctorCheck] {
        let providers = ModelProviders.settings(environment, settings)
        var asked: [ProviderSettings] = []
        var unasked: [DoctorCheck] = []
        for provider in providers {
            if let place = ModelProviders.untrustedAddress(of: provider, settings, environment) {
                unasked.append(notAsked(provider, place))
            } else {
                asked.append(provider)
            }
        }
        let probe = ProviderProbe(asked, local: local, timeout: timeout, keys: ModelProviders.keys(environment))
        let findings = await probe.run()
        var checks = findings.compactMap(check) + unasked
        let isAnyThere = findings.contains { if case .answers = $0.outcome { true } else { false } }
        if !isAnyThere, unasked.isEmpty {
            checks.append(
                DoctorCheck(
                    .doubtful, "models", "no provider answers: model steps fail, and samples are simulated",
                    remedy: "set a key, such as OPENAI_API_KEY, start Ollama, or run with --simulate"))
        }
        return checks
    }

    private func notAsked(_ provider: ProviderSettings, _ place: SourceLocation) -> DoctorCheck {
        let file = SettingsFiles.userFile(environment) ?? "your own settings"
        return DoctorCheck(
            .doubtful, provider.name, "not asked: its address comes from \(place.file):\(place.line)",
            remedy: "if your key may go to \(provider.baseURL), write the address into \(file) too")
    }

    private func check(_ finding: ProviderProbe.Finding) -> DoctorCheck? {
        let source = source(of: finding)
        switch finding.outcome {
        case .answers(let models):
            let count = CountText.of(models.count, "model")
            return DoctorCheck(.fine, finding.name, "\(finding.baseURL) answers, \(count)\(source)")
        case .keyRefused(let message):
            return DoctorCheck(
                .broken, finding.name, message + source, remedy: "look at the key; it was sent to \(finding.baseURL)")
        case .unreachable where !finding.isConfigured: return nil
        case .noKey(let message), .unreachable(let message), .fails(let message):
            return DoctorCheck(.doubtful, finding.name, message + source)
        }
    }

    /// Where a setting names it.
    private func source(of finding: ProviderProbe.Finding) -> String {
        guard finding.isConfigured, let place = settings.providerPlaces[finding.name] else { return "" }
        return "; see \(place.file):\(place.line)"
    }
}
