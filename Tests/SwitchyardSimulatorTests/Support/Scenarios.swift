import SwitchyardCore
import SwitchyardSimulator
import Testing

/// The scenario whose rules `rules` spells, each a line or more of a YAML list.
func scenario(_ rules: String, head: String = "") throws -> Scenario {
    let lines = rules.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
    let text = "version: 1\n\(head)\nrules:\n" + lines.joined(separator: "\n")
    let result = ScenarioReader.read(text: text, file: "s.yaml")
    return try #require(result.scenario, "\(result.diagnostics.text(source: text))")
}

/// What is wrong with `text`, as a person reads it.
func problems(_ text: String) -> [String] {
    ScenarioReader.read(text: text, file: "s.yaml").diagnostics.map {
        "\($0.location.line):\($0.location.column) \($0.message)" + ($0.hint.map { " [\($0)]" } ?? "")
    }
}
