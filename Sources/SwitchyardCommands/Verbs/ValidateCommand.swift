import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardYAML

/// `switchyard validate`: every problem of a pipeline at once.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check pipelines and print every problem with its place and a remedy.",
        discussion: """
            Nothing is run. Exits with 2 if any file has an error.

              switchyard validate pipeline.yaml
              switchyard validate sample-pipelines/*.yaml --json
            """
    )

    @Argument(help: ArgumentHelp("The pipelines' YAML files.", valueName: "file"))
    var files: [String]

    @Flag(name: .long, help: "Print the problems as JSON.")
    var json = false

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        var isValid = true
        var all: [Diagnostic] = []
        for file in files {
            let layers = try assembly.settings(for: file)
            let reading = assembly.reading(of: file, layers: layers)
            isValid = isValid && !reading.diagnostics.hasErrors
            var diagnostics = reading.diagnostics
            var missing: [Diagnostic] = []
            if let pipeline = reading.pipeline, !diagnostics.hasErrors {
                missing = UnsupportedFeatures.diagnostics(for: pipeline, places: reading.places)
                    .map(\.asWarning)
                diagnostics += missing
            }
            all += diagnostics
            guard !json else { continue }
            StandardStream.error.write(DiagnosticText.text(of: diagnostics, sources: reading.sources))
            if let pipeline = reading.pipeline, !reading.diagnostics.hasErrors {
                let note = missing.isEmpty ? "" : "; this version does not run all of it"
                StandardStream.output.write(
                    "\(Cleaned.line(file)): ok, \(CountText.of(pipeline.stepCount, "step"))\(note)\n")
            }
        }
        if json {
            StandardStream.output.write(JSON.text(of: DiagnosticText.json(of: all), layout: .indented) + "\n")
        }
        if !isValid { throw CommandFailure.exit(.usage) }
    }
}
