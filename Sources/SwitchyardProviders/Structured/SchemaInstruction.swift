import SwitchyardCore

/// What a model is told about a schema in words.
enum SchemaInstruction {
    /// `system` with the instruction behind it.
    static func system(_ system: String?, _ schema: OutputSchema) -> String {
        let instruction = """
            Answer with one JSON value and nothing else: no words around it, no code fence. It must fit this JSON Schema:
            \(JSON.text(of: schema.schema))
            """
        return system.map { "\($0)\n\n\(instruction)" } ?? instruction
    }

    /// What is said about an answer that does not fit.
    static func repair(_ problems: [String]) -> String {
        """
        That answer does not fit the JSON Schema:
        \(problems.prefix(10).map { "- \($0)" }.joined(separator: "\n"))
        Answer again with the whole JSON value, corrected, and nothing else.
        """
    }
}
