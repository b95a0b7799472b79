import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    /// The steps of a list.
    ///
    /// - Parameters:
    ///   - path: the list in the ``SourceMap``: `steps[2].steps`.
    ///   - prefix: what stands before the ids in the steps' paths; nil for steps that have no path in the plan.
    mutating func steps(_ field: Field, path: String, prefix: String?) -> [Step] {
        guard let nodes = field.node.list else {
            wrongType(
                field, hint: field.node.map == nil ? nil : "write every step as a list element: `- id: first`")
            return []
        }
        if nodes.isEmpty, field.key.scalar?.text == "steps" {
            report(field.node, "`\(field.label)` is empty", hint: Self.stepExample)
        }
        var steps: [Step] = []
        steps.reserveCapacity(nodes.count)
        for node in nodes {
            if let step = step(node, path: "\(path)[\(steps.count)]", prefix: prefix) { steps.append(step) }
        }
        return steps
    }

    private static let stepExample = "for example `- {id: first, run: echo}`"

    /// The step that `node` spells, with placeholders for what cannot be read; nil if it has no id to be known by.
    private mutating func step(_ node: YAMLNode, path: String, prefix: String?) -> Step? {
        guard !node.isBroken else { return nil }
        guard node.map != nil else {
            report(node, "a step is a map of keys, not \(node.described)", hint: Self.stepExample)
            return nil
        }
        let fields = fields(of: node, .step, path: path)
        let id = fields["id"].flatMap { identifier($0) }
        if let field = fields["id"] { places.record(path + ".id", at: document.location(field.node)) }
        var step = step(fields, of: node, id: id ?? "", path: path, prefix: prefix)
        step.needs = fields["needs"].flatMap { words($0) } ?? []
        step.foreach = fields["foreach"].flatMap { foreach($0, path: path + ".foreach") }
        if let field = fields["compensate"] {
            step.compensate = compensation(field, of: step.id, path: path + ".compensate")
        }
        return id == nil ? nil : step
    }

    /// The step that undoes the step `id`: none or one.
    private mutating func compensation(_ field: Field, of id: String, path: String) -> [Step] {
        guard field.node.map != nil else {
            wrongType(field, hint: "for example `compensate: {run: echo undone}`")
            return []
        }
        if isCompensating {
            report(field.key, "a step that undoes another cannot have `compensate` itself")
            return []
        }
        isCompensating = true
        defer { isCompensating = false }
        let fields = fields(of: field.node, .compensation, prefix: "compensate.", path: path) { name in
            guard KeyTable.step[name] != nil else { return nil }
            return ("`\(name)` has no meaning in `compensate`, which runs once, when everything else has ended", nil)
        }
        let own = fields["id"].flatMap { identifier($0) }
        return [step(fields, of: field.node, id: own ?? "\(id)-compensate", path: path, prefix: nil)]
    }

    /// What steps in a list and in `compensate` have in common.
    ///
    /// - Parameter prefix: nil for a step that has no path in the plan.
    private mutating func step(
        _ fields: Fields, of node: YAMLNode, id: String, path: String, prefix: String?
    ) -> Step {
        let allowsRaw = self.allowsRaw(fields)
        let own = policies(fields, allowsRaw: allowsRaw, path: path)
        let shell = flags.defaults.shell ?? own.shell ?? base.defaults.shell ?? "bash"
        // A group stands before its steps, which are read with it.
        let number = settings.count
        if let prefix {
            settings.append(StepSettings(path: StepPath(prefix + id), own: own.given, makesAttempts: true))
        }
        let kind = kind(
            fields, of: node, shell: shell, allowsRaw: allowsRaw, path: path,
            prefix: prefix.map { $0 + id + "/" })
        var step = Step(id: id, location: document.location(node), kind: kind)
        step.name = fields["name"].flatMap { text($0) }
        step.description = fields["description"].flatMap { text($0) }
        step.when = fields["when"].flatMap { condition($0, path: path + ".when") }
        step.until = until(fields, path: path)
        checkPolicies(own, fields, of: kind)
        apply(own, to: &step, fields, path: path)
        if prefix != nil { settings[number].makesAttempts = kind.makesAttempts }
        return step
    }

    private mutating func apply(_ own: Policies, to step: inout Step, _ fields: Fields, path: String) {
        let makesAttempts = step.kind.makesAttempts
        let policies = (makesAttempts ? flags.defaults : flags.defaults.withoutAttempts).inheriting(own)
            .inheriting(makesAttempts ? base.defaults : base.defaults.withoutAttempts)
        step.retry = policies.retry
        step.timeout = policies.timeout
        step.onFailure = policies.onFailure ?? .fail
        step.executionMode = isSerial ? .serial : policies.executionMode ?? .concurrent
        if isSerial { step.foreach?.maxParallel = 1 }
        step.effect = policies.effect
        step.env = policies.env.mapValues(\.value)
        step.workingDirectory = policies.workingDirectory?.value
        step.model = policies.modelPolicy
        step.cache = policies.cache?.value
        step.budget = policies.budget.budget
        step.quality = policies.quality?.value
        step.sandbox = policies.sandbox?.value
        step.executor = policies.executor ?? Step.localExecutor
        step.allowPaths = policies.allowPaths?.value ?? []
        for site in policies.sites { record(site.node, at: path + site.path) }
        for (key, location) in inheritedPlaces where own.given[key] == nil {
            places.recordKey("\(path).\(key)", at: location)
        }
        checkEffective(policies, of: step, fields)
    }

    private mutating func allowsRaw(_ fields: Fields) -> Bool {
        guard let field = fields["allow"], let words = words(field) else { return false }
        for word in words where word.value != "raw" {
            diagnostics.append(
                Diagnostic(at: word.location, "`allow` has no permission `\(word.value)`: there is `raw`"))
        }
        return words.contains { $0.value == "raw" }
    }
}

extension StepKind {
    /// Whether it makes attempts, which may be repeated and take too long. A group's steps do, not the group; a
    /// person and a clock are waited for.
    var makesAttempts: Bool {
        switch self {
        case .run, .argv, .tool, .prompt, .agent, .decide, .pipeline: true
        case .approval, .wait, .group: false
        }
    }

    /// Whether it may start a process.
    var startsProcesses: Bool {
        switch self {
        case .run, .argv, .tool, .agent: true
        case .prompt, .decide, .approval, .wait, .pipeline, .group: false
        }
    }
}
