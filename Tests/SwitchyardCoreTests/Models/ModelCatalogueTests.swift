import SwitchyardCore
import Testing

@Suite struct ModelCatalogueTests {
    let shipped = ModelCatalogue.shipped

    @Test func `the shipped file is read without a problem, and says where it is from`() {
        #expect(shipped.all.count == 45)
        let source = ModelCatalogue.shippedSource
        #expect(source.version == "litellm 1.109.1 (PyPI)")
        #expect(source.licence == "MIT")
        #expect(source.readOn == "2026-11-20")
        #expect(Set(shipped.all.map(\.id.provider)) == ["openai", "anthropic", "google", "ollama"])
    }

    @Test func `every shipped model has prices and a tier that its price suggests`() {
        for facts in shipped.all {
            #expect(facts.price?.input != nil && facts.price?.output != nil, "\(facts.id)")
            let output = facts.price?.output ?? 0
            let suggested: ModelTier = output <= 5_000_000 ? .cheap : output <= 15_000_000 ? .capable : .premium
            #expect(facts.tier == suggested, "\(facts.id)")
            if let most = facts.maxInputTokens, let window = facts.contextWindow {
                #expect(most <= window, "\(facts.id)")
            }
        }
    }

    @Test func `a shipped model's facts are the file's`() throws {
        let luna = try #require(shipped[ModelID(provider: "openai", name: "gpt-6-luna")])
        #expect(luna.tier == .cheap)
        #expect(luna.contextWindow == 1_050_000)
        #expect(
            luna.price
                == ModelPrice(
                    input: 100_000, output: 500_000, cacheRead: 10_000, cacheWrite: 125_000, cacheWriteLong: 250_000))
        #expect(luna.preferredAPI == .responses)
        #expect(luna.can(.tools) == true)
        #expect(luna.can(.samplingParameters) == false)
        let nano = try #require(shipped[ModelID(provider: "openai", name: "gpt-5.4-nano")])
        #expect(nano.shutdownDate == "2027-04-01")
        #expect(nano.price?.cacheWrite == nil)
        #expect(nano.batchPrice?.cacheRead == 10_000)
        let haiku = try #require(shipped[ModelID(provider: "anthropic", name: "claude-haiku-5-5")])
        #expect(haiku.longContext?.aboveInputTokens == 100_000)
        #expect(haiku.longContext?.price.cacheWriteLong == nil)
        #expect(shipped[ModelID(provider: "ollama", name: "gemma4")]?.can(.tools) == nil)
    }

    @Test func `names are found with and without the provider`() {
        #expect(shipped.id(of: "anthropic/claude-haiku-5-5")?.provider == "anthropic")
        #expect(shipped.id(of: "claude-haiku-5-5")?.provider == "anthropic")
        #expect(shipped.id(of: "gpt-oss:20b")?.provider == "ollama")
        #expect(shipped.resolve("router/meta/llama-9") == .unlisted(ModelID(provider: "router", name: "meta/llama-9")))
        #expect(shipped.resolve("claude-haiku-55") == .unknown(suggestion: "claude-haiku-5-5"))
        #expect(shipped.resolve("zzzzzzzz") == .unknown(suggestion: nil))
        var catalogue = shipped
        let second = ModelFacts(id: ModelID(provider: "mine", name: "gpt-6-luna"), tier: .cheap)
        catalogue.add(second)
        let both = [ModelID(provider: "openai", name: "gpt-6-luna"), second.id]
        #expect(catalogue.resolve("gpt-6-luna") == .ambiguous(both))
        catalogue.addAlias("luna", for: second.id)
        #expect(catalogue.resolve("luna") == .known(second))
    }

    @Test func `models are listed by provider and tier`() {
        let premium = shipped.models(of: "anthropic", tier: .premium).map(\.id.name)
        #expect(premium.contains("claude-opus-5-5"))
        #expect(shipped.models(of: "ollama").count == 6)
        #expect(shipped.models(tier: .cheap).allSatisfy { $0.tier == .cheap })
        #expect(shipped.models().count == 45)
    }

    @Test func `a person's settings are laid over the shipped facts`() throws {
        var catalogue = shipped
        let problems = catalogue.apply([
            "models": [
                "openai/gpt-6-luna": [
                    "tier": "capable", "price": ["input": 0.0125, "cache_write": nil], "shutdown_date": "2027-02-03",
                    "capabilities": ["vision": false, "tools": nil],
                ],
                "mine/llama-9": ["context_window": 8192, "price": ["input": 3, "output": 18.5]],
                "claude-haiku-5-5": ["max_output_tokens": 4000],
            ],
            "aliases": ["small": "claude-haiku-5-5", "big": "mine/llama-9"],
        ])
        #expect(problems.isEmpty)
        let luna = try #require(catalogue[ModelID(provider: "openai", name: "gpt-6-luna")])
        #expect(luna.tier == .capable)
        #expect(luna.price?.input == 12_500)
        #expect(luna.price?.output == 500_000)
        #expect(luna.price?.cacheWrite == nil)
        #expect(luna.shutdownDate == "2027-02-03")
        #expect(luna.can(.vision) == false)
        #expect(luna.can(.tools) == nil)
        #expect(luna.can(.streaming) == true)
        let llama = try #require(catalogue[ModelID(provider: "mine", name: "llama-9")])
        #expect(llama.tier == .premium)
        #expect(llama.price == ModelPrice(input: 3_000_000, output: 18_500_000))
        #expect(catalogue.id(of: "big") == llama.id)
        #expect(catalogue.id(of: "small") == ModelID(provider: "anthropic", name: "claude-haiku-5-5"))
        #expect(catalogue[ModelID(provider: "anthropic", name: "claude-haiku-5-5")]?.maxOutputTokens == 4000)
        #expect(catalogue.all.count == 46)
    }

    @Test func `everything that cannot be read is named, and the rest holds`() {
        var catalogue = shipped
        let problems = catalogue.apply([
            "models": [
                "openai/gpt-6-luna": [
                    "tier": "huge", "prise": 1, "price": ["input": -1, "ouput": 2], "context_window": 0,
                    "capabilities": ["tool": true, "vision": "yes"], "shutdown_date": "2027-02-30",
                    "long_context": ["price": 3], "max_output_tokens": 7, "notes": [1],
                ],
                "nowhere": ["tier": "cheap"],
                "a/b": 3,
            ],
            "aliases": ["x": "y"],
        ])
        #expect(
            problems.map { "\($0.path.joined(separator: ".")): \(Self.text($0.reason))" } == [
                "models.openai/gpt-6-luna.tier: wants one of cheap, capable, premium",
                "models.openai/gpt-6-luna.prise: unknown, price?",
                "models.openai/gpt-6-luna.price.input: wants a price in US dollars for a million tokens, from 0",
                "models.openai/gpt-6-luna.price.ouput: unknown, output?",
                "models.openai/gpt-6-luna.context_window: wants a number of tokens above 0",
                "models.openai/gpt-6-luna.capabilities.tool: unknown, tools?",
                "models.openai/gpt-6-luna.capabilities.vision: wants true or false",
                "models.openai/gpt-6-luna.shutdown_date: wants a date such as 2026-12-31",
                "models.openai/gpt-6-luna.long_context.price: wants a map of US dollars for a million tokens",
                "models.openai/gpt-6-luna.notes: wants a list of sentences",
                "models.nowhere: unknown model",
                "models.a/b: wants a map of facts",
                "aliases.x: wants the name of a model",
            ])
        let luna = catalogue.facts(of: ModelID(provider: "openai", name: "gpt-6-luna"))
        #expect(luna.tier == .cheap)
        #expect(luna.price?.input == 100_000)
        #expect(luna.maxOutputTokens == 7)
    }

    private static func text(_ reason: CatalogueProblem.Reason) -> String {
        switch reason {
        case .unknownKey(let suggestion): "unknown, \(suggestion ?? "")?"
        case .wants(let what): "wants \(what)"
        case .missing: "missing"
        case .unknownModel: "unknown model"
        }
    }
}
