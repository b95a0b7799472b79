import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    /// The policies that stand in `fields`: those of a step, or `defaults`.
    ///
    /// - Parameter path: the step in the ``SourceMap``; nil for `defaults`.
    mutating func policies(_ fields: Fields, allowsRaw: Bool = false, path: String? = nil) -> Policies {
        notes = [:]
        var policies = Policies()
        if let field = fields["retry"] { retry(field, into: &policies) }
        if let field = fields["timeout"] { policies.timeout = timeout(field, path: path) }
        policies.onFailure = noted(fields["on_failure"]).flatMap { onFailure($0) }
        policies.executionMode = noted(fields["execution_mode"]).flatMap { choice($0) }.flatMap(ExecutionMode.init)
        policies.effect = noted(fields["effect"]).flatMap { choice($0) }.flatMap(Effect.init)
        if let field = fields["env"] { policies.env = env(field, allowsRaw: allowsRaw) }
        if let field = noted(fields["working_directory"]), let folder = template(field, allowsRaw: allowsRaw) {
            policies.workingDirectory = Written(value: folder, sites: [(".working_directory", placed(field.node))])
        }
        policies.shell = noted(fields["shell"]).flatMap { name($0) }
        policies.executor = noted(fields["executor"]).flatMap { name($0) }
        policies.allowPaths = noted(fields["allow_paths"]).flatMap { templates($0, allowsRaw: allowsRaw) }
        modelPolicies(fields, allowsRaw: allowsRaw, into: &policies)
        resultPolicies(fields, allowsRaw: allowsRaw, into: &policies)
        policies.given = notes
        return policies
    }

    /// `field`, noted as given for ``EffectiveSettings``.
    mutating func noted(_ field: Field?) -> Field? {
        guard let field else { return nil }
        var key = field.label[...]
        if key.hasPrefix("defaults.") { key = key.dropFirst("defaults.".count) }
        notes[String(key)] = SettingValue(
            text: field.node.shortText, origin: origin, location: document.location(field.node))
        return field
    }

    func placed(_ node: YAMLNode) -> PlacedNode { PlacedNode(node: node, document: document) }

    // MARK: Attempts

    private mutating func retry(_ field: Field, into policies: inout Policies) {
        guard field.node.map != nil else {
            let count = field.node.scalar?.value.intValue
            return wrongType(field, hint: count.map { "write `retry: {max_attempts: \($0)}`" })
        }
        guard let fields = fields(of: field) else { return }
        policies.maxAttempts = noted(fields["max_attempts"]).flatMap { integer($0) }
        policies.retryOn = noted(fields["on"]).flatMap { failureClasses($0) }
        guard let backoff = fields["backoff"], let waits = self.fields(of: backoff) else { return }
        policies.initialWait = noted(waits["initial"]).flatMap { duration($0) }
        policies.waitFactor = noted(waits["factor"]).flatMap { number($0) }
        policies.longestWait = noted(waits["max"]).flatMap { duration($0) }
        policies.jitter = noted(waits["jitter"]).flatMap { choice($0) }.flatMap(Backoff.Jitter.init)
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

    private mutating func timeout(_ field: Field, path: String?) -> StepTimeout {
        var timeout = StepTimeout.none
        guard field.node.map != nil else {
            var limit = field
            timeout.startToClose = self.limit(field)
            limit.label += ".start_to_close"
            _ = noted(limit)
            return timeout
        }
        guard let fields = fields(of: field, path: path.map { $0 + ".timeout" }) else { return timeout }
        timeout.startToClose = noted(fields["start_to_close"]).flatMap { limit($0) }
        timeout.idle = noted(fields["idle"]).flatMap { limit($0) }
        timeout.heartbeat = noted(fields["heartbeat"]).flatMap { limit($0) }
        return timeout
    }

    private mutating func onFailure(_ field: Field) -> OnFailure? {
        if field.node.map != nil, field.type.level != nil {
            guard let target = fields(of: field)?["goto"], let id = identifier(target) else { return nil }
            return .goto(Located(id, at: document.location(target.node)))
        }
        switch choice(field) {
        case "fail": return .fail
        case "continue": return .continue
        case "skip_dependents": return .skipDependents
        default: return nil
        }
    }

    // MARK: Places

    private mutating func env(_ field: Field, allowsRaw: Bool) -> OrderedDictionary<String, Written<Template>> {
        var env: OrderedDictionary<String, Written<Template>> = [:]
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
            _ = noted(Field(label: label, type: .word, key: entry.key, node: entry.value))
            let template = template(entry.value, allowsRaw: allowsRaw)
            env[entry.name] = Written(
                value: template ?? Template(literal: ""), sites: [(".env.\(entry.name)", placed(entry.value))])
        }
        return env
    }

    /// A list of texts with holes.
    mutating func templates(_ field: Field, allowsRaw: Bool = false) -> Written<[Template]>? {
        guard let nodes = wordNodes(field) else { return nil }
        var written = Written<[Template]>(value: [])
        let path = "." + (field.label.split(separator: ".").last ?? "")
        for node in nodes {
            written.sites.append(("\(path)[\(written.value.count)]", placed(node)))
            written.value.append(template(node, allowsRaw: allowsRaw) ?? Template(literal: ""))
        }
        return written
    }
}

extension YAMLNode {
    /// The node on one line, as an explanation shows it.
    var shortText: String {
        if let scalar { return scalar.text }
        let text = JSON.text(of: value)
        return text.count <= 80 ? text : text.prefix(79) + "…"
    }
}
