package import SwitchyardCore
import SwitchyardYAML

/// Reads scenario files.
package enum ScenarioReader {
    package struct Result: Sendable {
        /// Nil if any diagnostic is an error.
        package var scenario: Scenario?
        /// Every problem, first place first.
        package var diagnostics: [Diagnostic]
    }

    /// The scenario that `text` spells.
    ///
    /// - Parameter file: how diagnostics name the text.
    package static func read(text: String, file: String) -> Result {
        let (root, diagnostics) = LocatedNode.read(text, file: file)
        var reading = ScenarioReading(diagnostics: diagnostics)
        let scenario = root.flatMap { reading.scenario($0) }
        let problems = reading.diagnostics.sorted {
            ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
        }
        return Result(scenario: problems.hasErrors ? nil : scenario, diagnostics: problems)
    }
}
