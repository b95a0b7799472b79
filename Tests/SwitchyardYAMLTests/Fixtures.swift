import Foundation
import SwitchyardCore
import SwitchyardYAML

/// The files beside the tests.
enum Fixtures {
    static func names(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
    }
}

/// A tool that only says what it takes.
struct StubTool: Tool {
    var name: String
    var summary = "A stub."
    var parameters: [ToolParameter]

    func effect(of arguments: Value) -> Effect { .pure }
    func run(_ invocation: ToolInvocation) async -> ToolResult { .cancelled }
}

struct StubTools: ToolCatalog {
    private let tools = [
        StubTool(
            name: "file.read", parameters: [ToolParameter("path", .string, required: true, sink: .path, "The file.")]),
        StubTool(
            name: "file.write",
            parameters: [
                ToolParameter("path", .string, required: true, sink: .path, "The file."),
                ToolParameter("content", .any, required: true, "What to write."),
            ]),
        StubTool(
            name: "http.get",
            parameters: [
                ToolParameter("url", .string, required: true, sink: .url, "The address."),
                ToolParameter("query", .object, "Members of the query."),
                ToolParameter("headers", .object, "Header fields."),
            ]),
        StubTool(
            name: "sql.query",
            parameters: [
                ToolParameter("database", .string, required: true, sink: .path, "The database file."),
                ToolParameter("sql", .string, required: true, sink: .sql, "One statement."),
                ToolParameter("parameters", .array, "Values for `?`."),
            ]),
    ]

    func tool(named name: String) -> (any Tool)? { tools.first { $0.name == name } }
    var names: [String] { tools.map(\.name).sorted() }
}

/// What `switchyard validate` prints for `text`.
func diagnostics(_ text: String, file: String = "p.yaml") -> String {
    PipelineReader.read(text: text, file: file, tools: StubTools()).text
}
