package import OrderedCollections

/// How models are chosen in every run of a project or of a person, and what they may cost beyond one run.
package struct RoutingSettings: Hashable, Sendable {
    /// Patterns of models, such as `openai/*`: only these; empty is all.
    package var allow: [String]
    /// Patterns of models that are never used.
    package var deny: [String]
    /// Whether a model of which little is known is tried now and then.
    package var explores: Bool
    /// The model that reads the words of `<AUTO>`; nil leaves them to rules.
    package var autoModel: String?
    /// What all runs of a day may use; nil is no limit.
    package var dayBudget: Budget?
    /// What all runs may use of a provider, by its name.
    package var providerBudgets: OrderedDictionary<String, Budget>

    package init(
        allow: [String] = [], deny: [String] = [], explores: Bool = true, autoModel: String? = nil,
        dayBudget: Budget? = nil, providerBudgets: OrderedDictionary<String, Budget> = [:]
    ) {
        self.allow = allow
        self.deny = deny
        self.explores = explores
        self.autoModel = autoModel
        self.dayBudget = dayBudget
        self.providerBudgets = providerBudgets
    }
}
