import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// What an error's headers, and the request that it answers, add to what its body says.
@Suite struct FailureClassTests {
    func kind(
        _ dialect: Dialect, _ status: Int, _ body: String, shouldRetry: String? = nil, text: String = "Hi",
        facts: ModelFacts? = nil
    ) async throws -> ModelError.Kind? {
        let headers = [("content-type", "application/json")] + (shouldRetry.map { [("x-should-retry", $0)] } ?? [])
        let server = try await TestServer { _ in .answer(status, headers, body) }
        var settings = dialect.settings
        settings.baseURL = server.url
        let executor = ProviderExecutor(settings, key: { () throws(KeyProblem) in nil }, facts: { _ in facts })
        var kind: ModelError.Kind?
        do throws(ModelError) {
            _ = try await executor.run(dialect.request(text), in: ExecutionContext())
        } catch {
            kind = error.kind
            #expect(error.status == status)
        }
        await server.close()
        return kind
    }

    // MARK: x-should-retry

    @Test(arguments: [
        (Dialect.responses, 500, "false", ModelError.Kind.invalidRequest), (.chat, 503, "false", .invalidRequest),
        (.anthropic, 529, "false", .invalidRequest), (.chat, 409, "false", .invalidRequest),
        (.chat, 429, "false", .quota), (.chat, 429, "true", .rateLimited), (.responses, 500, "true", .server),
        (.responses, 400, "true", .server), (.compatible, 422, "true", .server), (.chat, 400, "false", .invalidRequest),
        (.chat, 401, "true", .auth), (.chat, 500, "perhaps", .server), (.gemini, 500, "false", .server),
        (.ollama, 400, "true", .invalidRequest),
    ])
    func `the server says whether to come again`(
        dialect: Dialect, status: Int, header: String, kind: ModelError.Kind
    ) async throws {
        #expect(try await self.kind(dialect, status, "{}", shouldRetry: header) == kind)
    }

    @Test func `no header makes money`() async throws {
        let body = ErrorTests.openAI("insufficient_quota", "\"insufficient_quota\"")
        #expect(try await kind(.chat, 429, body, shouldRetry: "true") == .quota)
    }

    // MARK: Length

    static let tooLong = ErrorTests.anthropic("invalid_request_error")
    static let argument = ErrorTests.google(400, "INVALID_ARGUMENT")

    func facts(_ dialect: Dialect, window: Int?, input: Int? = nil) -> ModelFacts {
        var facts = dialect.facts([:])
        (facts.contextWindow, facts.maxInputTokens) = (window, input)
        return facts
    }

    /// 3000 letters and spaces are 1000 tokens by the estimate, and 16 more for the turn and the request.
    static let text = String(repeating: "word and ", count: 333) + "end"

    @Test(arguments: [(Dialect.anthropic, tooLong), (.gemini, argument)])
    func `a plain 400 to a question larger than the window is about its length`(
        dialect: Dialect, body: String
    ) async throws {
        func kind(_ facts: ModelFacts?) async throws -> ModelError.Kind? {
            try await self.kind(dialect, 400, body, text: Self.text, facts: facts)
        }
        #expect(try await kind(facts(dialect, window: 1015)) == .contextOverflow)
        #expect(try await kind(facts(dialect, window: 1016)) == .invalidRequest)
        #expect(try await kind(facts(dialect, window: 9000, input: 500)) == .contextOverflow)
        #expect(try await kind(facts(dialect, window: nil)) == .invalidRequest)
        #expect(try await kind(nil) == .invalidRequest)
    }

    @Test func `other errors stay what they are, however long the question`() async throws {
        let small = facts(.gemini, window: 10)
        #expect(
            try await kind(.gemini, 500, ErrorTests.google(500, "INTERNAL"), text: Self.text, facts: small) == .server)
        let key = ErrorTests.google(400, "INVALID_ARGUMENT", #"[{"reason":"API_KEY_INVALID"}]"#)
        #expect(try await kind(.gemini, 400, key, text: Self.text, facts: small) == .auth)
        let field = ErrorTests.google(
            400, "INVALID_ARGUMENT",
            #"[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"tools[0]"}]}]"#)
        #expect(try await kind(.gemini, 400, field, text: Self.text, facts: small) == .invalidRequest)
        // OpenAI has a code for it.
        let plain = ErrorTests.openAI("invalid_request_error")
        let model = facts(.responses, window: 10)
        #expect(try await kind(.responses, 400, plain, text: Self.text, facts: model) == .invalidRequest)
    }
}
