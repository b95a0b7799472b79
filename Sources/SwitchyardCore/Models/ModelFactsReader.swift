import OrderedCollections

/// Something in a catalogue, or in a person's changes to it, that cannot be read.
package struct CatalogueProblem: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Nothing has such a key; it may be a slip of the one that is suggested.
        case unknownKey(suggestion: String?)
        /// What should stand there: `a number of tokens above 0`.
        case wants(String)
        case missing
        /// The last key is the name of no model here, and has no provider.
        case unknownModel
    }

    /// The keys that lead to it: `models`, `openai/gpt-6-luna`, `price`, `input`.
    package var path: [String]
    package var reason: Reason
}

/// Lays what an object says of a model over what is known of it.
///
/// A key that is missing changes nothing; `null` makes a fact unknown. What cannot be read is a problem, and the rest
/// holds.
struct ModelFactsReader {
    var facts: ModelFacts
    private(set) var problems: [CatalogueProblem] = []
    private let path: [String]

    static let keys = [
        "tier", "context_window", "max_input_tokens", "max_output_tokens", "price", "batch_price", "long_context",
        "capabilities", "shutdown_date", "preferred_api", "notes",
    ]

    init(_ facts: ModelFacts, path: [String]) {
        self.facts = facts
        self.path = path
    }

    mutating func read(_ value: Value) {
        guard let object = value.objectValue else { return report([], "a map of facts") }
        for (key, value) in object { read(value, of: key) }
    }

    private mutating func read(_ value: Value, of key: String) {
        switch key {
        case "tier": choose(value, [key], among: ModelTier.allCases) { $0.facts.tier = $1 }
        case "context_window": count(value, [key]) { $0.facts.contextWindow = $1 }
        case "max_input_tokens": count(value, [key]) { $0.facts.maxInputTokens = $1 }
        case "max_output_tokens": count(value, [key]) { $0.facts.maxOutputTokens = $1 }
        case "price": facts.price = price(value, [key], over: facts.price)
        case "batch_price": facts.batchPrice = price(value, [key], over: facts.batchPrice)
        case "long_context": readLongContext(value)
        case "capabilities": readCapabilities(value)
        case "shutdown_date": readDate(value)
        case "preferred_api":
            guard !value.isNull else { return facts.preferredAPI = nil }
            choose(value, [key], among: ProviderSettings.API.allCases) { $0.facts.preferredAPI = $1 }
        case "notes":
            guard let notes = (value.isNull ? [] : value.arrayValue)?.map(\.stringValue), !notes.contains(nil) else {
                return report([key], "a list of sentences")
            }
            facts.notes = notes.compactMap(\.self)
        default: reportUnknown(key, [], among: Self.keys)
        }
    }

    private mutating func readLongContext(_ value: Value) {
        let key = "long_context"
        guard !value.isNull else { return facts.longContext = nil }
        guard let object = value.objectValue else { return report([key], "a map") }
        for name in object.keys where name != "above_input_tokens" && name != "price" {
            reportUnknown(name, [key], among: ["above_input_tokens", "price"])
        }
        let above = object["above_input_tokens"]?.intValue ?? facts.longContext?.aboveInputTokens
        guard let above, above >= 0 else {
            return report([key, "above_input_tokens"], "a number of tokens")
        }
        let given = object["price"].flatMap { self.price($0, [key, "price"], over: facts.longContext?.price) }
        guard let price = given ?? facts.longContext?.price else { return report([key, "price"], .missing) }
        facts.longContext = LongContextPrice(aboveInputTokens: above, price: price)
    }

    private mutating func readCapabilities(_ value: Value) {
        let key = "capabilities"
        guard let object = value.objectValue else { return report([key], "a map of true and false") }
        for (name, value) in object {
            guard let capability = ModelCapability(rawValue: name) else {
                reportUnknown(name, [key], among: ModelCapability.allCases.map(\.rawValue))
                continue
            }
            if value.isNull {
                facts.capabilities.removeValue(forKey: capability)
            } else if let can = value.boolValue {
                facts.capabilities[capability] = can
            } else {
                report([key, name], "true or false")
            }
        }
    }

    private mutating func readDate(_ value: Value) {
        guard !value.isNull else { return facts.shutdownDate = nil }
        guard let text = value.stringValue, text.utf8.count == 10, Timestamp(iso8601: text + "T00:00:00Z") != nil else {
            return report(["shutdown_date"], "a date such as 2026-12-31")
        }
        facts.shutdownDate = text
    }

    private mutating func price(_ value: Value, _ at: [String], over known: ModelPrice?) -> ModelPrice? {
        guard !value.isNull else { return nil }
        guard let object = value.objectValue else {
            report(at, "a map of US dollars for a million tokens")
            return known
        }
        var price = known ?? ModelPrice()
        for (name, value) in object {
            guard let field = Self.priceKeys[name] else {
                reportUnknown(name, at, among: Self.priceKeys.keys)
                continue
            }
            if value.isNull {
                price[keyPath: field] = nil
            } else if let dollars = value.doubleValue, (0...1_000_000).contains(dollars) {
                price[keyPath: field] = Int64((dollars * 1e6).rounded())
            } else {
                report(at + [name], "a price in US dollars for a million tokens, from 0")
            }
        }
        return price
    }

    /// Made at each use: key paths are not sendable.
    private static var priceKeys: OrderedDictionary<String, WritableKeyPath<ModelPrice, Int64?>> {
        [
            "input": \.input, "output": \.output, "cache_read": \.cacheRead, "cache_write": \.cacheWrite,
            "cache_write_long": \.cacheWriteLong,
        ]
    }

    private mutating func count(_ value: Value, _ at: [String], _ set: (inout Self, Int?) -> Void) {
        if value.isNull { return set(&self, nil) }
        guard let count = value.intValue, count > 0 else { return report(at, "a number of tokens above 0") }
        set(&self, count)
    }

    private mutating func choose<Choice: RawRepresentable<String>>(
        _ value: Value, _ at: [String], among choices: [Choice], _ set: (inout Self, Choice) -> Void
    ) {
        guard let choice = value.stringValue.flatMap(Choice.init) else {
            return report(at, "one of \(choices.map(\.rawValue).joined(separator: ", "))")
        }
        set(&self, choice)
    }

    private mutating func reportUnknown(_ key: String, _ at: [String], among known: some Sequence<String>) {
        report(at + [key], .unknownKey(suggestion: NearestName.suggestion(for: key, among: known)))
    }

    private mutating func report(_ at: [String], _ wanted: String) { report(at, .wants(wanted)) }

    private mutating func report(_ at: [String], _ reason: CatalogueProblem.Reason) {
        problems.append(CatalogueProblem(path: path + at, reason: reason))
    }
}
