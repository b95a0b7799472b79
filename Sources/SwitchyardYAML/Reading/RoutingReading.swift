import OrderedCollections
import SwitchyardCore

/// ``RoutingSettings``, as far as they are given.
struct GivenRouting {
    var allow: [String]?
    var deny: [String]?
    var explores: Bool?
    var autoModel: Located<String>?
    var day = BudgetPolicy()
    var providers: OrderedDictionary<String, BudgetPolicy> = [:]
    /// The keys of the budgets above.
    var providerPlaces: [String: SourceLocation] = [:]

    func inheriting(_ other: GivenRouting) -> GivenRouting {
        GivenRouting(
            allow: allow ?? other.allow, deny: deny ?? other.deny, explores: explores ?? other.explores,
            autoModel: autoModel ?? other.autoModel, day: day.inheriting(other.day),
            providers: other.providers.merging(providers) { $1.inheriting($0) },
            providerPlaces: other.providerPlaces.merging(providerPlaces) { _, own in own })
    }

    var settings: RoutingSettings {
        RoutingSettings(
            allow: allow ?? [], deny: deny ?? [], explores: explores ?? true, autoModel: autoModel?.value,
            dayBudget: day.budget, providerBudgets: providers.compactMapValues(\.budget))
    }
}

extension PipelineReading {
    mutating func routing(_ field: Field, into given: inout GivenRouting) {
        guard let fields = fields(of: field) else { return }
        given.allow = noted(fields["allow"]).flatMap { words($0)?.map(\.value) }
        given.deny = noted(fields["deny"]).flatMap { words($0)?.map(\.value) }
        given.explores = noted(fields["explore"]).flatMap { choice($0) }.map { $0 == "on" }
        if let field = noted(fields["auto_model"]), let model = name(field) {
            given.autoModel = Located(model, at: document.location(field.node))
        }
    }

    /// The budgets of `budget` that hold for all runs together.
    mutating func spending(_ fields: Fields, into given: inout GivenRouting) {
        if let field = fields["day"] { given.day = budget(field) }
        guard let field = fields["providers"], case .map(let type, _) = field.type else { return }
        for entry in map(field) ?? [] {
            let own = Field(label: "\(field.label).\(entry.name)", type: type, key: entry.key, node: entry.value)
            given.providers[entry.name] = budget(own)
            given.providerPlaces[entry.name] = document.location(entry.key)
        }
    }

    /// Reports what names no provider and no model, when every layer was read.
    mutating func checkRouting(_ settings: Settings, _ catalogue: @autoclosure () -> ModelCatalogue) {
        let providers = OrderedSet(ProviderSettings.builtInNames + settings.providers.keys)
        for (name, place) in settings.routing.providerPlaces.sorted(by: { $0.key < $1.key })
        where !providers.contains(name) {
            let nearest = NearestName.suggestion(for: name, among: providers)
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "there are \(providers.joined(separator: ", "))"
            diagnostics.append(
                Diagnostic(at: place, "`budget.providers` has `\(name)`, which is no provider", hint: hint))
        }
        guard let model = settings.routing.autoModel else { return }
        switch catalogue().resolve(model.value) {
        case .known, .unlisted: break
        case .ambiguous(let models):
            let names = models.map { "`\($0)`" }.joined(separator: " or ")
            diagnostics.append(
                Diagnostic(
                    at: model.location, "`routing.auto_model` is the name of several models", hint: "write \(names)"))
        case .unknown(let nearest):
            diagnostics.append(
                Diagnostic(
                    at: model.location, "`routing.auto_model` is no model that is known",
                    hint: nearest.map { "did you mean `\($0)`?" } ?? "`switchyard models` lists them"))
        }
    }
}
