import SwitchyardCore

/// Errors and headers as Anthropic sends them.
extension MessagesFormat {
    func refusal(_ refusal: Refusal, model: String?, _ envelope: Envelope) -> (status: Int, body: Value) {
        let (status, type): (Int, String) =
            switch refusal.kind {
            case .invalidRequest, .contextOverflow: (400, "invalid_request_error")
            case .auth: (401, "authentication_error")
            case .permission: (403, "permission_error")
            case .notFound: (404, "not_found_error")
            case .rateLimit, .quota: (429, "rate_limit_error")
            case .server: (500, "api_error")
            case .unavailable: (503, "api_error")
            case .timeout: (504, "timeout_error")
            case .overloaded: (529, "overloaded_error")
            }
        var message = refusal.message ?? refusal.kind.text(model: model)
        if refusal.kind == .contextOverflow, refusal.message == nil {
            message = "prompt is too long: 1000001 tokens > 1000000 maximum"
        }
        let spent: Value = ["error_code": "enforced_spend_limit_reached"]
        return (
            refusal.status ?? status,
            [
                "type": "error",
                "error": .members([
                    ("type", .string(type)), ("message", .string(message)),
                    ("details", refusal.kind == .quota ? .some(spent) : .none),
                ]),
                "request_id": .string(envelope.id("req_01", length: 22)),
            ]
        )
    }

    func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)] {
        var headers = [
            ("request-id", envelope.id("req_01", length: 22)), ("anthropic-organization-id", "simulated"),
            ("anthropic-workspace-id", "simulated"),
        ]
        let minute = Duration.seconds(60)
        let limits =
            limits
            ?? RateHeadroom(
                requests: .init(limit: 4_000, remaining: 3_999, resetsAfter: minute),
                tokens: .init(limit: 2_000_000, remaining: 1_999_000, resetsAfter: minute))
        for (name, limit) in [
            ("requests", limits.requests), ("tokens", limits.tokens), ("input-tokens", limits.tokens),
            ("output-tokens", limits.tokens),
        ] {
            let prefix = "anthropic-ratelimit-\(name)"
            if let value = limit?.limit { headers.append(("\(prefix)-limit", String(value))) }
            if let value = limit?.remaining { headers.append(("\(prefix)-remaining", String(value))) }
            if let value = limit?.resetsAfter {
                let moment = envelope.now.advanced(by: value).iso8601
                headers.append(("\(prefix)-reset", moment.prefix(19) + "Z"))
            }
        }
        return headers
    }
}
