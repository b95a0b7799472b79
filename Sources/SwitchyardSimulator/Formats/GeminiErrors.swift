import SwitchyardCore

/// Errors and headers as Gemini sends them.
extension GeminiFormat {
    func refusal(_ refusal: Refusal, model: String?, _ envelope: Envelope) -> (status: Int, body: Value) {
        let (status, name): (Int, String) =
            switch refusal.kind {
            case .invalidRequest, .contextOverflow: (400, "INVALID_ARGUMENT")
            case .auth: refusal.status == 400 ? (400, "INVALID_ARGUMENT") : (401, "UNAUTHENTICATED")
            case .permission: (403, "PERMISSION_DENIED")
            case .notFound: (404, "NOT_FOUND")
            case .rateLimit, .quota: (429, "RESOURCE_EXHAUSTED")
            case .server: (500, "INTERNAL")
            case .unavailable, .overloaded: (503, "UNAVAILABLE")
            case .timeout: (504, "DEADLINE_EXCEEDED")
            }
        let details = Self.details(refusal)
        let overflow =
            "[simulated] The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."
        let usual = refusal.kind == .contextOverflow ? overflow : refusal.kind.text(model: model)
        return (
            refusal.status ?? status,
            [
                "error": .members([
                    ("code", .int(refusal.status ?? status)),
                    ("message", .string(refusal.message ?? usual)),
                    ("status", .string(name)), ("details", details.isEmpty ? .none : .array(details)),
                ])
            ]
        )
    }

    private static func details(_ refusal: Refusal) -> [Value] {
        var details: [Value] = []
        switch refusal.kind {
        case .rateLimit, .quota:
            let limit = refusal.kind == .quota ? "GenerateRequestsPerDay" : "GenerateRequestsPerMinute"
            details.append([
                "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                "violations": [["quotaId": .string("\(limit)PerProjectPerModel")]],
            ])
        case .auth:
            details.append([
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
            ])
        case .invalidRequest, .permission, .notFound, .contextOverflow, .server, .unavailable, .timeout, .overloaded:
            break
        }
        if let wait = refusal.retryAfter {
            details.append([
                "@type": "type.googleapis.com/google.rpc.RetryInfo",
                "retryDelay": .string("\(Seconds.text(wait))s"),
            ])
        }
        return details
    }

    func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)] {
        [("server-timing", "gfet4t7; dur=1"), ("vary", "Origin, X-Origin, Referer")]
    }
}
