import SwitchyardCore
import SwitchyardYAML

/// The maps of a scenario file, each with the keys it takes.
enum ScenarioLevel {
    case scenario, rule, match, reply, toolCall, stream, usage, limits, limit, fault

    /// As a message says it.
    var title: String {
        switch self {
        case .scenario: "a scenario"
        case .rule: "a rule"
        case .match: "`match`"
        case .reply: "a reply"
        case .toolCall: "a tool call"
        case .stream: "`stream`"
        case .usage: "`usage`"
        case .limits: "`limits`"
        case .limit: "a limit"
        case .fault: "`fault`"
        }
    }

    var keys: [(name: String, type: KeyType)] {
        let count = KeyType.integer(atLeast: 0)
        return switch self {
        case .scenario:
            [
                ("version", .version), ("name", .text), ("description", .text), ("models", .words(of: "models")),
                ("stream", .map(.anything, of: "keys")), ("rules", .list(.anything, of: "rules")),
            ]
        case .rule:
            [
                ("name", .text), ("match", .map(.anything, of: "conditions")), ("reply", .anything),
                ("sequence", .list(.anything, of: "replies")), ("times", .integer(atLeast: 1)),
            ]
        case .match:
            [
                ("provider", .text), ("model", .word), ("path", .text), ("contains", .word), ("regex", .text),
                ("in", .choice(RequestMatch.Place.allCases.map(\.rawValue))), ("has_tools", .boolean),
                ("has_schema", .boolean), ("has_tool_results", .boolean), ("streams", .boolean), ("call", .anything),
            ]
        case .reply:
            [
                ("text", .word), ("json", .anything), ("tool_calls", .list(.anything, of: "tool calls")),
                ("echo", .boolean), ("generate", .boolean), ("reasoning", .word),
                ("stream", .map(.anything, of: "keys")), ("usage", .map(.anything, of: "counts")),
                ("finish", .text), ("limits", .map(.anything, of: "limits")), ("fault", .anything),
            ]
        case .toolCall:
            [("name", .text), ("arguments", .map(.anything, of: "arguments")), ("malformed", .word)]
        case .stream:
            [
                ("chunk_tokens", .integer(atLeast: 1)), ("first_after", .duration), ("every", .duration),
                ("split_bytes", .integer(atLeast: 1)),
            ]
        case .usage:
            [
                ("input", count), ("output", count), ("cached", count), ("cache_write", count),
                ("cache_write_long", count), ("reasoning", count), ("omit", .boolean),
            ]
        case .limits:
            [("requests", .map(.anything, of: "counts")), ("tokens", .map(.anything, of: "counts"))]
        case .limit:
            [("limit", count), ("remaining", count), ("resets_after", .duration)]
        case .fault:
            [
                ("error", .choice(ErrorKind.allCases.map(\.rawValue))), ("status", .integer(atLeast: 400)),
                ("message", .text), ("retry_after", .duration),
                ("retry_after_date", .boolean),
                ("body", .choice(Refusal.Body.allCases.map(\.rawValue))), ("cut_after", count),
                ("stall_after", count), ("lasting", .duration), ("malformed", .boolean), ("wrong_types", .boolean),
                ("huge", .anything), ("error_in_stream", .choice(ErrorKind.allCases.map(\.rawValue))),
                ("after", count), ("drop", .boolean), ("slow", .duration),
                ("line_ends", .choice(EventStyle.LineEnd.allCases.map(\.rawValue))), ("comments", .boolean),
                ("call_deltas", .choice(CallDeltas.allCases.map(\.rawValue))),
            ]
        }
    }
}
