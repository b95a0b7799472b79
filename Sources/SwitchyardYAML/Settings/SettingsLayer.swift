/// Where the value of a setting came from, the strongest first.
package enum SettingOrigin: String, Hashable, Sendable, CaseIterable {
    /// `--set KEY=VALUE` on the command line.
    case flag
    /// The step itself.
    case step
    /// The pipeline's file.
    case pipeline
    /// `switchyard.yaml` of the project.
    case project
    /// `config.yaml` of the user.
    case user
    case builtIn = "built-in"
}

/// Settings from outside of a pipeline's file, which the pipeline inherits.
package struct SettingsLayer: Hashable, Sendable {
    package enum Origin: String, Hashable, Sendable {
        case flag, project, user
    }

    package var origin: Origin
    /// How diagnostics name it.
    package var file: String
    /// A settings file's text; of flags one `KEY=VALUE` a line.
    package var text: String

    /// The settings file at `file`, which holds `text`.
    package init(_ origin: Origin, file: String, text: String) {
        self.origin = origin
        self.file = file
        self.text = text
    }

    /// What diagnostics call the texts of `--set`.
    package static let flagName = "--set"

    /// The layer of `--set KEY=VALUE`, each text as it was given; of two with one key the later counts.
    ///
    /// KEY is dotted: a key of a settings file, `models.default`, or a policy, `retry.max_attempts`, which holds for
    /// every step. VALUE is YAML.
    package init(flags: [String]) {
        // A diagnostic names the text by its line.
        let lines = flags.map { $0.replacing("\r", with: " ").replacing("\n", with: " ") }
        self.init(.flag, file: Self.flagName, text: lines.joined(separator: "\n"))
    }
}
