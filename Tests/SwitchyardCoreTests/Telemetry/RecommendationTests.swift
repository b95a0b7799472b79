import SwitchyardCore
import Testing

@Suite struct RecommendationTests {
    private struct NoTools: ToolCatalog {
        func tool(named name: String) -> (any Tool)? { nil }
        var names: [String] { [] }
    }

    private func recommended(
        _ policy: ModelPolicy, schema: Value? = nil, quality: QualityLedger = QualityLedger(),
        routing: RoutingSettings = RoutingSettings()
    ) throws -> Recommendation {
        let prompt = PromptStep(
            messages: [PromptMessage(.user, try Template.parse("Summarize: {{ steps.a.output }}"))],
            outputSchema: schema)
        var step = Step(
            id: "sum", location: SourceLocation(file: "p.yaml", line: 1, column: 1), kind: .prompt(prompt))
        step.model = policy
        let pipeline = Pipeline(id: "p", steps: [step])
        return Recommendation(
            step, at: "sum", in: pipeline, tools: NoTools(), catalogue: .shipped, quality: quality, routing: routing,
            at: FoldScript.start)
    }

    @Test func eachStrategyHasItsChoice() throws {
        let recommendation = try recommended(ModelPolicy(task: "review_code"))
        #expect(recommendation.choices.map(\.strategy) == ModelStrategy.allCases)
        let cost = try #require(recommendation.choices.first { $0.strategy == .cost })
        let accuracy = try #require(recommendation.choices.first { $0.strategy == .accuracy })
        #expect(accuracy.candidate.call.tier == .premium)
        #expect(accuracy.candidate.belief.mean > cost.candidate.belief.mean)
        #expect(recommendation.strategy == .balanced)
        #expect(recommendation.failure == nil)
        // Its own text, and not what the hole will hold.
        #expect((8...40).contains(recommendation.inputTokens))
        #expect(try recommended(ModelPolicy(task: "review_code")) == recommendation)
    }

    @Test func whatAPersonNamedIsWhatIsRecommended() throws {
        let luna = ModelID(provider: "openai", name: "gpt-6-luna")
        let recommendation = try recommended(ModelPolicy(model: .named(luna.description), strategy: .cost))
        #expect(recommendation.choices.map(\.candidate.model) == Array(repeating: luna, count: 4))
        #expect(recommendation.strategy == .cost)
    }

    @Test func whatWasLearnedCounts() throws {
        var quality = QualityLedger()
        let before = try recommended(ModelPolicy(task: "summarize"))
        let best = try #require(before.choices.first { $0.strategy == .accuracy }).candidate.model
        for _ in 1...40 { quality.record(.rejected, task: "summarize", model: best, at: FoldScript.start) }
        let after = try recommended(ModelPolicy(task: "summarize"), quality: quality)
        #expect(after.choices.first { $0.strategy == .accuracy }?.candidate.model != best)
    }

    @Test func whatCannotBeChosenSaysWhy() throws {
        let none = try recommended(ModelPolicy(), routing: RoutingSettings(deny: ["*"]))
        #expect(none.choices.isEmpty)
        guard case .noCandidate? = none.failure else {
            Issue.record("\(String(describing: none.failure))")
            return
        }
        let unknown = try recommended(ModelPolicy(model: .named("gpt-6-lunar")))
        guard case .unknownModel("gpt-6-lunar", suggestion: "gpt-6-luna")? = unknown.failure else {
            Issue.record("\(String(describing: unknown.failure))")
            return
        }
    }
}
