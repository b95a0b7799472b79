package import SwitchyardCore

/// What a run is given.
package struct RunInputs: Sendable {
    /// An object: every declared input but the secrets, checked.
    package var values: Value
    /// The values of the inputs of type `secret`. They go to steps and never into an event.
    package var secrets: [String: String]
    /// Where those values came from, for the record: `{token: "env:TOKEN"}`; `null` for none.
    package var secretSources: Value

    package init(_ values: Value = [:], secrets: [String: String] = [:], secretSources: Value = .null) {
        self.values = values
        self.secrets = secrets
        self.secretSources = secretSources
    }
}
