import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardYAML

/// `switchyard models`: what is known of models.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the models that are known, with their limits and prices.",
        discussion: """
            Prices are in US dollars for a million tokens. A model that is not listed can be used all the same, as
            `provider/name`; its price is unknown then, and never taken for 0. Settings files say more of models, and
            better: `catalogue: {models: {openai/gpt-6-luna: {price: {input: 0.08}}}, aliases: {small: gpt-6-luna}}`.

              switchyard models
              switchyard models --provider anthropic --tier cheap
              switchyard models --registry        by provider and tier
              switchyard models --json
            """
    )

    @Option(name: .long, help: ArgumentHelp("Only those of this provider.", valueName: "name"))
    var provider: String?

    @Option(name: .long, help: ArgumentHelp("Only those of this tier: cheap, capable or premium.", valueName: "tier"))
    var tier: String?

    @Flag(name: .long, help: "Group them by provider and tier.")
    var registry = false

    @Flag(name: .long, help: "Print everything that is known as JSON.")
    var json = false

    @MainActor
    mutating func run() async throws {
        var wanted: ModelTier?
        if let tier {
            guard let known = ModelTier(rawValue: tier) else {
                throw CommandFailure.usage("there is no tier \(tier)", hint: "the tiers are cheap, capable and premium")
            }
            wanted = known
        }
        let reading = ModelProviders.settings(Assembly.current())
        guard !reading.diagnostics.hasErrors else {
            throw CommandFailure.invalidFiles(reading.diagnostics, sources: reading.sources)
        }
        if !reading.diagnostics.isEmpty {
            StandardStream.error.write(DiagnosticText.text(of: reading.diagnostics, sources: reading.sources))
        }
        let catalogue = reading.settings.catalogue
        let changed = reading.settings.changedFacts
        let models = catalogue.models(of: provider, tier: wanted)
        if let provider, models.isEmpty, catalogue.models(of: provider).isEmpty {
            let names = OrderedSet(catalogue.all.map(\.id.provider))
            throw CommandFailure.usage(
                "no model of a provider \(provider) is known", hint: "there are \(names.joined(separator: ", "))")
        }
        if registry {
            let groups = OrderedDictionary(grouping: models, by: \.id.provider)
            StandardStream.output.write(
                json
                    ? JSON.text(of: Self.registry(groups), layout: .indented) + "\n" : Self.registryText(groups))
            return
        }
        if json {
            let list = models.map { $0.json(aliases: catalogue.aliases(of: $0.id), changed: changed[$0.id] ?? [:]) }
            StandardStream.output.write(JSON.text(of: .array(list), layout: .indented) + "\n")
            return
        }
        let hasAliases = !catalogue.aliases.isEmpty
        var table = TextTable(
            ["model", "tier", "context", "answer", "$ in", "$ out", "$ cached", "until"]
                + (hasAliases ? ["alias"] : []) + (changed.isEmpty ? [] : ["from settings"]),
            rightAligned: [2, 3, 4, 5, 6])
        for model in models {
            let aliases = catalogue.aliases(of: model.id).joined(separator: ", ")
            let facts = (changed[model.id]?.keys.elements ?? []).joined(separator: ", ")
            table.append(
                [
                    Cleaned.line(model.id.description), model.tier.rawValue, Self.tokens(model.contextWindow),
                    Self.tokens(model.maxOutputTokens), Self.price(model.price?.input),
                    Self.price(model.price?.output), Self.price(model.price?.cacheRead), model.shutdownDate ?? "",
                ] + (hasAliases ? [Cleaned.line(aliases)] : []) + (changed.isEmpty ? [] : [Cleaned.line(facts)]))
        }
        StandardStream.output.write(table.text)
    }

    /// Each provider with its models, the cheap ones first.
    private static func registryText(_ groups: OrderedDictionary<String, [ModelFacts]>) -> String {
        groups.map { provider, models in
            var table = TextTable(["", "tier", "model", "context", "$ in", "$ out", "until"], rightAligned: [3, 4, 5])
            for tier in ModelTier.allCases {
                for (index, model) in models.filter({ $0.tier == tier }).enumerated() {
                    table.append([
                        "", index == 0 ? tier.rawValue : "", model.id.name, tokens(model.contextWindow),
                        price(model.price?.input), price(model.price?.output), model.shutdownDate ?? "",
                    ])
                }
            }
            return "\(Cleaned.line(provider)), \(CountText.of(models.count, "model"))\n" + table.text
        }.joined(separator: "\n")
    }

    private static func registry(_ groups: OrderedDictionary<String, [ModelFacts]>) -> Value {
        .object(
            groups.mapValues { models in
                var tiers: OrderedDictionary<String, Value> = [:]
                for tier in ModelTier.allCases {
                    let names = models.filter { $0.tier == tier }.map(\.id.name)
                    if !names.isEmpty { tiers[tier.rawValue] = Value(names) }
                }
                return .object(tiers)
            })
    }

    /// `128k`, `1M`; nothing for what is not stated.
    private static func tokens(_ count: Int?) -> String {
        guard let count else { return "–" }
        if count >= 1_000_000 {
            return count % 1_000_000 < 100_000 ? "\(count / 1_000_000)M" : "\(count / 100_000 * 100)k"
        }
        return count >= 1000 ? "\(count / 1000)k" : "\(count)"
    }

    /// Dollars for a million tokens.
    private static func price(_ microdollars: Int64?) -> String {
        guard let microdollars else { return "–" }
        let cents = microdollars / 10_000
        guard microdollars % 10_000 == 0 else {
            var digits = String(microdollars % 1_000_000 + 1_000_000).dropFirst()
            while digits.hasSuffix("0") { digits.removeLast() }
            return "\(microdollars / 1_000_000).\(digits)"
        }
        return "\(cents / 100).\(String(cents % 100 + 100).dropFirst())"
    }
}

extension ModelCatalogue {
    fileprivate func aliases(of id: ModelID) -> [String] { aliases.filter { $0.value == id }.map(\.key) }
}

extension ModelFacts {
    fileprivate func json(aliases: [String], changed: OrderedDictionary<String, SettingValue>) -> Value {
        var object: OrderedDictionary<String, Value> = [
            "model": .string(id.description), "provider": .string(id.provider), "tier": .string(tier.rawValue),
            "context_window": Value(contextWindow), "max_input_tokens": Value(maxInputTokens),
            "max_output_tokens": Value(maxOutputTokens), "price_usd_per_mtok": price?.json ?? .null,
            "batch_price_usd_per_mtok": batchPrice?.json ?? .null,
        ]
        if let longContext {
            object["long_context"] = [
                "above_input_tokens": .int(longContext.aboveInputTokens),
                "price_usd_per_mtok": longContext.price.json,
            ]
        }
        var can: OrderedDictionary<String, Value> = [:]
        for (capability, isThere) in capabilities { can[capability.rawValue] = .bool(isThere) }
        object["capabilities"] = .object(can)
        object["shutdown_date"] = Value(shutdownDate)
        if !notes.isEmpty { object["notes"] = Value(notes) }
        if !aliases.isEmpty { object["aliases"] = Value(aliases) }
        if !changed.isEmpty { object["from_settings"] = .object(changed.mapValues(\.json)) }
        return .object(object)
    }
}

extension SettingValue {
    fileprivate var json: Value {
        [
            "value": .string(text), "origin": .string(origin.rawValue), "file": Value(location?.file),
            "line": Value(location?.line), "column": Value(location?.column),
        ]
    }
}

extension ModelPrice {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = [:]
        let prices = [
            ("input", input), ("output", output), ("cache_read", cacheRead), ("cache_write", cacheWrite),
            ("cache_write_long", cacheWriteLong),
        ]
        for (name, price) in prices { object[name] = price.map { .double(Double($0) / 1_000_000) } ?? .null }
        return .object(object)
    }
}
