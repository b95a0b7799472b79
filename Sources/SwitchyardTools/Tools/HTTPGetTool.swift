package import SwitchyardCore

/// `http.get`: reads an address. Redirects are followed, five at most. ``HTTPAnswer`` describes the output.
package struct HTTPGetTool: Tool {
    package let name = "http.get"
    package let summary = "Reads an address over HTTP."
    package let parameters = HTTPCall.parameters

    package init() {}

    package func effect(of arguments: Value) -> Effect { .pure }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        do throws(StepFailure) {
            return await HTTPExchange.perform(try HTTPCall(method: "GET", invocation))
        } catch {
            return .failed(error)
        }
    }
}
