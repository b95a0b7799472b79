import OrderedCollections
import SwitchyardCore

/// The policies of a step or of `defaults`, as far as they are given.
struct Policies {
    var retry: RetryPolicy?
    var timeout: StepTimeout?
    var onFailure: OnFailure?
    var executionMode: ExecutionMode?
    var effect: Effect?
    /// With the node each variable was read from.
    var env: OrderedDictionary<String, (template: Template, node: YAMLNode)> = [:]
    var workingDirectory: (template: Template, node: YAMLNode)?
    var shell: String?

    /// These, and what `defaults` has where these are silent. Variables are inherited one by one.
    func inheriting(_ defaults: Policies) -> Policies {
        var result = self
        result.retry = retry ?? defaults.retry
        result.timeout = timeout ?? defaults.timeout
        result.onFailure = onFailure ?? defaults.onFailure
        result.executionMode = executionMode ?? defaults.executionMode
        result.effect = effect ?? defaults.effect
        result.env = defaults.env.merging(env) { _, own in own }
        result.workingDirectory = workingDirectory ?? defaults.workingDirectory
        result.shell = shell ?? defaults.shell
        return result
    }
}

extension PipelineReading {
    mutating func policies(_ fields: Fields, allowsRaw: Bool = false) -> Policies {
        var policies = Policies()
        policies.retry = fields["retry"].flatMap { retry($0) }
        policies.timeout = fields["timeout"].flatMap { timeout($0) }
        policies.onFailure = fields["on_failure"].flatMap { onFailure($0) }
        policies.executionMode = fields["execution_mode"].flatMap { choice($0) }.flatMap(ExecutionMode.init)
        policies.effect = fields["effect"].flatMap { choice($0) }.flatMap(Effect.init)
        if let field = fields["env"] { policies.env = env(field, allowsRaw: allowsRaw) }
        if let field = fields["working_directory"], text(field) != nil,
            let template = template(field.node, allowsRaw: allowsRaw)
        {
            policies.workingDirectory = (template, field.node)
        }
        policies.shell = fields["shell"].flatMap { text($0) }
        return policies
    }

    private mutating func retry(_ field: Field) -> RetryPolicy? {
        guard field.node.map != nil else {
            let count = field.node.scalar?.value.intValue
            wrongType(field, hint: count.map { "write `retry: {max_attempts: \($0)}`" })
            return nil
        }
        let fields = fields(of: field.node, .retry, prefix: field.label + ".")
        var policy = RetryPolicy.none
        if let attempts = fields["max_attempts"] {
            policy.maxAttempts = integer(attempts) ?? 1
        } else if !fields.hasSlip(of: ["max_attempts"]) {
            missing("\(field.label).max_attempts", in: field.key, hint: "for example `retry: {max_attempts: 3}`")
        }
        if let backoff = fields["backoff"] { policy.backoff = self.backoff(backoff) }
        if let on = fields["on"] { policy.on = failureClasses(on) }
        return policy
    }

    private mutating func backoff(_ field: Field) -> Backoff {
        var backoff = Backoff()
        guard field.node.map != nil else {
            wrongType(field)
            return backoff
        }
        let fields = fields(of: field.node, .backoff, prefix: field.label + ".")
        if let initial = fields["initial"].flatMap({ duration($0) }) { backoff.initial = initial }
        if let factor = fields["factor"].flatMap({ number($0) }) { backoff.factor = factor }
        if let maximum = fields["max"], let limit = duration(maximum) {
            backoff.maximum = limit
            if limit < backoff.initial {
                report(
                    maximum.node,
                    "`\(maximum.label)` is shorter than the first wait, \(DurationText.text(backoff.initial))")
            }
        }
        if let jitter = fields["jitter"].flatMap({ choice($0) }).flatMap(Backoff.Jitter.init) {
            backoff.jitter = jitter
        }
        return backoff
    }

    private mutating func failureClasses(_ field: Field) -> Set<FailureClass>? {
        guard let words = words(field) else { return nil }
        let names = FailureClass.allCases.map(\.rawValue)
        var classes: Set<FailureClass> = []
        for word in words {
            if let failure = FailureClass(rawValue: word.value) {
                classes.insert(failure)
            } else {
                let nearest = NearestName.suggestion(for: word.value, among: names)
                let hint = nearest.map { "did you mean `\($0)`?" } ?? "there are \(names.joined(separator: ", "))"
                diagnostics.append(
                    Diagnostic(at: word.location, "`\(field.label)` has no failure class `\(word.value)`", hint: hint))
            }
        }
        return classes
    }

    private mutating func timeout(_ field: Field) -> StepTimeout? {
        var limit = field
        if field.node.map != nil {
            let fields = fields(of: field.node, .timeout, prefix: field.label + ".")
            guard let inner = fields["start_to_close"] else { return nil }
            limit = inner
        }
        guard let duration = duration(limit) else { return nil }
        guard duration > .zero else {
            report(limit.node, "`\(limit.label)` must be longer than nothing", hint: "leave it out for no limit")
            return nil
        }
        return StepTimeout(startToClose: duration)
    }

    private mutating func onFailure(_ field: Field) -> OnFailure? {
        if let target = field.node.map, let goto = target.first(where: { $0.name == "goto" }) {
            notYet(goto.key, "\(field.label).goto")
            return nil
        }
        switch choice(field) {
        case "fail": return .fail
        case "continue": return .continue
        case "skip_dependents": return .skipDependents
        default: return nil
        }
    }

    private mutating func env(
        _ field: Field, allowsRaw: Bool
    ) -> OrderedDictionary<String, (template: Template, node: YAMLNode)> {
        var env: OrderedDictionary<String, (template: Template, node: YAMLNode)> = [:]
        for entry in map(field) ?? [] {
            let label = "\(field.label).\(entry.name)"
            if entry.name.isEmpty || entry.name.contains("=") || entry.name.contains("\0") {
                report(entry.key, "`\(entry.name)` cannot be the name of a variable")
                continue
            }
            // A variable is text whatever it looks like: `PORT: 8080` and `MODE: 0755` are passed as they are written.
            guard let scalar = entry.value.scalar, !scalar.value.isNull else {
                wrongType(
                    entry.value, label, KeyType.text.phrase,
                    hint: entry.value.scalar == nil ? nil : "write `\(entry.name): \"\"` for an empty one")
                continue
            }
            let template = template(entry.value, allowsRaw: allowsRaw)
            env[entry.name] = (template ?? Template(literal: ""), entry.value)
        }
        return env
    }

    /// A list of words; one word alone counts as a list of it.
    mutating func words(_ field: Field) -> [Located<String>]? {
        let nodes: [YAMLNode]
        if let list = field.node.list {
            nodes = list
        } else if let scalar = field.node.scalar, !scalar.value.isNull {
            nodes = [field.node]
        } else {
            wrongType(field)
            return nil
        }
        return nodes.compactMap { node in
            guard let scalar = node.scalar, !scalar.value.isNull else {
                wrongType(node, field.label, field.type.phrase)
                return nil
            }
            return Located(scalar.text, at: document.location(node))
        }
    }
}
