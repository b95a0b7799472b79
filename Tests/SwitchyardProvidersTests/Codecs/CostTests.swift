import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// What answers cost whose servers leave out the counts that are 0.
@Suite struct CostTests {
    /// 2 dollars a million for input, 10 for output, 0.2 for what is read from the cache, 2.5 for what is written to it.
    static let price = ModelPrice(input: 2_000_000, output: 10_000_000, cacheRead: 200_000, cacheWrite: 2_500_000)

    /// Google has no price for writing to its cache by itself, and no count.
    func facts(_ dialect: Dialect) -> ModelFacts {
        var facts = dialect.facts([:])
        facts.price = Self.price
        if dialect == .gemini { facts.price?.cacheWrite = nil }
        return facts
    }

    func usage(_ dialect: Dialect, _ text: String) throws -> TokenUsage {
        let usage = try JSON.parse(text)
        return switch dialect {
        case .chat, .compatible: ChatCodec.usage(usage)
        case .responses: ResponsesCodec.usage(usage)
        case .anthropic: AnthropicCodec.usage(usage)
        case .gemini: GeminiAnswer.usage(usage)
        case .ollama: TokenUsage()
        }
    }

    @Test(arguments: [
        // 1000 * 2 + 100 * 10
        (Dialect.gemini, #"{"promptTokenCount":1000,"candidatesTokenCount":100,"totalTokenCount":1100}"#, 3000),
        // 600 * 2 + 400 * 0.2 + (100 + 50) * 10
        (
            .gemini,
            #"{"promptTokenCount":1000,"cachedContentTokenCount":400,"candidatesTokenCount":100,"thoughtsTokenCount":50}"#,
            2780
        ),
        // 1000 * 2: nothing was said
        (.gemini, #"{"promptTokenCount":1000,"totalTokenCount":1000}"#, 2000),
        (.chat, #"{"prompt_tokens":1000,"completion_tokens":100}"#, 3000),
        (.chat, #"{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":null}"#, 3000),
        // 750 * 2 + 250 * 0.2 + 100 * 10
        (
            .chat,
            #"{"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":250}}"#, 2550
        ),
        (.compatible, #"{"prompt_tokens":1000,"completion_tokens":100,"prompt_cache_hit_tokens":250}"#, 2550),
        (.responses, #"{"input_tokens":1000,"output_tokens":100}"#, 3000),
        // 500 * 2 + 300 * 0.2 + 200 * 2.5 + 100 * 10
        (
            .responses,
            #"{"input_tokens":1000,"input_tokens_details":{"cached_tokens":300,"cache_write_tokens":200},"output_tokens":100}"#,
            2560
        ),
    ])
    func known(dialect: Dialect, usage text: String, microDollars: Int64) throws {
        #expect(facts(dialect).cost(of: try usage(dialect, text)) == MicroDollars(microDollars))
    }

    /// Anthropic counts the input without what has to do with its cache, so that nothing can be said of that.
    @Test(arguments: [
        (Dialect.anthropic, #"{"input_tokens":1000,"output_tokens":100}"#),
        (.gemini, #"{"candidatesTokenCount":100,"totalTokenCount":1100}"#), (.chat, #"{"completion_tokens":100}"#),
        (.responses, "null"), (.gemini, #"{"promptTokenCount":1000}"#),
    ])
    func unknown(dialect: Dialect, usage text: String) throws {
        #expect(facts(dialect).cost(of: try usage(dialect, text)) == nil)
    }
}
