import SwitchyardCore

/// What OpenAI's two formats share: errors, headers, and how the request's tools are read.
enum OpenAI {
    static func refusal(_ refusal: Refusal, model: String?, param: String?) -> (status: Int, body: Value) {
        (refusal.status ?? status(of: refusal.kind), ["error": error(refusal, model: model, param: param)])
    }

    static func status(of kind: ErrorKind) -> Int {
        switch kind {
        case .invalidRequest, .contextOverflow: 400
        case .auth: 401
        case .permission: 403
        case .notFound: 404
        case .rateLimit, .quota: 429
        case .server: 500
        case .unavailable, .overloaded: 503
        case .timeout: 504
        }
    }

    static func error(_ refusal: Refusal, model: String?, param: String? = nil) -> Value {
        let (type, code): (String, String?) =
            switch refusal.kind {
            case .invalidRequest: ("invalid_request_error", nil)
            case .auth: ("invalid_request_error", "invalid_api_key")
            case .permission: ("insufficient_permissions", "insufficient_permissions")
            case .notFound: ("invalid_request_error", "model_not_found")
            case .rateLimit: ("requests", "rate_limit_exceeded")
            case .quota: ("insufficient_quota", "insufficient_quota")
            case .contextOverflow: ("invalid_request_error", "context_length_exceeded")
            case .server: ("server_error", nil)
            case .unavailable, .overloaded: ("service_unavailable_error", "server_is_overloaded")
            case .timeout: ("server_error", "timeout")
            }
        return [
            "message": .string(refusal.message ?? refusal.kind.text(model: model)), "type": .string(type),
            "param": Value(refusal.parameter ?? param), "code": Value(refusal.code ?? code),
        ]
    }

    static func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)] {
        var headers = [
            ("x-request-id", envelope.id("req_", length: 32)), ("openai-version", "2020-10-01"),
            ("openai-organization", "simulated"), ("openai-processing-ms", "1"),
        ]
        let limits =
            limits
            ?? RateHeadroom(
                requests: .init(limit: 10_000, remaining: 9_999, resetsAfter: .milliseconds(6)),
                tokens: .init(limit: 2_000_000, remaining: 1_999_000, resetsAfter: .milliseconds(30)))
        for (name, limit) in [("requests", limits.requests), ("tokens", limits.tokens)] {
            if let value = limit?.limit { headers.append(("x-ratelimit-limit-\(name)", String(value))) }
            if let value = limit?.remaining { headers.append(("x-ratelimit-remaining-\(name)", String(value))) }
            if let value = limit?.resetsAfter { headers.append(("x-ratelimit-reset-\(name)", reset(value))) }
        }
        return headers
    }

    /// A duration as the headers spell it: `6ms`, `6s`, `1m0s`.
    static func reset(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMicroseconds / 1000
        guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
        let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000)
        let seconds = rest % 1000 == 0 ? "\(rest / 1000)s" : "\(Double(rest) / 1000)s"
        return minutes > 0 ? "\(minutes)m\(seconds)" : seconds
    }

    /// The tools of a request; `wraps` says whether they stand in a `function` each.
    static func tools(_ body: Value, wraps: Bool) -> [ToolDefinition] {
        (body["tools"].arrayValue ?? []).compactMap { tool in
            let function = wraps ? tool["function"] : tool
            guard let name = function["name"].stringValue else { return nil }
            return ToolDefinition(
                name: name, description: function["description"].stringValue ?? "", parameters: function["parameters"])
        }
    }

    static func toolChoice(_ choice: Value) -> ToolChoice {
        switch choice.stringValue {
        case "none"?: .none
        case "required"?: .required
        case .some: .automatic
        case nil:
            (choice["function"]["name"].stringValue ?? choice["name"].stringValue).map(ToolChoice.named) ?? .automatic
        }
    }

    /// - Throws: if `body` names no model.
    static func model(_ body: Value) throws(Refusal) -> String {
        guard let model = body["model"].stringValue, !model.isEmpty else {
            throw Refusal(invalid: "you must provide a model parameter", parameter: "model")
        }
        return model
    }
}
