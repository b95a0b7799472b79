import SwitchyardCore

extension KeyTable {
    /// The keys that say what a step runs.
    package static let kinds = [
        "run", "argv", "tool", "prompt", "messages", "agent", "decide", "approval", "wait", "pipeline", "steps",
    ]

    private static let ofModelCalls = ["prompt", "messages"]

    package static let step = KeyTable(
        "a step", alternatives: kinds,
        [Key("id", .identifier, "The step's name in references.").required("give the step a name: `id: first`")]
            + what + when
            + [
                Key("needs", .words(of: "step ids"), "The steps this one waits for, beside those it refers to."),
                Key(
                    "foreach",
                    .either([.list(.anything, of: "items"), .expression, .table(.foreach)]),
                    "Runs the step once for each item: a list, an expression, or a map."),
                Key(
                    "compensate", .table(.compensation),
                    "A step that undoes this one, if the run fails or is cancelled later."),
            ] + policies)

    /// The keys of the step that `compensate` holds: it waits for nothing and is done once.
    package static let compensation = KeyTable(
        "`compensate`", alternatives: kinds,
        [Key("id", .identifier, "Its name; by default that of the step with `-compensate` behind it.")]
            + what + when + policies)

    private static let what: [Key] = [
        Key("name", .text, "The name shown to people."),
        Key("description", .text, "What the step is for."),
        Key("run", .text, "A shell script; each hole becomes a quoted variable."),
        Key("argv", .list(.word, of: "arguments"), "A program and its arguments, with no shell."),
        Key("tool", .text, "A tool of the registry."),
        Key("with", .map(.anything, of: "arguments"), "The arguments of `tool`.", with: ["tool"]),
        Key("prompt", .text, "One call of a model."),
        Key(
            "messages", .list(.either([.text, .table(.message)]), of: "messages"),
            "One call of a model, with several messages."),
        Key("system", .text, "The system message of a model call.", with: ofModelCalls),
        Key("output_schema", .schema, "The JSON Schema of the model's answer.", with: ofModelCalls),
        Key("max_tokens", .integer(atLeast: 1), "The longest answer, in tokens.", with: ofModelCalls),
        Key("temperature", .number(atLeast: 0, atMost: 2), "How much answers vary.", with: ofModelCalls),
        Key("stream", .boolean, "Whether the answer is shown while it comes; true by default.", with: ofModelCalls),
        Key("tools", .words(of: "tools"), "The tools that the model may call.", with: ofModelCalls),
        Key("agent", .table(.agent), "A model that calls tools until its goal is met."),
        Key("decide", .table(.decide), "A model's choice among named answers."),
        Key("approval", .either([.text, .table(.approval)]), "Waits for a person: a message, or a map."),
        Key(
            "wait", .either([.duration, .expression, .table(.wait)]),
            "Waits for a time or an event: a duration, or a map."),
        Key(
            "pipeline", .either([.text, .table(.nested)]),
            "Another pipeline as one step: its file, its id, or a map."),
        Key("steps", .list(.table(.step), of: "steps"), "A group of steps."),
        Key("until", .expression, "Repeats the group until this is true.", with: ["steps"]),
        Key("max_iterations", .integer(atLeast: 1), "The most repetitions; 100 by default.", with: ["until"]),
    ]

    private static let when: [Key] = [
        Key("when", .expression, "False means the step is skipped."),
        Key("allow", .words(of: "permissions"), "`raw` permits holes without escaping."),
    ]

    package static let foreach = KeyTable(
        "`foreach`", alternatives: ["items", "matrix"],
        [
            Key("items", .either([.list(.anything, of: "items"), .expression]), "What it goes over."),
            Key(
                "matrix", .map(.either([.list(.anything, of: "values"), .expression]), of: "lists"),
                "Every combination of one value of each list."),
            Key(
                "key", .text,
                "What an item is called in the step's path; by default its number, or its values for a matrix."),
            Key("max_parallel", .integer(atLeast: 1), "How many items may be under way at once."),
            Key("fail_fast", .boolean, "Whether the first failure keeps the rest from starting; true by default."),
        ])

    package static let message = KeyTable(
        "a message",
        [
            Key("role", .choice(PromptMessage.Role.allCases.map(\.rawValue)), "Who speaks; `user` by default."),
            Key("content", .text, "What is said.").required("for example `{role: user, content: Hello}`"),
            Key("images", .words(of: "paths"), "Image files that belong to it."),
        ])

    package static let agent = KeyTable(
        "`agent`",
        [
            Key("goal", .text, "What is to be reached.").required("for example `agent: {goal: Fix the tests}`"),
            Key("max_turns", .integer(atLeast: 1), "How many answers of the model there may be; 20 by default."),
            Key("output_schema", .schema, "The JSON Schema of the result."),
        ])

    package static let decide = KeyTable(
        "`decide`",
        [
            Key("prompt", .text, "The question.").required("for example `prompt: \"Is it urgent?\"`"),
            Key("choices", .list(.word, of: "answers"), "The answers, at least two.")
                .required("for example `choices: [go, stop]`"),
            Key("on_error", .text, "The answer taken when the model fails."),
        ])

    package static let approval = KeyTable(
        "`approval`",
        [
            Key("message", .text, "What the person is asked.").required("for example `approval: {message: Go on?}`"),
            Key("timeout", .duration, "How long it waits; for ever by default."),
            Key(
                "on_timeout", .choice(ApprovalStep.TimeoutAnswer.allCases.map(\.rawValue)),
                "The answer when nobody gave one; `reject` by default."),
        ])

    package static let wait = KeyTable(
        "`wait`", alternatives: ["for", "until", "event"],
        [
            Key("for", .either([.duration, .expression]), "How long."),
            Key("until", .text, "A moment such as `2026-01-31T08:00:00Z`."),
            Key("event", .text, "The type of an event that another pipeline publishes."),
            Key("from", .identifier, "The pipeline that publishes it; any by default.", with: ["event"]),
        ])

    package static let nested = KeyTable(
        "`pipeline`", alternatives: ["path", "id"],
        [
            Key("path", .text, "The other pipeline's file, from the folder of this one."),
            Key("id", .identifier, "The other pipeline's id."),
            Key("inputs", .map(.anything, of: "values"), "What it is given."),
        ])
}
