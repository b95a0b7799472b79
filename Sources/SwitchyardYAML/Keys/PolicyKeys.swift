import SwitchyardCore

extension KeyTable {
    /// The policies that `defaults` may hold.
    static let policies: [Key] = [
        Key("retry", .table(.retry), "How often the step is tried. Inherited key by key."),
        Key(
            "timeout", .either([.duration, .table(.timeout)]),
            "How long one attempt may take: a duration, or a map. Inherited key by key."),
        Key(
            "on_failure", .either([.choice(["fail", "continue", "skip_dependents"]), .table(.goto)]),
            "What a failure does to the run."),
        Key(
            "execution_mode", .choice(["concurrent", "serial"]),
            "`serial` runs the step alone among its ready siblings."),
        Key(
            "effect", .choice(Effect.allCases.map(\.rawValue)),
            "What may happen to the step after a crash: `pure` runs again, `unsafe` asks a person."),
        Key("env", .map(.word, of: "variables"), "Variables added to the environment. Inherited one by one."),
        Key("working_directory", .text, "The folder the step works in."),
        Key("shell", .text, "The shell of `run`; `bash` by default.", with: ["run"]),
        Key("model", .text, "The model, or `<AUTO>words</AUTO>` to let the router read the words."),
        Key("tier", .choice(ModelTier.allCases.map(\.rawValue)), "How much the model must be able to do."),
        Key("task", .text, "What the model is asked to do: `summarize`, `generate_code`, and so on."),
        Key("strategy", .choice(ModelStrategy.allCases.map(\.rawValue)), "How the model is chosen."),
        Key("fallback", .words(of: "models"), "Models, or `provider:tier`, tried in order when the chosen one fails."),
        Key("tools_filter", .words(of: "globs"), "Globs of the tools that the step may use."),
        Key("constraints", .words(of: "sentences"), "Sentences added to the step's context."),
        Key("cache", .either([.boolean, .table(.cache)]), "Keeps the result for later runs."),
        Key("budget", .table(.budget), "What the step may spend. Inherited key by key."),
        Key("quality", .table(.quality), "A check of the result."),
        Key("sandbox", .either([.boolean, .table(.sandbox)]), "Runs processes in a sandbox."),
        Key("executor", .text, "Where attempts run: `local`, or an executor of the configuration."),
        Key("allow_paths", .words(of: "folders"), "Folders outside the workspace that the step may use."),
    ]

    package static let defaults = KeyTable(
        "`defaults`",
        policies.map { key in
            var key = key
            key.companions = []
            if key.name == "on_failure" { key.type = .choice(["fail", "continue", "skip_dependents"]) }
            return key
        })

    package static let retry = KeyTable(
        "`retry`",
        [
            Key("max_attempts", .integer(atLeast: 1), "All attempts counted, the first included."),
            Key("backoff", .table(.backoff), "The waits between attempts. Inherited key by key."),
            Key(
                "on", .words(of: "failure classes"),
                "The failures that are tried again; by default all that a new attempt could cure."),
        ])

    package static let backoff = KeyTable(
        "`backoff`",
        [
            Key("initial", .duration, "The first wait; 1s by default."),
            Key("factor", .number(atLeast: 1, atMost: nil), "What each wait is multiplied with; 2 by default."),
            Key("max", .duration, "The longest wait; 1m by default."),
            Key(
                "jitter", .choice(Backoff.Jitter.allCases.map(\.rawValue)),
                "`full`, the default, waits a random part of the computed time."),
        ])

    package static let timeout = KeyTable(
        "`timeout`",
        [
            Key("start_to_close", .duration, "From the start of an attempt to its end."),
            Key("idle", .duration, "The longest silence: no line printed, no token come."),
            Key("heartbeat", .duration, "The longest time without a sign of life from an executor elsewhere."),
        ])

    package static let goto = KeyTable(
        "`on_failure`",
        [Key("goto", .identifier, "The later step of the list where the run goes on.").required("name a later step")])

    package static let cache = KeyTable(
        "`cache`",
        [
            Key("ttl", .duration, "How long a result is good; for ever by default."),
            Key("key", .text, "Added to what tells results apart; may have holes."),
        ])

    package static let quality = KeyTable(
        "`quality`",
        [
            Key("check", .either([.expression, .text]), "An expression in a hole, or a question for a model.")
                .required("for example `check: ${{ steps.draft.output | length > 100 }}`"),
            Key("min_score", .number(atLeast: 0, atMost: 1), "The least score; 0.7 by default."),
            Key(
                "on_low", .choice(QualityPolicy.OnLow.allCases.map(\.rawValue)),
                "What a lower score does; `fail` by default."),
        ])

    package static let sandbox = KeyTable(
        "`sandbox`",
        [
            Key("network", .boolean, "Whether the network can be reached; false by default."),
            Key("write", .words(of: "folders"), "The folders it may write to."),
        ])
}
