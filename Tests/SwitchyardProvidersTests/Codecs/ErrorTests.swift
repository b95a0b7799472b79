import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// Errors as providers send them, and what they are.
@Suite struct ErrorTests {
    struct Row: CustomStringConvertible, Sendable {
        var dialect: Dialect
        var status: Int
        var body: String
        var kind: ModelError.Kind
        var code: String?

        init(_ dialect: Dialect, _ status: Int, _ body: String, _ kind: ModelError.Kind, code: String? = nil) {
            self.dialect = dialect
            self.status = status
            self.body = body
            self.kind = kind
            self.code = code
        }

        var description: String { "\(dialect) \(status) \(body.prefix(60))" }
    }

    static func openAI(_ type: String, _ code: String = "null") -> String {
        "{\"error\":{\"message\":\"The rate limit of errors\",\"type\":\"\(type)\",\"param\":null,\"code\":\(code)}}"
    }

    static func anthropic(_ type: String, _ details: String = "null") -> String {
        "{\"type\":\"error\",\"error\":{\"type\":\"\(type)\",\"message\":\"generate\",\"details\":\(details)},\"request_id\":\"r\"}"
    }

    static func google(_ code: Int, _ status: String, _ details: String = "[]") -> String {
        "{\"error\":{\"code\":\(code),\"message\":\"m\",\"status\":\"\(status)\",\"details\":\(details)}}"
    }

    static let rows: [Row] = [
        Row(.responses, 400, openAI("invalid_request_error"), .invalidRequest, code: "invalid_request_error"),
        Row(
            .chat, 400, openAI("invalid_request_error", "\"unsupported_parameter\""), .invalidRequest,
            code: "unsupported_parameter"),
        Row(
            .chat, 400, openAI("invalid_request_error", "\"context_length_exceeded\""), .contextOverflow,
            code: "context_length_exceeded"),
        Row(.responses, 401, openAI("invalid_request_error", "\"invalid_api_key\""), .auth, code: "invalid_api_key"),
        Row(.responses, 403, openAI("invalid_request_error"), .auth, code: "invalid_request_error"),
        Row(.responses, 404, openAI("invalid_request_error", "\"model_not_found\""), .invalidRequest),
        Row(.responses, 429, openAI("tokens", "\"rate_limit_exceeded\""), .rateLimited, code: "rate_limit_exceeded"),
        Row(
            .responses, 429, openAI("insufficient_quota", "\"insufficient_quota\""), .quota, code: "insufficient_quota"),
        Row(.responses, 500, openAI("server_error"), .server, code: "server_error"),
        Row(.responses, 503, openAI("server_error"), .overloaded),
        Row(.compatible, 401, "{\"error\":{\"code\":401,\"message\":\"m\",\"type\":\"authentication_error\"}}", .auth),
        Row(
            .compatible, 400,
            "{\"error\":{\"code\":400,\"message\":\"m\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4096}}",
            .contextOverflow, code: "exceed_context_size_error"),
        Row(.compatible, 402, "{\"error\":{\"code\":402,\"message\":\"m\",\"metadata\":{}}}", .quota),
        Row(
            .compatible, 400, "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}",
            .invalidRequest),
        Row(.compatible, 502, "<html>Bad Gateway</html>", .server), Row(.compatible, 413, "", .contextOverflow),
        Row(
            .responses, 500, "data: {\"error\":{\"message\":\"m\",\"code\":\"500\"}}\r\n\r\ndata: [DONE]\n\n", .server),
        Row(
            .anthropic, 529,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n", .overloaded,
            code: "overloaded_error"),
        Row(.compatible, 408, "timeout", .server), Row(.compatible, 409, "{}", .server),
        Row(.compatible, 422, "{\"detail\":\"m\"}", .invalidRequest),
        Row(.anthropic, 400, anthropic("invalid_request_error"), .invalidRequest, code: "invalid_request_error"),
        Row(.anthropic, 401, anthropic("authentication_error"), .auth, code: "authentication_error"),
        Row(.anthropic, 402, anthropic("billing_error"), .quota, code: "billing_error"),
        Row(.anthropic, 403, anthropic("permission_error"), .auth),
        Row(.anthropic, 404, anthropic("not_found_error"), .invalidRequest),
        Row(.anthropic, 413, anthropic("request_too_large"), .contextOverflow),
        Row(.anthropic, 429, anthropic("rate_limit_error"), .rateLimited, code: "rate_limit_error"),
        Row(
            .anthropic, 429, anthropic("rate_limit_error", "{\"error_code\":\"enforced_spend_limit_reached\"}"), .quota,
            code: "enforced_spend_limit_reached"),
        Row(.anthropic, 500, anthropic("api_error"), .server), Row(.anthropic, 503, "", .overloaded),
        Row(.anthropic, 504, anthropic("timeout_error"), .server),
        Row(.anthropic, 529, anthropic("overloaded_error"), .overloaded, code: "overloaded_error"),
        Row(.gemini, 400, google(400, "INVALID_ARGUMENT"), .invalidRequest, code: "INVALID_ARGUMENT"),
        Row(
            .gemini, 400,
            google(
                400, "INVALID_ARGUMENT",
                "[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}]"),
            .auth, code: "API_KEY_INVALID"),
        Row(.gemini, 401, google(401, "UNAUTHENTICATED"), .auth),
        Row(.gemini, 403, google(403, "PERMISSION_DENIED"), .auth),
        Row(.gemini, 404, google(404, "NOT_FOUND"), .invalidRequest),
        Row(.gemini, 429, "[\(google(429, "RESOURCE_EXHAUSTED"))]", .rateLimited, code: "RESOURCE_EXHAUSTED"),
        Row(.gemini, 500, google(500, "INTERNAL"), .server), Row(.gemini, 503, google(503, "UNAVAILABLE"), .overloaded),
        Row(.gemini, 504, google(504, "DEADLINE_EXCEEDED"), .server),
        Row(.ollama, 400, "{\"error\":\"m\"}", .invalidRequest),
        Row(.ollama, 401, "{\"error\":\"m\",\"signin_url\":\"u\"}", .auth),
        Row(.ollama, 404, "{\"error\":\"model 'x' not found\"}", .invalidRequest),
        Row(.ollama, 503, "{\"error\":\"server busy\"}", .overloaded), Row(.ollama, 500, "{\"error\":\"m\"}", .server),
    ]

    @Test(arguments: rows) func kinds(row: Row) {
        let failure = ErrorBody.failure(of: row.body, codec: row.dialect.codec(), status: row.status)
        #expect(failure.kind == row.kind)
        #expect(failure.status == row.status)
        if let code = row.code { #expect(failure.code == code) }
    }

    @Test func waitsInBodies() {
        let body = Self.google(
            429, "RESOURCE_EXHAUSTED",
            "[{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\"},{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"34.4s\"}]"
        )
        let failure = ErrorBody.failure(of: body, codec: Dialect.gemini.codec(), status: 429)
        #expect(failure.retryAfter == .milliseconds(34_400))
    }

    @Test func errorsInAnswersThatAreFine() throws {
        let router = try JSON.parse("{\"error\":{\"code\":502,\"message\":\"upstream\",\"metadata\":{}}}")
        #expect(throws: WireFailure(.server, .said("upstream"), status: 502)) {
            try Dialect.compatible.codec().reply(from: router, to: Dialect.compatible.request())
        }
        let inChoice = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"error\":{\"code\":429,\"message\":\"m\"}}]}\n\n"
        #expect(Dialect.compatible.decode(Array(inChoice.utf8)).failure?.kind == .rateLimited)
        let finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}\n\n"
        #expect(Dialect.compatible.decode(Array(finish.utf8)).failure?.kind == .server)
        let blocked: Value = ["promptFeedback": ["blockReason": "SAFETY"]]
        #expect(throws: WireFailure(.refused, .said(nil), code: "SAFETY")) {
            try Dialect.gemini.codec().reply(from: blocked, to: Dialect.gemini.request())
        }
        let failed: Value = ["status": "failed", "output": [], "error": ["code": "server_error", "message": "m"]]
        #expect(throws: WireFailure(.server, .said("m"), code: "server_error")) {
            try Dialect.responses.codec().reply(from: failed, to: Dialect.responses.request())
        }
    }

    // MARK: Words

    func sentence(
        _ failure: WireFailure, _ dialect: Dialect = .responses, key: SecretSource? = .environment("OPENAI_API_KEY")
    ) -> String {
        var settings = dialect.settings
        settings.key = key
        return FailureText(
            settings: settings, model: dialect.model, mask: AnswerMask(SecretMask(["hunter22"]), key: "sk-canary-1234")
        ).sentence(failure)
    }

    @Test func sentences() {
        #expect(
            sentence(WireFailure(.auth, .said("Incorrect API key provided: sk-ca***1234."), status: 401))
                == "openai did not accept the key from the variable OPENAI_API_KEY (401)")
        #expect(sentence(WireFailure(.auth, .said(nil), status: 401), key: nil) == "openai wants a key (401)")
        #expect(
            sentence(WireFailure(.rateLimited, .said("slow\ndown."), status: 429, retryAfter: .seconds(20)))
                == "openai takes no more requests for now (429), try again in 20s: slow down")
        #expect(
            sentence(WireFailure(.invalidRequest, .said("no such model"), status: 404))
                == "openai knows no model some-model, or no such address (404): no such model")
        #expect(sentence(WireFailure(.transport, .cutOff)) == "the answer of openai was cut off before its end")
        #expect(
            sentence(WireFailure(.server, .said("password hunter22 and sk-canary-1234"), status: 500))
                == "openai failed (500): password *** and ***")
    }

    @Test func longWordsAreCut() {
        let text = sentence(WireFailure(.server, .said(String(repeating: "x", count: 5000)), status: 500))
        #expect(text.count < 400)
    }
}
