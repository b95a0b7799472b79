package import SwitchyardCore

/// Runs the attempts of steps somewhere.
package protocol StepExecutor: Sendable {
    /// Runs the tool called `tool` to its end.
    ///
    /// Never throws: a failure is a result. Cancelling the task ends everything the attempt started.
    func execute(_ invocation: ToolInvocation, tool: String) async -> ToolResult
}

/// Runs attempts in this process and its children.
package struct LocalStepExecutor: StepExecutor {
    private let tools: any ToolCatalog

    package init(tools: any ToolCatalog) {
        self.tools = tools
    }

    package func execute(_ invocation: ToolInvocation, tool: String) async -> ToolResult {
        guard let tool = tools.tool(named: tool) else {
            return .failed(StepFailure(.notFound, "there is no tool \(tool)"))
        }
        return await tool.run(invocation)
    }
}
