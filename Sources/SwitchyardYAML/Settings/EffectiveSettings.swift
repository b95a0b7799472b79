package import OrderedCollections
package import SwitchyardCore

/// A setting's value with where it came from.
package struct SettingValue: Hashable, Sendable {
    /// On one line, as it was written; a built-in value as a person would write it.
    package var text: String
    package var origin: SettingOrigin
    /// Nil for a built-in value.
    package var location: SourceLocation?
}

/// What one setting comes to, and why.
package struct SettingExplanation: Hashable, Sendable {
    /// Dotted: `retry.max_attempts`.
    package var key: String
    /// The step it holds for; nil for the run as a whole.
    package var step: StepPath?
    package var effective: SettingValue
    /// What it took precedence over, the strongest first.
    package var overridden: [SettingValue]
}

/// A key that no setting has.
package struct UnknownSetting: Error, Hashable, Sendable {
    package var key: String
    package var hint: String
}

/// Every setting of a pipeline, its steps and its surroundings with where it came from.
package struct EffectiveSettings: Sendable {
    var steps: [StepSettings] = []
    /// What was given for every step, the strongest first: flags, the pipeline's `defaults`, project, user.
    var ofSteps: [[String: SettingValue]] = []
    /// What was given for the run, likewise.
    var ofRun: [[String: SettingValue]] = []
    /// The folder that runs are recorded in, if a settings file names it.
    package internal(set) var store: SettingValue?
    /// The theme, if a settings file names it.
    package internal(set) var theme: SettingValue?
    /// What is said of providers, by their names.
    package internal(set) var providers: OrderedDictionary<String, ProviderEntry> = [:]
    /// Where each provider is named, by its name.
    package internal(set) var providerPlaces: [String: SourceLocation] = [:]
    package internal(set) var routing = RoutingSettings()
    var changedCatalogue: ModelCatalogue?
    /// The facts of models that settings change: the facts' keys, `price`, with what is said of them.
    package internal(set) var changedFacts: OrderedDictionary<ModelID, OrderedDictionary<String, SettingValue>> = [:]

    /// Those of no file: nothing is said.
    package init() {}

    /// What is known of models: the shipped facts with the settings' over them.
    package var catalogue: ModelCatalogue { changedCatalogue ?? .shipped }

    /// What the setting `key` comes to, for the run and for each step that has it, in the file's order.
    ///
    /// A key that holds others, such as `retry`, stands for each of them. A step is left out where nothing is given
    /// and nothing is built in.
    package func explain(_ key: String) throws(UnknownSetting) -> [SettingExplanation] {
        let explanations =
            keys(SettingKeys.ofRun, below: key, given: ofRun).flatMap(runExplanation)
            + keys(SettingKeys.ofSteps, below: key, given: ofSteps + steps.map(\.own))
            .flatMap(stepExplanations)
        guard explanations.isEmpty, !SettingKeys.ofRun.contains(key), SettingKeys.path(of: key) == nil else {
            return explanations
        }
        throw UnknownSetting(key: key, hint: SettingKeys.hint(for: key))
    }

    /// Those of `all` that `key` is or holds, with the names that authors chose.
    private func keys(_ all: [String], below key: String, given: [[String: SettingValue]]) -> [String] {
        var keys = all.filter { $0 == key || $0.hasPrefix(key + ".") }
        var seen = Set(keys)
        for layer in given {
            let own = layer.keys.filter { ($0 == key || $0.hasPrefix(key + ".")) && !seen.contains($0) }
            keys += own.sorted()
            seen.formUnion(own)
        }
        return keys
    }

    private func runExplanation(_ key: String) -> [SettingExplanation] {
        let values = ofRun.compactMap { $0[key] } + Self.builtIn(key)
        guard let first = values.first else { return [] }
        return [
            SettingExplanation(key: key, step: nil, effective: first, overridden: Array(values.dropFirst()))
        ]
    }

    private func stepExplanations(_ key: String) -> [SettingExplanation] {
        steps.compactMap { step in
            let isInherited = step.makesAttempts || !Policies.isOfAttempts(key)
            let layers = ofSteps.map { isInherited ? $0[key] : nil }
            var values = (layers.prefix(1) + [step.own[key]] + layers.dropFirst()).compactMap { $0 }
            if key == "strategy" {
                // What the run says holds where a step says nothing.
                values += ofRun.compactMap { $0[key] }.filter { !values.contains($0) }
            }
            // The run's own budget is not each step's.
            if isInherited, !key.hasPrefix("budget.") { values += Self.builtIn(key) }
            guard let first = values.first else { return nil }
            return SettingExplanation(
                key: key, step: step.path, effective: first, overridden: Array(values.dropFirst()))
        }
    }

    private static func builtIn(_ key: String) -> [SettingValue] {
        guard let text = builtInTexts[key] else { return [] }
        return [SettingValue(text: text, origin: .builtIn, location: nil)]
    }

    private static let builtInTexts: [String: String] = {
        let (backoff, retry) = (Backoff(), RetryPolicy.none)
        return [
            "retry.max_attempts": "\(retry.maxAttempts)",
            "retry.backoff.initial": DurationText.text(backoff.initial),
            "retry.backoff.factor": Value.double(backoff.factor).intValue.map(String.init) ?? "\(backoff.factor)",
            "retry.backoff.max": DurationText.text(backoff.maximum),
            "retry.backoff.jitter": backoff.jitter.rawValue,
            "retry.on": "every failure that a new attempt could cure",
            "timeout.start_to_close": "no limit", "timeout.idle": "no limit", "timeout.heartbeat": "no limit",
            "on_failure": "fail", "execution_mode": ExecutionMode.concurrent.rawValue,
            "effect": "what the step's kind or tool says", "shell": "bash", "cache": "false", "sandbox": "false",
            "executor": Step.localExecutor, "strategy": ModelStrategy.balanced.rawValue,
            "max_concurrent_steps": "\(Pipeline.defaultMaxConcurrentSteps)",
            "execution": Pipeline.Execution.auto.rawValue, "budget.usd": "no limit", "budget.tokens": "no limit",
            "budget.on_exceed": Budget.OnExceed.stop.rawValue, "budget.day.usd": "no limit",
            "budget.day.tokens": "no limit", "budget.day.on_exceed": Budget.OnExceed.stop.rawValue,
            "routing.explore": "on",
        ]
    }()
}

/// What one step says of itself.
struct StepSettings: Sendable {
    var path: StepPath
    var own: [String: SettingValue]
    var makesAttempts: Bool
}
