import OrderedCollections
import SwitchyardCore
import Testing

@Suite struct ModelSelectorTests {
    static let now = at(0)  // 2027-01-15.

    /// A small catalogue: two providers, three tiers.
    static let catalogue: ModelCatalogue = {
        var catalogue = ModelCatalogue()
        func add(
            _ name: String, _ tier: ModelTier, _ input: Int64?, _ output: Int64?, window: Int? = 200_000,
            can: Set<ModelCapability> = [.tools, .jsonSchema], cannot: Set<ModelCapability> = [],
            shutdown: String? = nil
        ) {
            var capabilities: OrderedDictionary<ModelCapability, Bool> = [:]
            for capability in ModelCapability.allCases where can.contains(capability) {
                capabilities[capability] = true
            }
            for capability in ModelCapability.allCases where cannot.contains(capability) {
                capabilities[capability] = false
            }
            catalogue.add(
                ModelFacts(
                    id: model(name), tier: tier, contextWindow: window, maxOutputTokens: 8000,
                    capabilities: capabilities,
                    price: input == nil ? nil : ModelPrice(input: input, output: output), shutdownDate: shutdown))
        }
        add("one/small", .cheap, 100_000, 500_000, cannot: [.vision])
        add("one/middle", .capable, 2_000_000, 10_000_000, can: [.tools, .jsonSchema, .vision])
        add("one/large", .premium, 5_000_000, 25_000_000, can: [.tools, .jsonSchema, .vision])
        add("two/small", .cheap, 300_000, 1_500_000, window: 20_000, can: [.tools, .jsonSchema, .vision])
        add("two/large", .premium, 4_000_000, 20_000_000, can: [.tools, .jsonSchema, .vision], shutdown: "2027-02-01")
        add("two/old", .capable, 1_000_000, 5_000_000, shutdown: "2026-12-31")
        add("two/mystery", .cheap, nil, nil, can: [])
        return catalogue
    }()

    func select(
        _ policy: ModelPolicy = ModelPolicy(), _ change: (inout SelectionRequest) -> Void = { _ in },
        _ conditions: SelectionConditions = SelectionConditions(now: now), quality: QualityLedger = QualityLedger()
    ) throws(SelectionFailure) -> ModelSelection {
        var request = SelectionRequest(policy: policy, inputTokens: 2000, maxTokens: 1000, explores: false, seed: 1)
        change(&request)
        return try ModelSelector(catalogue: Self.catalogue, quality: quality).select(request, conditions)
    }

    func names(_ selection: ModelSelection) -> [String] { selection.candidates.map(\.model.description) }

    func reasons(_ selection: ModelSelection) -> [String: ModelRemoval.Reason] {
        Dictionary(
            selection.removals.map { ($0.model.description, $0.reason) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `what a person named comes first, in the order of the rules`() throws {
        var policy = ModelPolicy(model: .named("one/large"), tier: .cheap, task: "summarize")
        var settings = ModelSettings(defaultModel: "one/middle", tasks: ["summarize": .premium])
        func choose(expert: String? = nil) throws -> ModelSelection {
            try select(policy) {
                $0.settings = settings
                $0.expert = expert
            }
        }
        let explicit = try choose(expert: "two/small")
        #expect(explicit.source == .explicit && names(explicit) == ["one/large"])
        policy.model = .automatic(words: "premium")
        let expert = try choose(expert: "two/small")
        #expect(expert.source == .expert && names(expert) == ["two/small"])
        let auto = try choose()
        #expect(auto.source == .auto(understood: ["premium"]))
        #expect(Set(names(auto)) == ["one/large", "two/large"])
        policy.model = nil
        let tier = try choose()
        #expect(tier.source == .tier && Set(names(tier)) == ["one/small", "two/small", "two/mystery"])
        policy.tier = nil
        let setting = try choose()
        #expect(setting.source == .taskSetting("summarize") && Set(names(setting)) == ["one/large", "two/large"])
        settings.tasks = [:]
        let task = try choose()
        #expect(task.source == .task("summarize") && task.candidates.first?.call.tier == .cheap)
        policy.task = "sing"
        let standard = try choose()
        #expect(standard.source == .defaultModel && names(standard) == ["one/middle"])
        settings.defaultModel = nil
        #expect(try choose().source == .nothing)
    }

    @Test func `every model that is left out has its reason`() throws {
        var conditions = SelectionConditions(now: Self.now, providers: ["one", "two"])
        conditions.moneyLeft = MicroDollars(34_000)
        conditions.deny = ["*/middle"]
        let selection = try select(ModelPolicy(), { $0.needs = [.vision] }, conditions)
        let reasons = reasons(selection)
        #expect(reasons["one/small"] == .lacks(.vision))
        #expect(reasons["one/middle"] == .denied(pattern: "*/middle"))
        #expect(reasons["one/large"] == .overBudget(worstCase: MicroDollars(35_000), left: MicroDollars(34_000)))
        #expect(reasons["two/old"] == .shutDown("2026-12-31"))
        #expect(reasons["two/mystery"] == .unstated(.vision))
        #expect(Set(names(selection)) == ["two/small", "two/large"])
        let long = try select(ModelPolicy(), { $0.inputTokens = 19_500 })
        #expect(self.reasons(long)["two/small"] == .tooLong(tokens: 20_500))
        conditions = SelectionConditions(
            now: Self.now, providers: ["one"], tokensLeft: 2500, allow: ["small", "two/*"])
        #expect(
            throws: SelectionFailure.noCandidate(
                .nothing,
                [
                    ModelRemoval(model: model("one/small"), reason: .overTokenBudget(tokens: 3000, left: 2500)),
                    ModelRemoval(model: model("one/middle"), reason: .notAllowed),
                    ModelRemoval(model: model("one/large"), reason: .notAllowed),
                ]
                    + ["small", "large", "old", "mystery"].map {
                        ModelRemoval(model: model("two/\($0)"), reason: .noKey)
                    })
        ) { try select(ModelPolicy(), { _ in }, conditions) }
        conditions = SelectionConditions(now: Self.now, moneyLeft: MicroDollars(1_000_000))
        #expect(self.reasons(try select(ModelPolicy(), { _ in }, conditions))["two/mystery"] == .unknownPrice)
        let wide = try select(ModelPolicy(model: .automatic(words: "100k tokens")))
        #expect(self.reasons(wide)["two/small"] == .windowBelow(100_000))
    }

    @Test func `an open breaker and a long wait leave a model out, unless nothing else is left`() throws {
        var conditions = SelectionConditions(now: Self.now, rateWaits: ["two": .seconds(40)])
        _ = conditions.breakers.force(.open, BreakerID("one", .cheap), at: Self.now)
        let selection = try select(ModelPolicy(), { _ in }, conditions)
        #expect(Set(names(selection)) == ["one/middle", "one/large"])
        #expect(
            reasons(selection)["one/small"] == .breaker(.open(BreakerID("one", .cheap), until: nil)))
        #expect(reasons(selection)["two/small"] == .rateLimit(wait: .seconds(40)))
        let cheap = try select(ModelPolicy(tier: .cheap), { _ in }, conditions)
        #expect(Set(names(cheap)) == ["one/small", "two/small", "two/mystery"])
        #expect(cheap.explanation.contains("nothing else is left"))
    }

    @Test func `a named model that cannot be called is an error, or its fallback is called`() throws {
        let policy = ModelPolicy(model: .named("two/old"))
        #expect(
            throws: SelectionFailure.noCandidate(
                .explicit, [ModelRemoval(model: model("two/old"), reason: .shutDown("2026-12-31"))])
        ) { try select(policy) }
        let fallback = try select(policy) { $0.settings.fallback = ["one:cheap", "one/large"] }
        #expect(names(fallback) == ["one/small", "one/large"])
        #expect(fallback.explanation.hasPrefix("one/small: named in fallback, for the step's model cannot be called"))
        let both = try select(
            ModelPolicy(model: .named("two/small"), fallback: ["two:premium", "one/middle", "two/small"]))
        #expect(names(both) == ["two/small", "two/large", "one/middle"])
        let alone = try select(ModelPolicy(tier: .premium, fallback: []))
        #expect(names(alone).count == 1)
    }

    @Test func `names that are nobody's are errors`() {
        #expect(throws: SelectionFailure.unknownModel("smal", suggestion: "small")) {
            try select(ModelPolicy(model: .named("smal")))
        }
        #expect(throws: SelectionFailure.ambiguousModel("small", [model("one/small"), model("two/small")])) {
            try select(ModelPolicy(model: .named("small")))
        }
    }

    @Test func `a model that nobody listed is called if it is named`() throws {
        let selection = try select(ModelPolicy(model: .named("three/new"))) { $0.needs = [.tools] }
        #expect(names(selection) == ["three/new"])
        #expect(selection.candidates.first?.expectedCost == nil)
        #expect(selection.explanation.contains("unknown cost"))
    }

    @Test func `strategies weigh differently`() throws {
        func first(_ strategy: ModelStrategy, _ task: String) throws -> String? {
            names(try select(ModelPolicy(task: task, strategy: strategy))).first
        }
        // A cheap model is believed to be of no use for it.
        #expect(try first(.cost, "debug") == "one/middle")
        #expect(try first(.accuracy, "debug") == "two/large")
        #expect(try first(.balanced, "debug") == "two/large")
        #expect(try first(.balanced, "summarize") == "one/small")
        #expect(try first(.performance, "debug") == "one/small")
    }

    @Test func `what is learned changes the choice`() throws {
        var quality = QualityLedger()
        for _ in 0..<30 { quality.record(.rejected, task: "summarize", model: model("one/small"), at: Self.now) }
        let learned = try select(ModelPolicy(task: "summarize"), quality: quality)
        #expect(names(learned).first == "two/small")
        // What may well be useless is called last, however cheap.
        let cheap = try select(ModelPolicy(task: "summarize", strategy: .cost), quality: quality)
        #expect(names(cheap).first == "two/small")
        for _ in 0..<30 { quality.record(.accepted, task: "debug", model: model("one/small"), at: Self.now) }
        #expect(names(try select(ModelPolicy(task: "debug"), quality: quality)).first == "one/small")
    }

    @Test func `the same seed chooses alike, another may not, and without exploring all do`() throws {
        func first(_ seed: UInt64, _ explores: Bool) throws -> String? {
            let selection = try select(ModelPolicy(task: "translate")) {
                $0.seed = seed
                $0.explores = explores
            }
            return names(selection).first
        }
        let explored = try (0..<200 as Range<UInt64>).map { try first($0, true) }
        #expect(try (0..<200 as Range<UInt64>).map { try first($0, true) } == explored)
        #expect(Set(explored).count > 1)
        #expect(Set(try (0..<200 as Range<UInt64>).map { try first($0, false) }).count == 1)
    }

    @Test func `a budget that is nearly used up makes cheaper what nobody fixed`() throws {
        let run = BudgetScope.run(RunID("r"))
        let tight = SelectionConditions(now: Self.now, advice: .cheaperTier(run, percent: 85))
        let task = try select(ModelPolicy(task: "debug"), { _ in }, tight)
        #expect(task.strategy == .cost && names(task).first == "one/middle")
        let setting = try select(ModelPolicy(task: "debug"), { $0.settings.tasks = ["debug": .premium] }, tight)
        #expect(names(setting) == ["one/middle"])
        let named = try select(ModelPolicy(tier: .premium), { _ in }, tight)
        #expect(named.candidates.allSatisfy { $0.call.tier == .premium })
    }

    @Test func `a preferred provider comes first among those that fit`() throws {
        let selection = try select(ModelPolicy(task: "summarize")) { $0.provider = "two" }
        #expect(names(selection).prefix(2).allSatisfy { $0.hasPrefix("two/") })
    }

    @Test func `one sentence says why`() throws {
        var quality = QualityLedger()
        for index in 0..<50 {
            quality.record(
                index % 10 == 0 ? .rejected : .accepted, task: "summarize", model: model("one/small"), at: Self.now)
            quality.record(
                latency: .milliseconds(1800), usage: TokenUsage(uncachedInput: 1, output: 300), task: "summarize",
                model: model("one/small"))
        }
        var conditions = SelectionConditions(now: Self.now)
        _ = conditions.breakers.force(.open, BreakerID("two", .premium), at: Self.now)
        let selection = try select(
            ModelPolicy(task: "summarize"), { $0.needs = [.tools] }, conditions, quality: quality)
        #expect(
            selection.explanation
                == "one/small: best balance among 4 models for summarize with tools, 2k tokens; 89 % good in 50 answers; "
                + "about $0.00035, 1.8s; next two/small (82 %); left out two/large (breaker open), two/old (shut down 2026-12-31)"
        )
    }

    @Test(arguments: 0..<150 as Range<UInt64>) func `no choice among the shipped models breaks a limit`(_ seed: UInt64)
        throws
    {
        var draws = DrawGenerator(seed: seed)
        let tasks = KnownTask.all.map(\.name) + ["sing"]
        let needs = ModelCapability.allCases.filter { _ in draws.unit() < 0.15 }
        let money = Int64.random(in: 0...200_000, using: &draws)
        var conditions = SelectionConditions(now: Self.now)
        if draws.unit() < 0.5 { conditions.moneyLeft = MicroDollars(money) }
        if draws.unit() < 0.5 { conditions.providers = ["anthropic", "google"] }
        if draws.unit() < 0.3 { conditions.deny = ["google/*"] }
        let request = SelectionRequest(
            policy: ModelPolicy(
                tier: draws.unit() < 0.3 ? ModelTier.allCases.randomElement(using: &draws) : nil,
                task: tasks.randomElement(using: &draws), strategy: ModelStrategy.allCases.randomElement(using: &draws)),
            needs: Set(needs), inputTokens: Int.random(in: 0...500_000, using: &draws),
            maxTokens: Int.random(in: 1...20_000, using: &draws), seed: seed)
        let selector = ModelSelector(catalogue: .shipped)
        guard let selection = try? selector.select(request, conditions) else { return }
        #expect(try selector.select(request, conditions) == selection)
        #expect(!selection.explanation.isEmpty)
        #expect(
            selection.strategy == .cost
                || selection.candidates.map(\.score) == selection.candidates.map(\.score).sorted(by: >))
        let removed = Set(selection.removals.map(\.model))
        for candidate in selection.candidates {
            let facts = ModelCatalogue.shipped.facts(of: candidate.model)
            #expect(!removed.contains(candidate.model))
            #expect(selection.needs.allSatisfy { facts.can($0) == true })
            #expect(facts.fits(inputTokens: request.inputTokens, outputTokens: request.maxTokens ?? 0) == true)
            if let left = conditions.moneyLeft { #expect((candidate.worstCaseCost ?? MicroDollars(.max)) <= left) }
            #expect(conditions.providers?.contains(candidate.model.provider) ?? true)
            #expect(conditions.deny.isEmpty || candidate.model.provider != "google")
            #expect(request.policy.tier == nil || candidate.call.tier == request.policy.tier)
            #expect((0...1).contains(candidate.score))
        }
    }

    @Test func `a question's needs are read from it`() {
        var request = ModelRequest(messages: [.user("hello")])
        #expect(request.needs.isEmpty)
        request.tools = [ToolDefinition(name: "find", description: "", parameters: ["type": "object"])]
        #expect(request.needs == [.tools])
        request.toolChoice = .required
        request.outputSchema = OutputSchema(schema: [:])
        request.messages = [ModelMessage(.user, [.image(ImageContent(mediaType: "image/png", bytes: []))])]
        #expect(request.needs == [.tools, .forcedToolChoice, .jsonSchema, .vision])
    }
}
