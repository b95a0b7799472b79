import SwitchyardCore

/// The dotted keys of settings: `budget.usd`, `retry.backoff.max`.
enum SettingKeys {
    /// Maps that are inherited key by key; all others are inherited as a whole.
    static let merged: Set<String> = [
        "retry", "retry.backoff", "timeout", "env", "budget", "models", "models.tiers", "models.tasks", "experts",
        "budget.day", "catalogue", "routing",
    ]

    /// The keys of a run as a whole: those of settings files, and the pipeline's own that have a built-in value.
    static let ofRun: [String] = leaves(of: .settings, prefix: "").filter { !$0.hasPrefix("defaults") } + ["execution"]

    /// The keys of steps.
    static let ofSteps: [String] = leaves(of: .defaults, prefix: "")

    private static func leaves(of level: KeyLevel, prefix: String) -> [String] {
        KeyTable.of(level).keys.flatMap { key -> [String] in
            let name = prefix + key.name
            guard merged.contains(name), let inner = key.type.level else { return [name] }
            return leaves(of: inner, prefix: name + ".")
        }
    }

    /// Where `key` stands in a settings file: itself, or below `defaults` for a policy. Nil if there is no such key.
    static func path(of key: String) -> [String]? {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return path(parts[...], level: .settings) ?? path(parts[...], level: .defaults).map { ["defaults"] + $0 }
    }

    private static func path(_ parts: ArraySlice<String>, level: KeyLevel) -> [String]? {
        guard let name = parts.first, let key = KeyTable.of(level)[name] else { return nil }
        let rest = parts.dropFirst()
        if rest.isEmpty { return [name] }
        // A name that an author chose may have points in it, as tools' have.
        if case .map(let type, _) = key.type {
            guard !rest.contains(""), let first = rest.first else { return nil }
            guard let level = type.level else { return [name, rest.joined(separator: ".")] }
            let below = rest.dropFirst()
            return below.isEmpty ? [name, first] : path(below, level: level).map { [name, first] + $0 }
        }
        return key.type.level.flatMap { path(rest, level: $0) }.map { [name] + $0 }
    }

    /// What somebody may have meant by `key`.
    static func hint(for key: String) -> String {
        let leaves = ofRun.filter { $0 != "execution" } + ofSteps
        // Somebody may write `max_attempts` for `retry.max_attempts`.
        let nearest =
            NearestName.suggestion(for: key, among: merged.sorted() + leaves)
            ?? leaves.first { $0.hasSuffix(".\(key)") }
        return nearest.map { "did you mean `\($0)`?" }
            ?? "for example `timeout`, `retry.max_attempts` or `models.default`"
    }
}
