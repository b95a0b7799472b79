import SwitchyardCore

extension KeyTable {
    package static let pipeline = KeyTable(
        "a pipeline",
        [
            Key("version", .version, "The version of the format: 1.").required("start the file with `version: 1`"),
            Key("id", .identifier, "How runs, messages and telemetry name the pipeline.")
                .required("name the pipeline: `id: my_pipeline`"),
            Key("name", .text, "The name shown to people."),
            Key("description", .text, "What the pipeline is for."),
            Key(
                "inputs",
                .map(
                    .either([.choice(InputDefinition.Kind.allCases.map(\.rawValue)), .table(.input)]), of: "inputs"),
                "What a run is given: a type such as `string`, or a map."),
            Key("defaults", .table(.defaults), "Policies that every step inherits."),
            modelsKey, expertsKey, strategyKey, budgetKey, maxConcurrentStepsKey,
            Key(
                "concurrency", .either([.text, .table(.concurrency)]),
                "What happens when runs of one group meet: the group, or a map."),
            Key(
                "execution", .choice(Pipeline.Execution.allCases.map(\.rawValue)),
                "`serial` runs one step at a time, in the file's order."),
            Key("subscribe", .words(of: "event types"), "The events of other pipelines that a run can wait for."),
            Key("steps", .list(.table(.step), of: "steps"), "What the pipeline does.")
                .required("a pipeline has at least one step"),
            Key(
                "finally", .list(.table(.step), of: "steps"), "Steps that run after success, failure or cancellation."
            ),
            Key("outputs", .map(.anything, of: "expressions"), "The result of a run."),
        ])

    /// A settings file, `switchyard.yaml` or the user's `config.yaml`.
    package static let settings = KeyTable(
        "a settings file",
        [
            Key("defaults", .table(.defaults), "Policies that every step of every pipeline inherits."),
            modelsKey, expertsKey, strategyKey,
            Key("budget", .table(.spending), "What a run may spend, and all runs together."), maxConcurrentStepsKey,
            providersKey, catalogueKey, routingKey,
            Key("store", .text, "The folder that runs are recorded in."),
            Key("theme", .text, "The colours of the screen."),
        ])

    private static let modelsKey = Key("models", .table(.models), "The models that steps use.")
    private static let expertsKey = Key(
        "experts", .map(.text, of: "models by tool"), "The model of the steps that use a tool.")
    private static let strategyKey = Key(
        "strategy", .choice(ModelStrategy.allCases.map(\.rawValue)), "How models are chosen.")
    private static let budgetKey = Key("budget", .table(.budget), "What a run may spend.")
    private static let maxConcurrentStepsKey = Key(
        "max_concurrent_steps", .integer(atLeast: 1), "How many steps may run at once; 5 by default.")

    package static let input = KeyTable(
        "an input",
        [
            Key("type", .choice(InputDefinition.Kind.allCases.map(\.rawValue)), "What the value is.")
                .required("for example `type: string`"),
            Key(
                "default", .anything, "The value when none is given; of a secret the place, `env:NAME` or `file:PATH`."
            ),
            Key("required", .boolean, "Whether a value must be given; true unless there is a default."),
            Key("pattern", .text, "A regular expression that the whole text must match."),
            Key("enum", .list(.anything, of: "values"), "The values allowed."),
            Key("min", .number(atLeast: nil, atMost: nil), "The least number, characters or elements."),
            Key("max", .number(atLeast: nil, atMost: nil), "The most, likewise."),
            Key("description", .text, "What the input is for."),
        ])

    package static let models = KeyTable(
        "`models`",
        [
            Key("default", .text, "The model where nothing more specific is said."),
            Key(
                "fallback", .words(of: "models"),
                "Models, or `provider:tier`, tried in order when the chosen one fails."),
            Key("tiers", .table(.tiers), "The model that stands for a tier."),
            Key(
                "tasks", .map(.choice(ModelTier.allCases.map(\.rawValue)), of: "tiers by task"), "The tier of a task."),
        ])

    package static let budget = KeyTable(
        "`budget`",
        [
            Key("usd", .dollars, "The most it may cost, in US dollars."),
            Key("tokens", .integer(atLeast: 1), "The most tokens, those of prompts and answers together."),
            Key(
                "on_exceed", .choice(Budget.OnExceed.allCases.map(\.rawValue)),
                "What happens when it is reached; `stop` by default."),
        ])

    package static let tiers = KeyTable(
        "`tiers`", ModelTier.allCases.map { Key($0.rawValue, .text, "The model that stands for `\($0.rawValue)`.") })

    package static let concurrency = KeyTable(
        "`concurrency`",
        [
            Key("group", .text, "What runs have in common that must not meet; may have holes.")
                .required("for example `concurrency: {group: deploy}`"),
            Key(
                "on_conflict", .choice(ConcurrencyPolicy.OnConflict.allCases.map(\.rawValue)),
                "What a run does that meets another; `queue` by default."),
        ])
}
