import SwitchyardCore

/// What settings files say of providers and models.
extension KeyTable {
    static let providersKey = Key(
        "providers", .map(.table(.provider), of: "providers"),
        "How providers are reached: `openai`, `anthropic`, `google` and `ollama`, or others under names of your own.")
    static let catalogueKey = Key("catalogue", .table(.catalogue), "What is known of models, where you know better.")
    static let routingKey = Key("routing", .table(.routing), "Which models may be chosen, and how.")

    package static let provider = KeyTable(
        "a provider",
        [
            Key(
                "kind", .choice(ProviderSettings.Kind.allCases.map(\.rawValue)),
                "What it speaks; of a name of your own `compatible`, which is OpenAI's Chat Completions."),
            Key("base_url", .text, "Its address: `http://127.0.0.1:8080/v1`."),
            Key("key", .text, "The place of its key, `env:NAME` or `file:PATH`; without it, none is sent."),
            Key(
                "api", .choice(ProviderSettings.API.allCases.map(\.rawValue)),
                "Which of OpenAI's formats; by default `responses` for `openai` and `chat` for `compatible`."),
            Key("api_version", .word, "Anthropic's `anthropic-version`, or Gemini's `v1` or `v1beta`."),
            Key("headers", .map(.word, of: "headers"), "More headers for each request; none of them may be a secret."),
            Key("limits", .table(.limits), "What it may be asked."),
        ])

    package static let limits = KeyTable(
        "`limits`",
        [
            Key("requests_per_minute", .integer(atLeast: 1), "The most requests in a minute."),
            Key("tokens_per_minute", .integer(atLeast: 1), "The most tokens in a minute."),
            Key("concurrency", .integer(atLeast: 1), "The most calls at the same time."),
        ])

    package static let catalogue = KeyTable(
        "`catalogue`",
        [
            Key(
                "models", .map(.anything, of: "facts by model"),
                "Facts of models by their name, `openai/gpt-6-luna`: `tier`, `price`, `context_window` and so on."),
            Key("aliases", .map(.text, of: "models by name"), "Names of your own for models."),
        ])

    package static let routing = KeyTable(
        "`routing`",
        [
            Key("allow", .words(of: "patterns of models"), "Only models that one of these means: `anthropic/*`."),
            Key("deny", .words(of: "patterns of models"), "No model that one of these means."),
            Key(
                "explore", .choice(["on", "off"]),
                "Whether a model of which little is known is tried now and then; `on` by default."),
            Key("auto_model", .text, "The model that reads the words of `<AUTO>`; without it, rules read them."),
        ])

    /// `budget` of a settings file.
    package static let spending = KeyTable(
        "`budget`",
        budget.keys + [
            Key("day", .table(.budget), "What all runs of a day may spend."),
            Key(
                "providers", .map(.table(.budget), of: "budgets by provider"), "What all runs may spend at a provider."
            ),
        ])
}
