package import SwitchyardCore

/// `json.query`: parts of a value, by ``JSONPath``.
///
/// The output is `{matches: […], first, count}`; `first` is `null` if nothing matches, which is no failure.
package struct JSONQueryTool: Tool {
    package let name = "json.query"
    package let summary = "Selects parts of a value with a JSONPath query."
    package let parameters = [
        ToolParameter("value", .any, required: true, "What is searched."),
        ToolParameter(
            "query", .string, required: true, "A JSONPath query, such as `$.items[?@.price < 10].name`."),
    ]

    package init() {}

    package func effect(of arguments: Value) -> Effect { .pure }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let path: JSONPath
        do throws(JSONPath.ParseError) {
            path = try JSONPath(invocation.arguments["query"].stringValue ?? "")
        } catch {
            return .failed(
                StepFailure(
                    .invalidInput, "the query is not JSONPath: \(error.message) (byte \(error.offset))",
                    details: ["offset": .int(error.offset)]))
        }
        // A search of a huge value takes long, though it waits for nothing.
        return await Blocking.call { cancellation in
            do throws(JSONPath.Interruption) {
                let matches = try path.matches(in: invocation.arguments["value"]) { cancellation.isCancelled }
                return ToolOutput(
                    ["matches": .array(matches), "first": matches.first ?? .null, "count": .int(matches.count)],
                    summary: Text.count(matches.count, "match", "matches"))
            } catch {
                switch error {
                case .limit(let limit):
                    throw StepFailure(.invalidInput, "the query has to look at more than \(limit) values")
                case .cancelled: throw CancellationError()
                }
            }
        }
    }
}
