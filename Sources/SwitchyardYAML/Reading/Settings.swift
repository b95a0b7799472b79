import OrderedCollections
import SwitchyardCore

/// What a pipeline and its surroundings say beside the steps, as far as it is given.
struct Settings {
    var defaults = Policies()
    var defaultModel: String?
    var fallback: [String]?
    var tiers: OrderedDictionary<ModelTier, String> = [:]
    var tasks: OrderedDictionary<String, ModelTier> = [:]
    var experts: OrderedDictionary<String, String> = [:]
    var strategy: ModelStrategy?
    var budget = BudgetPolicy()
    var maxConcurrentSteps: Int?
    var providers: OrderedDictionary<String, ProviderEntry> = [:]
    /// The keys of the providers above.
    var providerPlaces: [String: SourceLocation] = [:]
    /// The maps that change the catalogue, the strongest last.
    var catalogues: [GivenCatalogue] = []
    var routing = GivenRouting()
    var store: String?
    var theme: String?
    /// Where each was given, by the key: `models.default`.
    var given: [String: SettingValue] = [:]

    /// These, and what `other` has where these are silent; maps key by key.
    func inheriting(_ other: Settings) -> Settings {
        var result = self
        result.defaults = defaults.inheriting(other.defaults)
        result.defaultModel = defaultModel ?? other.defaultModel
        result.fallback = fallback ?? other.fallback
        result.tiers = other.tiers.merging(tiers) { _, own in own }
        result.tasks = other.tasks.merging(tasks) { _, own in own }
        result.experts = other.experts.merging(experts) { _, own in own }
        result.strategy = strategy ?? other.strategy
        result.budget = budget.inheriting(other.budget)
        result.maxConcurrentSteps = maxConcurrentSteps ?? other.maxConcurrentSteps
        result.providers = other.providers.merging(providers) { $1.inheriting($0) }
        result.providerPlaces = other.providerPlaces.merging(providerPlaces) { _, own in own }
        result.catalogues = other.catalogues + catalogues
        result.routing = routing.inheriting(other.routing)
        result.store = store ?? other.store
        result.theme = theme ?? other.theme
        result.given = other.given.merging(given) { _, own in own }
        return result
    }

    var models: ModelSettings {
        ModelSettings(defaultModel: defaultModel, fallback: fallback ?? [], tiers: tiers, tasks: tasks)
    }
}
