import SwitchyardCore
import Testing

/// The shipped prices against a ledger worked out by hand, to the micro-dollar.
@Suite struct ModelCostTests {
    struct Entry: Sendable, CustomStringConvertible {
        var description: String
        var model: String
        var usage: TokenUsage
        var microdollars: Int64
    }

    static let ledger: [Entry] = [
        // 1,000 x 0.10 + 500 x 0.50 = 100 + 250.
        Entry(
            description: "openai, plain", model: "openai/gpt-6-luna",
            usage: TokenUsage(uncachedInput: 1000, cacheRead: 0, cacheWrite: 0, output: 500), microdollars: 350),
        // 2,000 x 2 + 8,000 x 0.10 + 300 x 10 = 4,000 + 800 + 3,000.
        Entry(
            description: "openai, cached", model: "openai/gpt-6.1-sol",
            usage: TokenUsage(uncachedInput: 2000, cacheRead: 8000, cacheWrite: 0, output: 300), microdollars: 7800),
        // 100 x 1 + 4,096 x 0.05 + 2,048 x 1.25 + 7 x 5 = 100 + 204.8 + 2,560 + 35 = 2,899.8.
        Entry(
            description: "openai, cached and written", model: "openai/gpt-6.1-terra",
            usage: TokenUsage(uncachedInput: 100, cacheRead: 4096, cacheWrite: 2048, output: 7), microdollars: 2900),
        // Reasoning is inside output: 50 x 10 + 1,200 x 50 = 500 + 60,000.
        Entry(
            description: "openai, reasoning", model: "openai/gpt-6-astra",
            usage: TokenUsage(uncachedInput: 50, cacheRead: 0, cacheWrite: 0, output: 1200, reasoning: 1100),
            microdollars: 60_500),
        // 272,000 is not above the limit: 272,000 x 2 + 10 x 10 = 544,000 + 100.
        Entry(
            description: "openai, at the long-context limit", model: "openai/gpt-6-sol",
            usage: TokenUsage(uncachedInput: 272_000, cacheRead: 0, cacheWrite: 0, output: 10), microdollars: 544_100),
        // 272,001 with 200,000 of them cached is: 72,001 x 4 + 200,000 x 0.4 + 10 x 15 = 288,004 + 80,000 + 150.
        Entry(
            description: "openai, long context by cached tokens", model: "openai/gpt-6-sol",
            usage: TokenUsage(uncachedInput: 72_001, cacheRead: 200_000, cacheWrite: 0, output: 10),
            microdollars: 368_154),
        // No price of writing is stated, none is counted: 1,000,000 x 0.15 + 1 x 0.6 = 150,000.6.
        Entry(
            description: "openai, older", model: "openai/gpt-4o-mini",
            usage: TokenUsage(uncachedInput: 1_000_000, cacheRead: 0, output: 1), microdollars: 150_001),
        // 12 x 2 + 18,000 x 0.10 + 4,000 x 2.5 + 1,000 x 4 + 250 x 10 = 24 + 1,800 + 10,000 + 4,000 + 2,500.
        Entry(
            description: "anthropic, cached and written for both times", model: "anthropic/claude-sonnet-5-5",
            usage: TokenUsage(
                uncachedInput: 12, cacheRead: 18_000, cacheWrite: 4000, cacheWriteLong: 1000, output: 250),
            microdollars: 18_324),
        // 3 x 4 + 900 x 20, thinking inside: 12 + 18,000.
        Entry(
            description: "anthropic, thinking", model: "anthropic/claude-opus-5-5",
            usage: TokenUsage(
                uncachedInput: 3, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 900, reasoning: 640),
            microdollars: 18_012),
        // 90,000 + 10,001 written are above 100,000: 90,000 x 0.5 + 10,001 x 0.625 + 40 x 2.5
        // = 45,000 + 6,250.625 + 100 = 51,350.625.
        Entry(
            description: "anthropic, long context by written tokens", model: "anthropic/claude-haiku-5-5",
            usage: TokenUsage(
                uncachedInput: 90_000, cacheRead: 0, cacheWrite: 10_001, cacheWriteLong: 0, output: 40),
            microdollars: 51_351),
        // 700 x 2 + 20,000 x 0.10 + (100 + 400 thoughts) x 10 = 1,400 + 2,000 + 5,000.
        Entry(
            description: "google, cached and thinking", model: "google/gemini-4-argon",
            usage: TokenUsage(uncachedInput: 700, cacheRead: 20_000, output: 500, reasoning: 400), microdollars: 8400),
        // 200,001 is above: 200,001 x 4 + 2 x 18 = 800,004 + 36.
        Entry(
            description: "google, long context", model: "google/gemini-3.1-pro-preview",
            usage: TokenUsage(uncachedInput: 200_001, cacheRead: 0, output: 2), microdollars: 800_040),
        // Local models cost nothing, and then nothing needs to be counted.
        Entry(
            description: "ollama", model: "ollama/gpt-oss:20b", usage: TokenUsage(uncachedInput: 5000, output: 900),
            microdollars: 0),
    ]

    @Test(arguments: ledger) func `a call costs what the ledger says`(_ entry: Entry) throws {
        let model = try #require(ModelID(entry.model))
        let facts = try #require(ModelCatalogue.shipped[model])
        #expect(facts.cost(of: entry.usage) == MicroDollars(entry.microdollars))
    }

    @Test func `a half micro-dollar is rounded upwards, and the sum is rounded once`() {
        let price = ModelPrice(input: 250_000, output: 250_000)
        func cost(_ input: Int, _ output: Int) -> Int64? {
            price.cost(of: TokenUsage(uncachedInput: input, output: output))?.amount
        }
        #expect(cost(1, 0) == 0)
        #expect(cost(1, 1) == 1)
        #expect(cost(2, 0) == 1)
        #expect(cost(3, 2) == 1)
        #expect(cost(3, 3) == 2)
        #expect(MicroDollars(picodollars: -500_000) == MicroDollars(-1))
        #expect(MicroDollars(picodollars: -499_999) == .zero)
    }

    @Test func `what is unknown stays unknown`() {
        let price = ModelPrice(input: 1_000_000, output: 2_000_000)
        #expect(price.cost(of: TokenUsage(uncachedInput: 1, output: nil)) == nil)
        #expect(price.cost(of: TokenUsage(uncachedInput: nil, output: 1)) == nil)
        #expect(price.cost(of: TokenUsage(uncachedInput: 1, output: -1)) == nil)
        #expect(price.cost(of: TokenUsage(uncachedInput: 1, cacheRead: 5, output: 1)) == nil)
        #expect(price.cost(of: TokenUsage(uncachedInput: 1, cacheWriteLong: 5, output: 1)) == nil)
        #expect(price.cost(of: TokenUsage(uncachedInput: 1, cacheRead: 0, cacheWriteLong: 0, output: 1)) != nil)
        #expect(ModelPrice(input: 1).cost(of: TokenUsage(uncachedInput: 1, output: 0)) == MicroDollars(0))
        #expect(ModelPrice(input: 1).cost(of: TokenUsage(uncachedInput: 1, output: 1)) == nil)
        let cached = ModelPrice(input: 1_000_000, output: 2_000_000, cacheRead: 100_000)
        #expect(cached.cost(of: TokenUsage(uncachedInput: 1, output: 1)) == nil)
        #expect(ModelCatalogue.shipped.facts(of: ModelID(provider: "mine", name: "x")).cost(of: TokenUsage()) == nil)
    }

    @Test func `amounts beyond every wallet do not overflow`() {
        let price = ModelPrice(input: .max, output: .max)
        #expect(price.cost(of: TokenUsage(uncachedInput: .max, output: .max)) == MicroDollars(.max))
    }

    @Test func `the worst case counts every token as the dearest there can be`() throws {
        let sonnet = try #require(ModelCatalogue.shipped[ModelID(provider: "anthropic", name: "claude-sonnet-5-5")])
        // 1,000 x 2.5 written + 100 x 10.
        #expect(sonnet.worstCaseCost(inputTokens: 1000, maxTokens: 100) == MicroDollars(3500))
        #expect(sonnet.worstCaseCost(inputTokens: 1000, maxTokens: 100, cacheWrites: nil) == MicroDollars(3000))
        #expect(sonnet.worstCaseCost(inputTokens: 1000, maxTokens: 100, cacheWrites: .long) == MicroDollars(5000))
        // Without a limit, the longest the model gives: 128,000 x 10.
        #expect(sonnet.worstCaseCost(inputTokens: 1000, maxTokens: nil) == MicroDollars(1_282_500))
        // Near the end of the window, what is left of it: 999,990 x 2.5 + 10 x 10.
        #expect(sonnet.worstCaseCost(inputTokens: 999_990, maxTokens: nil) == MicroDollars(2_500_075))
        // Above the long-context limit, its price: 300,000 x 5 + 100 x 15.
        let sol = try #require(ModelCatalogue.shipped[ModelID(provider: "openai", name: "gpt-6-sol")])
        #expect(sol.worstCaseCost(inputTokens: 300_000, maxTokens: 100) == MicroDollars(1_501_500))
        let mystery = ModelFacts(id: ModelID(provider: "mine", name: "x"), tier: .cheap)
        #expect(mystery.worstCaseCost(inputTokens: 1, maxTokens: 1) == nil)
    }

    @Test func `no usage within the estimate costs more than the worst case`() throws {
        var generator = DrawGenerator(seed: 5)
        for facts in ModelCatalogue.shipped.all {
            for _ in 0..<50 {
                let parts = (0..<3).map { _ in Int.random(in: 0..<150_000, using: &generator) }
                let output = Int.random(in: 0..<4000, using: &generator)
                let usage = TokenUsage(
                    uncachedInput: parts[0], cacheRead: parts[1],
                    cacheWrite: facts.price?.cacheWrite == nil ? 0 : parts[2], cacheWriteLong: 0, output: output)
                guard let cost = facts.cost(of: usage), let input = usage.input else { continue }
                let most = try #require(facts.worstCaseCost(inputTokens: input, maxTokens: output))
                // An answer that the window has no room for is cut.
                guard facts.fits(inputTokens: input, outputTokens: output) == true else { continue }
                #expect(cost <= most, "\(facts.id) \(usage)")
            }
        }
    }
}
