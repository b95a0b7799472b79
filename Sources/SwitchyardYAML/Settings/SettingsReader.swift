package import SwitchyardCore

/// Reads settings without a pipeline.
package enum SettingsReader {
    package struct Result: Sendable {
        package var settings: EffectiveSettings
        /// Every problem, first place first.
        package var diagnostics: [Diagnostic]
        /// The texts that the diagnostics speak of, by the file they name.
        package var sources: [String: String] = [:]
    }

    /// What `layers` come to together; their order does not matter, but for two of one origin.
    ///
    /// - Parameter tools: the tools that policies may name.
    package static func read(_ layers: [SettingsLayer], tools: any ToolCatalog) -> Result {
        var reading = PipelineReading(document: YAMLDocument("", file: ""), tools: tools)
        reading.read(layers)
        var result = Result(
            settings: reading.effectiveSettings(nil), diagnostics: reading.diagnostics.sortedByPlace())
        for layer in layers { result.sources[layer.file] = reading.concealing(layer.text) }
        return result
    }
}
