import SwitchyardCore

/// Words of other programs, and everyday ones, for what this format calls by another name.
///
/// A name that is spelled almost right is found by ``NearestName``; these are spelled right and mean something else.
enum OtherWords {
    /// The key of `level` that somebody who writes `word` most likely means.
    static func key(for word: String, at level: KeyLevel) -> String? {
        let word = normalized(word)
        let own: [String: [String]] =
            switch level {
            case .pipeline: pipeline
            case .step, .compensation: step
            case .defaults, .settings: policies
            case .retry: ["max_attempts": ["attempts", "count", "limit", "times"], "backoff": ["delay", "interval"]]
            case .foreach:
                ["items": ["in", "list", "over", "values"], "max_parallel": ["concurrency", "parallel", "slots"]]
            case .input:
                [
                    "enum": ["choices", "options", "oneof", "values"], "pattern": ["format", "regex", "regexp"],
                    "description": ["desc", "doc", "help"], "min": ["minimum", "minlength"],
                    "max": ["maximum", "maxlength"],
                ]
            case .approval: ["message": ["ask", "prompt", "question", "text"]]
            case .decide: ["choices": ["answers", "options"], "prompt": ["message", "question"]]
            case .nested: ["path": ["file"], "inputs": ["parameters", "params", "with"]]
            case .provider:
                [
                    "base_url": ["address", "apibase", "baseurl", "endpoint", "host", "url"],
                    "key": ["apikey", "secret", "token"], "kind": ["format", "protocol", "type"],
                    "api_version": ["version"], "limits": ["limit", "ratelimit", "ratelimits"],
                ]
            case .limits:
                [
                    "requests_per_minute": ["requests", "rpm"], "tokens_per_minute": ["tokens", "tpm"],
                    "concurrency": ["concurrent", "maxparallel", "parallel"],
                ]
            case .routing: ["allow": ["include", "only"], "deny": ["block", "exclude", "never"]]
            case .spending: ["day": ["daily", "perday"], "usd": ["cost", "dollars"]]
            case .backoff, .timeout, .goto, .cache, .quality, .sandbox, .budget, .message, .agent, .wait, .models,
                .tiers, .concurrency, .catalogue:
                [:]
            }
        return own.first { $0.value.contains(word) }?.key
    }

    /// The one of the words `allowed` for the key `key` that somebody who writes `word` most likely means.
    static func choice(for word: String, of key: String, among allowed: [String]) -> String? {
        let word = normalized(word)
        return choices[key]?.first { $0.value.contains(word) && allowed.contains($0.key) }?.key
    }

    /// `dependsOn`, `depends-on` and `depends_on` are one word.
    private static func normalized(_ word: String) -> String {
        word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    private static let pipeline: [String: [String]] = [
        "steps": ["jobs", "stages", "tasks"], "inputs": ["args", "arguments", "parameters", "params", "vars"],
        "finally": ["always", "cleanup", "onexit", "teardown"], "outputs": ["output", "result", "results", "returns"],
        "name": ["label", "title"], "description": ["desc", "doc"],
        "max_concurrent_steps": ["concurrent", "maxparallel", "parallelism", "slots"],
    ]

    private static let policies: [String: [String]] = [
        "env": ["enviroment", "environment", "variables", "vars"], "on_failure": ["allowfailure", "continueonerror"],
        "working_directory": ["cwd", "dir", "directory", "workdir", "workingdir"],
        "retry": ["attempts", "retries"], "sandbox": ["isolate", "isolation"],
    ]

    private static let step: [String: [String]] = policies.merging(
        [
            "run": ["bash", "cmd", "command", "exec", "script", "sh"], "when": ["condition", "if", "onlyif"],
            "needs": ["after", "dependencies", "depends", "dependson", "requires"], "tool": ["action", "uses"],
            "with": ["arguments", "inputs", "parameters", "params"], "argv": ["args"],
            "foreach": ["each", "for", "loop", "matrix", "withitems"], "compensate": ["rollback", "undo"],
            "wait": ["delay", "sleep"], "approval": ["ask", "confirm", "manual"], "prompt": ["llm", "question"],
            "name": ["label", "title"], "description": ["desc", "doc"],
        ], uniquingKeysWith: { own, _ in own })

    private static let choices: [String: [String: [String]]] = [
        "effect": [
            "pure": ["harmless", "none", "readonly", "safe"], "idempotent": ["repeatable", "retryable"],
            "unsafe": ["danger", "dangerous", "impure", "once"],
        ],
        "on_failure": ["continue": ["allow", "ignore", "warn"], "fail": ["abort", "error", "stop"]],
        "execution": ["auto": ["concurrent", "dag", "parallel"], "serial": ["sequential"]],
        "execution_mode": ["concurrent": ["auto", "parallel"], "serial": ["exclusive", "sequential"]],
        "strategy": [
            "cost": ["cheap", "cheapest"], "performance": ["fast", "fastest", "latency", "speed"],
            "accuracy": ["best", "quality"], "balanced": ["auto", "default"],
        ],
        "type": [
            "string": ["str", "text"], "integer": ["int"], "number": ["decimal", "double", "float"],
            "boolean": ["bool", "flag"], "array": ["list"], "object": ["dict", "json", "map"], "file": ["path"],
            "secret": ["password", "token"],
        ],
        "on_exceed": ["stop": ["abort", "error", "fail"], "continue": ["ignore", "warn"]],
        "on_timeout": ["approve": ["accept", "allow", "yes"], "reject": ["deny", "fail", "no"]],
        "on_low": ["warn": ["continue", "ignore"], "fail": ["stop"]],
        "explore": ["on": ["true", "yes"], "off": ["false", "no", "never"]],
        "kind": [
            "openai": ["azure", "gpt"], "anthropic": ["claude"], "google": ["gemini"],
            "compatible": ["litellm", "llamacpp", "lmstudio", "openaicompatible", "openrouter", "vllm"],
        ],
        "jitter": ["none": ["false", "no", "off"], "full": ["on", "true", "yes"]],
    ]
}
