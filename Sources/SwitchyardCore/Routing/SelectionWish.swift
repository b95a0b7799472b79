import OrderedCollections

/// What a person, or the words they wrote, ask for: the strongest of several wishes.
struct SelectionWish: Hashable {
    let source: ModelSelection.Source
    /// The one model that is wanted.
    private(set) var named: ModelFacts?
    /// The only tier that is wanted.
    private(set) var tier: ModelTier?
    /// The only providers that are wanted; empty is all.
    private(set) var providers: Set<String> = []
    private(set) var strategy: ModelStrategy
    private(set) var needs: Set<ModelCapability> = []
    private(set) var contextWindow: Int?
    /// What the model is asked to do.
    private(set) var task: String?
    /// The tier that the task is known to want.
    private(set) var taskTier: ModelTier?

    init(
        _ request: SelectionRequest, _ catalogue: ModelCatalogue, _ advice: BudgetLedger.Advice
    ) throws(SelectionFailure) {
        let policy = request.policy
        strategy = policy.strategy ?? request.strategy
        task = policy.task
        let known = policy.task.flatMap(KnownTask.named)
        taskTier = known?.tier
        needs = known?.needs ?? []
        var tier: ModelTier?
        var name: String?
        if case .named(let text)? = policy.model {
            (source, name) = (.explicit, text)
        } else if let expert = request.expert {
            (source, name) = (.expert, expert)
        } else if case .automatic(let text)? = policy.model {
            let words = AutoWords(text)
            source = .auto(understood: words.understood)
            tier = words.tier ?? policy.tier
            providers = words.providers
            strategy = policy.strategy ?? words.strategy ?? request.strategy
            needs.formUnion(words.needs)
            contextWindow = words.contextWindow
            task = policy.task ?? words.task?.name
            taskTier = known?.tier ?? words.task?.tier
        } else if let own = policy.tier {
            (source, tier) = (.tier, own)
        } else if let task = policy.task, let own = request.settings.tasks[task] {
            (source, tier) = (.taskSetting(task), own)
        } else if let task = policy.task, known != nil {
            source = .task(task)
        } else if let model = request.settings.defaultModel {
            (source, name) = (.defaultModel, model)
        } else {
            source = .nothing
        }
        if let tier, name == nil, providers.isEmpty { name = request.settings.tiers[tier] }
        self.tier = tier
        if let name { named = try catalogue.named(name) }
        if case .cheaperTier = advice { makeCheaper() }
    }

    /// When a budget is nearly used up, what nobody fixed becomes cheaper: of a tier the next cheaper one, of a choice
    /// the cost. A model or a tier that the step itself names stays.
    private mutating func makeCheaper() {
        switch source {
        case .explicit, .expert, .tier, .defaultModel: break
        case .taskSetting where named == nil:
            switch tier {
            case .premium: tier = .capable
            case .capable, .cheap, nil: tier = .cheap
            }
            strategy = .cost
        case .taskSetting: break
        case .auto, .task, .nothing: strategy = .cost
        }
    }
}
