import SwitchyardCore
import SwitchyardYAML

/// What must hold for any text that is read as a pipeline file.
enum PipelineCheck {
    /// What is wrong, or nil.
    static func problem(with text: String) -> String? {
        let result = PipelineReader.read(text: text, file: "p.yaml", tools: PipelineCheckTools())
        guard (result.pipeline == nil) == result.diagnostics.hasErrors else {
            return "there is a pipeline and an error, or neither"
        }
        for diagnostic in result.diagnostics {
            guard diagnostic.location.line >= 1, diagnostic.location.column >= 1, !diagnostic.message.isEmpty else {
                return "a diagnostic has no place or no message: \(diagnostic)"
            }
        }
        // Printing looks every place up.
        return result.diagnostics.isEmpty || !result.text.isEmpty ? nil : "nothing is printed of the diagnostics"
    }
}

/// Tools with a parameter for every kind of place a value can land in.
struct PipelineCheckTools: ToolCatalog {
    private struct Stub: Tool {
        var name: String
        var summary: String { "A stub." }
        var parameters: [ToolParameter]

        func effect(of arguments: Value) -> Effect { .pure }
        func run(_ invocation: ToolInvocation) async -> ToolResult { .cancelled }
    }

    private static let tools = [
        Stub(
            name: "file.read", parameters: [ToolParameter("path", .string, required: true, sink: .path, "The file.")]),
        Stub(
            name: "http.get",
            parameters: [
                ToolParameter("url", .string, required: true, sink: .url, "The address."),
                ToolParameter("query", .object, "The query."), ToolParameter("max_bytes", .integer, "The limit."),
            ]),
        Stub(
            name: "sql.query",
            parameters: [
                ToolParameter("database", .string, required: true, sink: .path, "The database."),
                ToolParameter("sql", .string, required: true, sink: .sql, "One statement."),
                ToolParameter("parameters", .any, "Values for `?`."),
            ]),
    ]

    func tool(named name: String) -> (any Tool)? { Self.tools.first { $0.name == name } }

    var names: [String] { Self.tools.map(\.name).sorted() }
}
