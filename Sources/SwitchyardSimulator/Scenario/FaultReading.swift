import SwitchyardCore
import SwitchyardYAML

extension ScenarioReading {
    /// The keys of which a fault has at most one, with those that may stand beside each.
    private static let alternatives = [
        "error": ["status"], "status": ["error"],
        "cut_after": [], "stall_after": [], "malformed": [], "wrong_types": [], "huge": [],
        "error_in_stream": [], "drop": [], "line_ends": ["comments"], "comments": ["line_ends"], "call_deltas": [],
    ]

    /// The fault, and how long nothing comes before it: a map, or an error's word alone.
    mutating func fault(_ field: ScenarioField) -> (Fault?, slow: Duration) {
        if let word = field.node.scalar?.stringValue {
            let words = ErrorKind.allCases.map(\.rawValue)
            guard let kind = ErrorKind(rawValue: word) else {
                report(
                    field.node, "`fault` knows no error `\(word)`",
                    hint: NearestName.suggestion(for: word, among: words).map { "did you mean `\($0)`?" }
                        ?? "there are \(words.map { "`\($0)`" }.joined(separator: ", "))")
                return (nil, .zero)
            }
            return (.refusal(Refusal(kind)), .zero)
        }
        guard let fields = fields(of: field.node, .fault, prefix: "fault.") else { return (nil, .zero) }
        checkCompanions(fields)
        return (fault(fields, in: field), duration(fields["slow"]) ?? .zero)
    }

    private mutating func fault(_ fields: [String: ScenarioField], in field: ScenarioField) -> Fault? {
        let present = Self.alternatives.keys.filter { fields[$0] != nil }.sorted()
        guard let name = present.first else {
            if fields["slow"] == nil {
                report(field.node, "`fault` says nothing of what goes wrong", hint: "for example `fault: overloaded`")
            }
            return nil
        }
        if let other = present.dropFirst().first(where: { Self.alternatives[name]?.contains($0) == false }) {
            report(fields[other]?.key ?? field.node, "`fault` has `\(name)` and `\(other)`, and takes one of them")
            return nil
        }
        switch name {
        case "error", "status": return .refusal(refusal(fields))
        case "cut_after": return integer(fields["cut_after"]).map { .cut(after: $0) }
        case "stall_after":
            let time = duration(fields["lasting"]) ?? .seconds(600)
            return integer(fields["stall_after"]).map { .stall(after: $0, lasting: time) }
        case "malformed": return boolean(fields["malformed"]) == true ? .malformed : nil
        case "wrong_types": return boolean(fields["wrong_types"]) == true ? .wrongTypes : nil
        case "huge": return bytes(fields["huge"]).map { .huge(bytes: $0) }
        case "comments", "line_ends":
            let style = EventStyle(
                lineEnd: choice(fields["line_ends"]) ?? .lf, hasComments: boolean(fields["comments"]) ?? false)
            return style == EventStyle() ? nil : .events(style)
        case "call_deltas":
            let deltas: CallDeltas? = choice(fields["call_deltas"])
            return deltas.map { .callDeltas($0) }
        case "drop": return boolean(fields["drop"]) == true ? .drop : nil
        default:
            let kind: ErrorKind? = choice(fields["error_in_stream"])
            let after = integer(fields["after"])
            return kind.map { .errorInStream($0, after: after ?? 1) }
        }
    }

    private mutating func refusal(_ fields: [String: ScenarioField]) -> Refusal {
        let status = integer(fields["status"])
        if let status, status > 599, let field = fields["status"] {
            report(field.node, "`fault.status` wants a status from 400 to 599, not \(status)")
        }
        let given: ErrorKind? = choice(fields["error"])
        var refusal = Refusal(given ?? Self.kind(of: status ?? 500), status: status)
        refusal.message = text(fields["message"])
        refusal.retryAfter = duration(fields["retry_after"])
        if let field = fields["retry_after_date"] {
            if fields["retry_after"] == nil {
                report(field.key, "`fault.retry_after_date` belongs to `retry_after`, which does not stand here")
            }
            refusal.retriesAtDate = boolean(field) ?? false
        }
        refusal.body = choice(fields["body"]) ?? .json
        return refusal
    }

    /// The error that a status alone speaks of.
    private static func kind(of status: Int) -> ErrorKind {
        switch status {
        case 401: .auth
        case 403: .permission
        case 404: .notFound
        case 408, 504: .timeout
        case 429: .rateLimit
        case 503: .unavailable
        case 529: .overloaded
        case ..<500: .invalidRequest
        default: .server
        }
    }

    private mutating func checkCompanions(_ fields: [String: ScenarioField]) {
        let owners = [
            "message": ["error", "status"], "retry_after": ["error", "status"],
            "retry_after_date": ["error", "status"], "body": ["error", "status"],
            "lasting": ["stall_after"], "after": ["error_in_stream"],
        ]
        for (name, needed) in owners.sorted(by: { $0.key < $1.key }) {
            guard let field = fields[name], !needed.contains(where: { fields[$0] != nil }) else { continue }
            let names = needed.map { "`\($0)`" }.joined(separator: " or ")
            report(field.key, "`fault.\(name)` belongs to \(names), which does not stand here")
        }
    }
}
