package import SwitchyardCore

/// The one list of native tools.
package struct ToolRegistry: ToolCatalog {
    private let tools: [String: any Tool]

    /// Every native tool. Databases and connections are pooled inside it: one registry serves a whole process.
    package init() {
        self.init(tools: [
            FileListTool(),
            FileReadTool(),
            FileWriteTool(),
            HTTPGetTool(),
            HTTPRequestTool(),
            JSONQueryTool(),
            ProcessTool(),
            ShellTool(),
            SQLQueryTool(),
        ])
    }

    /// Exactly `tools`; of several with one name, the last.
    package init(tools: [any Tool]) {
        self.tools = Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
    }

    package func tool(named name: String) -> (any Tool)? { tools[name] }

    package var names: [String] { tools.keys.sorted() }
}
