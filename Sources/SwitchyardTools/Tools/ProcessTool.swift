package import SwitchyardCore

/// `process`: runs a program with exactly the arguments given; no shell sees them.
///
/// The output is what the program printed on standard output without line ends at its end.
package struct ProcessTool: Tool {
    package let name = "process"
    package let summary = "Runs a program with its arguments, without a shell."
    package let parameters = [
        ToolParameter("argv", .array, required: true, "The program, by name or path, and its arguments.")
    ]
    private let grace: Duration

    package init(grace: Duration = .seconds(2)) {
        self.grace = grace
    }

    package func effect(of arguments: Value) -> Effect { .unsafe }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let argv = (invocation.arguments["argv"].arrayValue ?? []).map(\.rendered)
        return await ProcessResult.of(ProcessRequest(argv: argv, for: invocation, grace: grace))
    }
}
