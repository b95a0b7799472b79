import SwitchyardCore

/// The tools that generated pipelines name: one for each effect. Simulations script what they give.
struct SimulatedTools: ToolCatalog {
    var names: [String] { Effect.allCases.map(\.rawValue).sorted() }

    func tool(named name: String) -> (any Tool)? {
        Effect(rawValue: name).map(SimulatedTool.init)
    }
}

private struct SimulatedTool: Tool {
    let nature: Effect

    var name: String { nature.rawValue }
    var summary: String { "Stands for a tool that is \(nature.rawValue)." }
    var parameters: [ToolParameter] { [ToolParameter("value", .any, "Anything.")] }

    func effect(of arguments: Value) -> Effect { nature }
    func run(_ invocation: ToolInvocation) async -> ToolResult { .succeeded(ToolOutput(invocation.arguments["value"])) }
}
