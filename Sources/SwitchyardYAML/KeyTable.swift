/// The keys of one level of the format: the one list that parsing, hints and documentation read.
package struct KeyTable: Sendable {
    package struct Key: Sendable {
        package var name: String
        package var type: KeyType
        /// False: the format has it, and this version of Switchyard does not run it.
        package var isRunnable: Bool
        /// One sentence for documentation.
        package var summary: String
    }

    /// The level as a message says it: `a step`.
    package var level: String
    package var keys: [Key]

    package subscript(name: String) -> Key? { keys.first { $0.name == name } }
}

/// What a key takes.
package enum KeyType: Hashable, Sendable {
    case text
    case identifier
    case boolean
    case integer(atLeast: Int)
    case number(atLeast: Double?)
    case duration
    case expression
    /// One of these words.
    case choice([String])
    /// A list of what is said.
    case list(String)
    /// A map of what is said.
    case map(String)
    /// Anything the sentence says.
    case other(String)

    /// The type as a message says it, behind `wants`.
    package var phrase: String {
        switch self {
        case .text: "a string"
        case .identifier: "an id such as `fetch-data`"
        case .boolean: "`true` or `false`"
        case .integer(let minimum): "an integer of at least \(minimum)"
        case .number(let minimum?):
            "a number of at least \(minimum == minimum.rounded() ? "\(Int(minimum))" : "\(minimum)")"
        case .number(nil): "a number"
        case .duration: "a duration such as `30s`"
        case .expression: "an expression"
        case .choice(let words): Self.list(words)
        case .list(let what): "a list of \(what)"
        case .map(let what): "a map of \(what)"
        case .other(let what): what
        }
    }

    private static func list(_ words: [String]) -> String {
        let quoted = words.map { "`\($0)`" }
        guard quoted.count > 1, let last = quoted.last else { return quoted.joined() }
        return "\(quoted.dropLast().joined(separator: ", ")) or \(last)"
    }
}

extension KeyTable {
    private init(_ level: String, _ keys: [Key], notYet: [(String, String)] = []) {
        self.level = level
        self.keys =
            keys + notYet.map { Key(name: $0.0, type: .other("a value"), isRunnable: false, summary: $0.1) }
    }

    private static func key(_ name: String, _ type: KeyType, _ summary: String) -> Key {
        Key(name: name, type: type, isRunnable: true, summary: summary)
    }

    package static let pipeline = KeyTable(
        "a pipeline",
        [
            key("version", .other("the number 1"), "The version of the format: 1."),
            key("id", .identifier, "How runs, messages and telemetry name the pipeline."),
            key("name", .text, "The name shown to people."),
            key("description", .text, "What the pipeline is for."),
            key("inputs", .map("inputs"), "What a run is given."),
            key("defaults", .map("step policies"), "Policies that every step inherits."),
            key("max_concurrent_steps", .integer(atLeast: 1), "How many steps may run at once."),
            key("execution", .choice(["auto", "serial"]), "`serial` runs one step at a time, in the file's order."),
            key("steps", .list("steps"), "What the pipeline does."),
            key("finally", .list("steps"), "Steps that run after success, failure or cancellation."),
            key("outputs", .map("expressions"), "The result of a run."),
        ],
        notYet: [
            ("models", "The models that steps use."), ("experts", "The model for steps that use a tool."),
            ("strategy", "How models are chosen."), ("budget", "What a run may spend."),
            ("concurrency", "What happens when runs of one group meet."),
            ("subscribe", "Events of other pipelines that a run can wait for."),
        ])

    package static let input = KeyTable(
        "an input",
        [
            key(
                "type", .choice(["string", "integer", "number", "boolean", "array", "object", "file"]),
                "What the value is."),
            key("default", .other("a value"), "The value when none is given."),
            key("required", .boolean, "Whether a value must be given; true unless there is a default."),
            key("pattern", .text, "A regular expression that the whole text must match."),
            key("enum", .list("values"), "The values allowed."),
            key("min", .number(atLeast: nil), "The least number, characters or elements."),
            key("max", .number(atLeast: nil), "The most, likewise."),
            key("description", .text, "What the input is for."),
        ])

    /// The policies that `defaults` may hold.
    private static let inheritable: [Key] = [
        key("retry", .map("`max_attempts`, `backoff` and `on`"), "How often the step is tried."),
        key("timeout", .duration, "How long one attempt may take."),
        key("on_failure", .choice(["fail", "continue", "skip_dependents"]), "What a failure does to the run."),
        key("execution_mode", .choice(["concurrent", "serial"]), "`serial` runs the step alone among its siblings."),
        key("effect", .choice(["pure", "idempotent", "unsafe"]), "What may happen to the step after a crash."),
        key("env", .map("variables"), "Variables added to the environment."),
        key("working_directory", .text, "The folder the step works in."),
        key("shell", .text, "The shell of `run`; `bash` by default."),
    ]

    private static let policiesNotYet: [(String, String)] = [
        ("until", "Repeats a group until true."), ("foreach", "Runs the step once for each item."),
        ("model", "The model of the step."), ("tier", "The tier of models."), ("task", "The kind of task."),
        ("strategy", "How the model is chosen."), ("fallback", "Models to try next."),
        ("tools_filter", "Globs of tools that the step may use."), ("constraints", "Sentences added to the context."),
        ("cache", "Keeps the result."), ("budget", "What the step may spend."),
        ("quality", "A check of the result."), ("compensate", "A step that undoes this one."),
        ("sandbox", "Runs the step in a sandbox."), ("executor", "Where the step runs."),
        ("allow_paths", "Folders outside the workspace that the step may use."),
    ]

    package static let defaults = KeyTable("`defaults`", inheritable, notYet: policiesNotYet)

    package static let step = KeyTable(
        "a step",
        [
            key("id", .identifier, "The step's name in references."),
            key("name", .text, "The name shown to people."),
            key("description", .text, "What the step is for."),
            key("run", .text, "A shell script."),
            key("argv", .list("arguments"), "A program and its arguments, with no shell."),
            key("tool", .text, "A tool of the registry."),
            key("with", .map("arguments"), "The arguments of `tool`."),
            key("needs", .list("step ids"), "The steps this one waits for."),
            key("when", .expression, "False means the step is skipped."),
            key("allow", .list("permissions"), "`raw` permits holes without escaping."),
        ] + inheritable,
        notYet: [
            ("prompt", "One call of a model."), ("messages", "The messages of a model call."),
            ("system", "The system message of `prompt`."), ("output_schema", "The shape of a model's answer."),
            ("max_tokens", "The longest answer."), ("temperature", "The randomness of an answer."),
            ("stream", "Whether an answer is shown while it comes."), ("tools", "The tools a model may call."),
            ("agent", "A model that calls tools until its goal is met."), ("decide", "A model's choice."),
            ("approval", "Waits for a person."), ("wait", "Waits for a time or an event."),
            ("pipeline", "Another pipeline as one step."), ("inputs", "The inputs of `pipeline`."),
            ("steps", "A group of steps."), ("max_iterations", "The most repetitions of `until`."),
        ] + policiesNotYet)

    /// The keys that say what a step runs.
    package static let kinds = [
        "run", "argv", "tool", "prompt", "messages", "agent", "decide", "approval", "wait", "pipeline", "steps",
    ]

    package static let retry = KeyTable(
        "`retry`",
        [
            key("max_attempts", .integer(atLeast: 1), "All attempts counted, the first included."),
            key("backoff", .map("`initial`, `factor`, `max` and `jitter`"), "The waits between attempts."),
            key("on", .list("failure classes"), "The failures that are tried again."),
        ])

    package static let backoff = KeyTable(
        "`backoff`",
        [
            key("initial", .duration, "The first wait."),
            key("factor", .number(atLeast: 1), "What each wait is multiplied with."),
            key("max", .duration, "The longest wait."),
            key("jitter", .choice(["none", "full"]), "`full` waits a random part of the computed time."),
        ])

    package static let timeout = KeyTable(
        "`timeout`",
        [key("start_to_close", .duration, "From the start of an attempt to its end.")],
        notYet: [("idle", "The longest silence."), ("heartbeat", "The longest time without a sign of life.")])
}
