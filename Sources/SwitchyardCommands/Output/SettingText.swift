import OrderedCollections
import SwitchyardCore
import SwitchyardYAML

/// What settings come to and why, for people and programs.
enum SettingText {
    static func explanations(
        of key: String, in settings: EffectiveSettings
    ) throws(CommandFailure) -> [SettingExplanation] {
        do throws(UnknownSetting) {
            return try settings.explain(key)
        } catch {
            throw .usage("there is no setting \(error.key)", hint: error.hint)
        }
    }

    /// A line for each: the key, whom it is for, the value, where it was said, and what that overrode.
    static func text(_ explanations: [SettingExplanation]) -> String {
        guard !explanations.isEmpty else { return "nothing is said of it, and nothing is built in\n" }
        var table = TextTable(["setting", "of", "value", "from", "instead of"])
        for explanation in explanations {
            table.append([
                explanation.key, explanation.step?.rawValue ?? "the run", Cleaned.line(explanation.effective.text),
                origin(explanation.effective),
                explanation.overridden.map { "\(Cleaned.line($0.text)) (\(origin($0)))" }.joined(separator: ", "),
            ])
        }
        return table.text
    }

    private static func origin(_ value: SettingValue) -> String {
        guard let place = value.location else { return value.origin.rawValue }
        return "\(value.origin.rawValue) \(Cleaned.line(place.file)):\(place.line):\(place.column)"
    }

    static func json(_ explanations: [SettingExplanation]) -> Value {
        .array(
            explanations.map { explanation in
                [
                    "key": .string(explanation.key), "step": Value(explanation.step?.rawValue),
                    "effective": json(explanation.effective),
                    "overridden": .array(explanation.overridden.map(json)),
                ]
            })
    }

    private static func json(_ value: SettingValue) -> Value {
        [
            "value": .string(value.text), "origin": .string(value.origin.rawValue), "file": Value(value.location?.file),
            "line": value.location.map { .int($0.line) } ?? .null,
            "column": value.location.map { .int($0.column) } ?? .null,
        ]
    }
}
