import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// `switchyard models`: what is known of models.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the models that are known, with their limits and prices.",
        discussion: """
            Prices are in US dollars for a million tokens. A model that is not listed can be used all the same, as
            `provider/name`; its price is unknown then, and never taken for 0.

              switchyard models
              switchyard models --provider anthropic --tier cheap
              switchyard models --json
            """
    )

    @Option(name: .long, help: ArgumentHelp("Only those of this provider.", valueName: "name"))
    var provider: String?

    @Option(name: .long, help: ArgumentHelp("Only those of this tier: cheap, capable or premium.", valueName: "tier"))
    var tier: String?

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
        let catalogue = ModelCatalogue.shipped
        let models = catalogue.models(of: provider, tier: wanted)
        if let provider, models.isEmpty, catalogue.models(of: provider).isEmpty {
            let names = OrderedSet(catalogue.all.map(\.id.provider))
            throw CommandFailure.usage(
                "no model of a provider \(provider) is known", hint: "there are \(names.joined(separator: ", "))")
        }
        if json {
            StandardStream.output.write(JSON.text(of: .array(models.map(\.json)), layout: .indented) + "\n")
            return
        }
        var table = TextTable(
            ["model", "tier", "context", "answer", "$ in", "$ out", "$ cached", "until"],
            rightAligned: [2, 3, 4, 5, 6])
        for model in models {
            table.append([
                model.id.description, model.tier.rawValue, Self.tokens(model.contextWindow),
                Self.tokens(model.maxOutputTokens), Self.price(model.price?.input), Self.price(model.price?.output),
                Self.price(model.price?.cacheRead), model.shutdownDate ?? "",
            ])
        }
        StandardStream.output.write(table.text)
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

extension ModelFacts {
    fileprivate var json: Value {
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
        return .object(object)
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
