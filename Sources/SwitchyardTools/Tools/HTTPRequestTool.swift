package import SwitchyardCore

/// `http.request`: any request over HTTP.
///
/// Redirects are followed for GET and HEAD only. Every other request carries the step's `Idempotency-Key`, unless
/// the step gives that header itself, so that a server that knows it recognises a repetition. ``HTTPAnswer``
/// describes the output.
package struct HTTPRequestTool: Tool {
    package let name = "http.request"
    package let summary = "Sends a request over HTTP."
    package let parameters =
        [ToolParameter("method", .string, required: true, "`GET`, `POST`, `PUT`, …")] + HTTPCall.parameters + [
            ToolParameter(
                "body", .any, sink: .json,
                "Text as it is, with its holes encoded if it is JSON; any other value as JSON; `null` for none.")
        ]

    package init() {}

    package func effect(of arguments: Value) -> Effect {
        HTTPCall.isReading(method(arguments)) ? .pure : .unsafe
    }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        do throws(StepFailure) {
            return await HTTPExchange.perform(try HTTPCall(method: method(invocation.arguments), invocation))
        } catch {
            return .failed(error)
        }
    }

    private func method(_ arguments: Value) -> String {
        (arguments["method"].stringValue ?? "").uppercased()
    }
}
