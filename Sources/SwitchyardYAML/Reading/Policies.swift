import OrderedCollections
import SwitchyardCore

/// A node with the document it stands in.
struct PlacedNode {
    var node: YAMLNode
    var document: YAMLDocument

    var location: SourceLocation { document.location(node) }
}

/// A value that somebody wrote, with the texts in it.
struct Written<Value> {
    var value: Value
    /// The texts where expressions stand, by their path from the step: `.env.HOME`.
    var sites: [(path: String, node: PlacedNode)] = []
}

/// The policies of a step or of what it inherits from, as far as they are given.
struct Policies {
    var maxAttempts: Int?
    var initialWait: Duration?
    var waitFactor: Double?
    var longestWait: Duration?
    var jitter: Backoff.Jitter?
    var retryOn: Set<FailureClass>?
    var timeout = StepTimeout.none
    var onFailure: OnFailure?
    var executionMode: ExecutionMode?
    var effect: Effect?
    var env: OrderedDictionary<String, Written<Template>> = [:]
    var workingDirectory: Written<Template>?
    var shell: String?
    var model: ModelName?
    var tier: ModelTier?
    var task: String?
    var strategy: ModelStrategy?
    var fallback: [String]?
    var toolsFilter: [String]?
    var constraints: Written<[Template]>?
    /// The inner nil is `false`, which switches off what is inherited.
    var cache: Written<CachePolicy?>?
    var budget = BudgetPolicy()
    var quality: Written<QualityPolicy>?
    var sandbox: Written<SandboxPolicy?>?
    var executor: String?
    var allowPaths: Written<[Template]>?
    /// Where each was given, by the key: `retry.backoff.max`.
    var given: [String: SettingValue] = [:]
}

/// A budget, as far as it is given.
struct BudgetPolicy {
    var microdollars: Int64?
    var tokens: Int?
    var onExceed: Budget.OnExceed?

    func inheriting(_ other: BudgetPolicy) -> BudgetPolicy {
        BudgetPolicy(
            microdollars: microdollars ?? other.microdollars, tokens: tokens ?? other.tokens,
            onExceed: onExceed ?? other.onExceed)
    }

    /// Nil if nothing is limited.
    var budget: Budget? {
        guard microdollars != nil || tokens != nil else { return nil }
        return Budget(microdollars: microdollars, tokens: tokens, onExceed: onExceed ?? .stop)
    }
}

extension Policies {
    /// These, and what `other` has where these are silent: `retry`, `timeout`, `env` and `budget` key by key,
    /// everything else as a whole.
    func inheriting(_ other: Policies) -> Policies {
        var result = self
        result.maxAttempts = maxAttempts ?? other.maxAttempts
        result.initialWait = initialWait ?? other.initialWait
        result.waitFactor = waitFactor ?? other.waitFactor
        result.longestWait = longestWait ?? other.longestWait
        result.jitter = jitter ?? other.jitter
        result.retryOn = retryOn ?? other.retryOn
        result.timeout.startToClose = timeout.startToClose ?? other.timeout.startToClose
        result.timeout.idle = timeout.idle ?? other.timeout.idle
        result.timeout.heartbeat = timeout.heartbeat ?? other.timeout.heartbeat
        result.onFailure = onFailure ?? other.onFailure
        result.executionMode = executionMode ?? other.executionMode
        result.effect = effect ?? other.effect
        result.env = other.env.merging(env) { _, own in own }
        result.workingDirectory = workingDirectory ?? other.workingDirectory
        result.shell = shell ?? other.shell
        result.model = model ?? other.model
        result.tier = tier ?? other.tier
        result.task = task ?? other.task
        result.strategy = strategy ?? other.strategy
        result.fallback = fallback ?? other.fallback
        result.toolsFilter = toolsFilter ?? other.toolsFilter
        result.constraints = constraints ?? other.constraints
        result.cache = cache ?? other.cache
        result.budget = budget.inheriting(other.budget)
        result.quality = quality ?? other.quality
        result.sandbox = sandbox ?? other.sandbox
        result.executor = executor ?? other.executor
        result.allowPaths = allowPaths ?? other.allowPaths
        result.given = other.given.merging(given) { _, own in own }
        return result
    }

    /// These without what only a step that makes attempts has.
    var withoutAttempts: Policies {
        var result = self
        result.maxAttempts = nil
        result.initialWait = nil
        result.waitFactor = nil
        result.longestWait = nil
        result.jitter = nil
        result.retryOn = nil
        result.timeout = .none
        result.given = given.filter { !Self.isOfAttempts($0.key) }
        return result
    }

    /// Whether `key` is part of `retry` or `timeout`.
    static func isOfAttempts(_ key: String) -> Bool { key.hasPrefix("retry.") || key.hasPrefix("timeout.") }

    /// The retry policy; one attempt where nothing is said.
    var retry: RetryPolicy {
        var backoff = Backoff()
        if let initialWait { backoff.initial = initialWait }
        if let waitFactor { backoff.factor = waitFactor }
        if let longestWait { backoff.maximum = longestWait }
        if let jitter { backoff.jitter = jitter }
        guard let maxAttempts else { return .none }
        return RetryPolicy(maxAttempts: maxAttempts, backoff: backoff, on: retryOn)
    }

    var modelPolicy: ModelPolicy {
        ModelPolicy(
            model: model, tier: tier, task: task, strategy: strategy, fallback: fallback, toolsFilter: toolsFilter,
            constraints: constraints?.value ?? [])
    }

    /// Every text where expressions stand.
    var sites: [(path: String, node: PlacedNode)] {
        env.values.flatMap(\.sites) + (workingDirectory?.sites ?? []) + (constraints?.sites ?? [])
            + (cache?.sites ?? []) + (quality?.sites ?? []) + (sandbox?.sites ?? []) + (allowPaths?.sites ?? [])
    }
}
