import SwitchyardCore

/// Classifies errors of providers, by structure alone: words of messages change, and mean many things.
enum FailureKind {
    /// An error's kind: by its code, then its type, where they say more than the status; then by the status.
    static func of(status: Int?, type: String?, code: String?) -> ModelError.Kind {
        for text in [code, type] {
            if let text, let kind = named[text.lowercased()] { return kind }
        }
        if let status { return of(status: status) }
        for text in [code, type] {
            if let text, let kind = named(weakly: text.lowercased()) { return kind }
        }
        // Errors within a stream whose beginning was fine.
        return .server
    }

    static func of(status: Int) -> ModelError.Kind {
        switch status {
        case 401, 403: .auth
        case 402: .quota
        case 408, 409: .server
        case 413: .contextOverflow
        case 429: .rateLimited
        case 503, 529: .overloaded
        case 500...: .server
        default: .invalidRequest
        }
    }

    /// What `kind` is where the server says whether the same request may come again. What has a cause that a person
    /// must see to, such as a key, stays what it is.
    static func of(_ kind: ModelError.Kind, mayRepeat: Bool) -> ModelError.Kind {
        switch kind {
        case .rateLimited where !mayRepeat: .quota
        case .overloaded, .server, .timeout: mayRepeat ? kind : .invalidRequest
        case .invalidRequest where mayRepeat: .server
        case .rateLimited, .quota, .transport, .auth, .contextOverflow, .refused, .invalidRequest, .invalidOutput,
            .budget, .cancelled:
            kind
        }
    }

    private static let named: [String: ModelError.Kind] = [
        "insufficient_quota": .quota, "billing_error": .quota, "billing_hard_limit_reached": .quota,
        "enforced_spend_limit_reached": .quota, "insufficient_credits": .quota,
        "context_length_exceeded": .contextOverflow, "exceed_context_size_error": .contextOverflow,
        "request_too_large": .contextOverflow, "model_context_window_exceeded": .contextOverflow,
        "authentication_error": .auth, "permission_error": .auth, "invalid_api_key": .auth, "api_key_invalid": .auth,
        "unauthenticated": .auth, "permission_denied": .auth,
        "rate_limit_error": .rateLimited, "rate_limit_exceeded": .rateLimited, "resource_exhausted": .rateLimited,
        "overloaded_error": .overloaded, "server_overloaded": .overloaded, "unavailable": .overloaded,
        "unavailable_error": .overloaded,
        "content_filter": .refused, "content_policy_violation": .refused,
    ]

    /// Of types that stand beside many statuses.
    private static func named(weakly text: String) -> ModelError.Kind? {
        switch text {
        case "invalid_request_error", "not_found_error", "invalid_argument", "not_found", "failed_precondition",
            "invalid_prompt":
            .invalidRequest
        default: nil
        }
    }
}
