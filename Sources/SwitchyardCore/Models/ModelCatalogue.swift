package import OrderedCollections

/// What is known of models: the shipped facts, and a person's changes to them.
///
/// A model without an entry can be used; its price and its limits are unknown.
package struct ModelCatalogue: Hashable, Sendable {
    private var models: OrderedDictionary<ModelID, ModelFacts> = [:]
    /// Names that stand for a model.
    package private(set) var aliases: OrderedDictionary<String, ModelID> = [:]

    package init() {}

    /// Every model, in the file's order.
    package var all: some Collection<ModelFacts> { models.values }

    /// Every model of `provider` and of `tier`; nil is any.
    package func models(of provider: String? = nil, tier: ModelTier? = nil) -> [ModelFacts] {
        if provider == nil, tier == nil { return models.values.elements }
        return models.values.filter { (provider ?? $0.id.provider) == $0.id.provider && (tier ?? $0.tier) == $0.tier }
    }

    /// What is known of a model; nil if it has no entry.
    package subscript(id: ModelID) -> ModelFacts? { models[id] }

    /// What is known of a model; of one without an entry, nothing. Its tier then is `capable`, as good a guess as any.
    package func facts(of id: ModelID) -> ModelFacts { models[id] ?? ModelFacts(id: id, tier: .capable) }

    package mutating func add(_ facts: ModelFacts) { models[facts.id] = facts }

    package mutating func addAlias(_ name: String, for id: ModelID) { aliases[name] = id }
}

extension ModelCatalogue {
    /// What a name of a model comes to.
    package enum Resolution: Hashable, Sendable {
        case known(ModelFacts)
        /// It names a provider, and a model of which nothing is known.
        case unlisted(ModelID)
        /// Several providers have a model of this name.
        case ambiguous([ModelID])
        /// It names no provider and is no name here.
        case unknown(suggestion: String?)
    }

    /// What `name` stands for: an alias, a model with its provider (`openai/gpt-6-luna`), or the model's own name where
    /// one provider alone has it.
    package func resolve(_ name: String) -> Resolution {
        if let id = aliases[name] { return models[id].map(Resolution.known) ?? .unlisted(id) }
        if let id = ModelID(name), let facts = models[id] { return .known(facts) }
        let named = models.values.filter { $0.id.name == name }
        switch named.count {
        case 1: return .known(named[0])
        case 2...: return .ambiguous(named.map(\.id))
        default: break
        }
        if let id = ModelID(name) { return .unlisted(id) }
        let names = models.keys.map(\.name) + aliases.keys
        return .unknown(suggestion: NearestName.suggestion(for: name, among: names))
    }

    /// The model that a key of a person's changes means: with its provider, or the name of one model here.
    package func id(ofKey key: String) -> ModelID? { models[key] }

    /// The model that `name` stands for; nil if it is ambiguous or unknown.
    package func id(of name: String) -> ModelID? {
        switch resolve(name) {
        case .known(let facts): facts.id
        case .unlisted(let id): id
        case .ambiguous, .unknown: nil
        }
    }
}

extension ModelCatalogue {
    /// Lays a person's settings over the catalogue: `models` maps a model's name, with its provider, to the facts that
    /// differ, and `aliases` a name to a model. A model that is new here is added; without a tier, it gets the one that
    /// its price suggests.
    ///
    /// What cannot be read is reported and left out; everything else holds.
    package mutating func apply(_ overrides: Value) -> [CatalogueProblem] {
        var problems: [CatalogueProblem] = []
        for (name, value) in Self.members(of: overrides, "models", &problems) {
            guard let id = models[name] else {
                problems.append(CatalogueProblem(path: ["models", name], reason: .unknownModel))
                continue
            }
            let known = models[id]
            var reader = ModelFactsReader(known ?? ModelFacts(id: id, tier: .capable), path: ["models", name])
            reader.read(value)
            problems += reader.problems
            if known == nil, value["tier"].isNull { reader.facts.tier = Self.suggestedTier(reader.facts.price) }
            models[id] = reader.facts
        }
        for (name, value) in Self.members(of: overrides, "aliases", &problems) {
            if let id = value.stringValue.flatMap({ id(of: $0) }) {
                aliases[name] = id
            } else {
                problems.append(CatalogueProblem(path: ["aliases", name], reason: .wants("the name of a model")))
            }
        }
        return problems
    }

    private static func members(
        of value: Value, _ key: String, _ problems: inout [CatalogueProblem]
    ) -> OrderedDictionary<String, Value> {
        let members = value[key]
        guard !members.isNull else { return [:] }
        guard let object = members.objectValue else {
            problems.append(CatalogueProblem(path: [key], reason: .wants("a map of names")))
            return [:]
        }
        return object
    }

    /// By the price of output: at most 5 dollars for a million tokens is cheap, at most 15 capable. Unknown is capable.
    static func suggestedTier(_ price: ModelPrice?) -> ModelTier {
        switch price?.output {
        case nil: .capable
        case let output? where output <= 5_000_000: .cheap
        case let output? where output <= 15_000_000: .capable
        case _?: .premium
        }
    }
}

extension OrderedDictionary<ModelID, ModelFacts> {
    /// The model that a key of a person's settings means: with its provider, or the name of one model here.
    fileprivate subscript(name: String) -> ModelID? {
        if let id = ModelID(name), self[id] != nil { return id }
        let named = keys.filter { $0.name == name }
        return named.count == 1 ? named[0] : ModelID(name)
    }
}
