package import SwitchyardCore

/// YAML that is no pipeline, as a value: with the limits, messages and scalar types of pipelines.
package enum YAMLText {
    /// The value that `text` spells; nil if it spells none. Without diagnostics it is whole.
    ///
    /// - Parameter file: how diagnostics name the text.
    package static func value(of text: String, file: String) -> (value: Value?, diagnostics: [Diagnostic]) {
        let document = YAMLDocument(text, file: file)
        return (document.root?.value, document.diagnostics)
    }
}
