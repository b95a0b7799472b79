import OrderedCollections
import SwitchyardCore

/// A person's changes to the catalogue, as one settings file or flag has them.
struct GivenCatalogue {
    var node: PlacedNode
    var origin: SettingOrigin
}

extension PipelineReading {
    mutating func catalogue(_ field: Field, into settings: inout Settings) {
        guard let fields = fields(of: field) else { return }
        for name in ["models", "aliases"] {
            guard let field = fields[name] else { continue }
            for entry in map(field) ?? [] {
                let label = "\(field.label).\(entry.name)"
                _ = noted(Field(label: label, type: .anything, key: entry.key, node: entry.value))
            }
        }
        settings.catalogues.append(GivenCatalogue(node: placed(field.node), origin: origin))
    }

    /// Lays what all settings say over the shipped catalogue, and reports what cannot be read; nil if they say nothing.
    mutating func changedCatalogue(_ settings: Settings) -> ChangedCatalogue? {
        guard !settings.catalogues.isEmpty else { return nil }
        var changed = ChangedCatalogue()
        let providers = OrderedSet(ProviderSettings.builtInNames + settings.providers.keys)
        for given in settings.catalogues {
            // A map in the place of a name's map was reported when it was read.
            let maps = (given.node.node.map ?? []).filter { $0.value.map != nil }
            let value = Value.object(.init(maps.map { ($0.name, $0.value.value) }, uniquingKeysWith: { $1 }))
            for problem in changed.catalogue.apply(value) { report(problem, in: given.node) }
            for entry in given.node.node["models"]?.map ?? [] {
                guard let id = changed.catalogue.id(ofKey: entry.name) else { continue }
                for fact in entry.value.map ?? [] {
                    changed.facts[id, default: [:]][fact.name] = SettingValue(
                        text: fact.value.shortText, origin: given.origin,
                        location: given.node.document.location(fact.value))
                }
                guard !providers.contains(id.provider) else { continue }
                let nearest = NearestName.suggestion(for: id.provider, among: providers)
                diagnostics.append(
                    Diagnostic(
                        .warning, at: given.node.document.location(entry.key),
                        "`\(entry.name)` is of a provider `\(id.provider)`, which no setting names",
                        hint: nearest.map { "did you mean `\($0)/\(id.name)`?" }
                            ?? "say how it is reached: `providers: {\(id.provider): {base_url: …}}`"))
            }
        }
        return changed
    }

    private mutating func report(_ problem: CatalogueProblem, in catalogue: PlacedNode) {
        // The deepest of the path's nodes that is there.
        var (key, node) = (catalogue.node, catalogue.node)
        var isThere = true
        for name in problem.path {
            guard let entry = node.map?.first(where: { $0.name == name }) else {
                isThere = false
                break
            }
            (key, node) = (entry.key, entry.value)
        }
        guard !node.isBroken else { return }
        let label = (["catalogue"] + problem.path).joined(separator: ".")
        let (place, message, hint): (YAMLNode, String, String?) =
            switch problem.reason {
            case .unknownKey(let suggestion):
                (key, "`\(label)` is no fact of a model that is known", suggestion.map { "did you mean `\($0)`?" })
            case .unknownModel:
                (key, "`\(label)` is no model that is known", "write it with its provider: `openai/gpt-6-luna`")
            case .missing: (node, "`\(label)` is missing", nil)
            case .wants(let what):
                (node, "`\(label)` wants \(what)\(isThere ? ", not \(Self.described(node))" : "")", nil)
            }
        diagnostics.append(Diagnostic(at: catalogue.document.location(place), message, hint: hint))
    }

    private static func described(_ node: YAMLNode) -> String {
        guard let scalar = node.scalar, !scalar.isEmpty, scalar.text.count <= 40 else { return node.described }
        return "`\(scalar.text)`"
    }
}

/// The catalogue with a person's changes.
struct ChangedCatalogue {
    var catalogue = ModelCatalogue.shipped
    /// The facts that were changed, with what is said of them.
    var facts: OrderedDictionary<ModelID, OrderedDictionary<String, SettingValue>> = [:]
}
