import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// Where requests go, and which of them there are.
@Suite struct AddressTests {
    @Test func paths() throws {
        func path(_ dialect: Dialect, _ base: String? = nil, _ name: String = "some-model", version: String? = nil)
            throws -> String
        {
            var settings = dialect.settings
            if let base { settings.baseURL = base }
            settings.apiVersion = version
            let target = WireTarget(
                settings: settings, model: ModelID(provider: "p", name: name), facts: nil, callSeed: "")
            return try ProviderExecutor.codec(for: target).encode(dialect.request()).path
        }
        #expect(try path(.chat) == "/chat/completions")
        #expect(try path(.responses) == "/responses")
        #expect(try path(.anthropic) == "/v1/messages")
        #expect(try path(.anthropic, "http://a/v1") == "/messages")
        #expect(try path(.gemini) == "/v1/models/some-model:streamGenerateContent?alt=sse")
        #expect(
            try path(.gemini, nil, "models/x", version: "v1beta") == "/v1beta/models/x:streamGenerateContent?alt=sse")
        #expect(
            try path(.gemini, "http://a/v1beta", "a b/../ü?")
                == "/models/a%20b%2F..%2F%C3%BC%3F:streamGenerateContent?alt=sse")
        #expect(try path(.ollama) == "/api/chat")
    }

    @Test func formatsByModel() {
        func name(_ dialect: Dialect, _ preferred: ProviderSettings.API?) -> String {
            var facts = dialect.facts([:])
            facts.preferredAPI = preferred
            return "\(type(of: dialect.codec(facts: facts)))"
        }
        #expect(name(.responses, nil) == "ResponsesCodec")
        #expect(name(.responses, .chat) == "ChatCodec")
        #expect(name(.chat, .responses) == "ChatCodec")
        #expect(name(.compatible, nil) == "ChatCodec")
    }

    @Test func tokenCounts() throws {
        func wire(_ dialect: Dialect) throws -> WireRequest? {
            try dialect.codec().encodeTokenCount(of: dialect.request())
        }
        #expect(try wire(.responses)?.path == "/responses/input_tokens")
        #expect(try wire(.responses)?.body?["store"] == .null)
        #expect(try wire(.chat)?.path == "/responses/input_tokens")
        #expect(try wire(.anthropic)?.path == "/v1/messages/count_tokens")
        #expect(try wire(.anthropic)?.body?["max_tokens"] == .null)
        #expect(try wire(.gemini)?.path == "/v1/models/some-model:countTokens")
        #expect(try wire(.gemini)?.body?["generateContentRequest"]["model"] == "models/some-model")
        #expect(try wire(.ollama) == nil)
        #expect(Dialect.gemini.codec().tokenCount(in: ["totalTokens": 31]) == 31)
        #expect(Dialect.anthropic.codec().tokenCount(in: ["input_tokens": 14]) == 14)
    }

    @Test(arguments: Dialect.allCases) func picturesOfOtherKinds(dialect: Dialect) {
        var request = dialect.request()
        request.messages = [ModelMessage(.user, [.image(ImageContent(mediaType: "image/tiff", bytes: [1]))])]
        #expect(throws: WireFailure.self) { try dialect.codec().encode(request) }
    }
}
