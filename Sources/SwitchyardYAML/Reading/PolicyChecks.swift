import SwitchyardCore

extension PipelineReading {
    /// Reports what a step says of itself and what means nothing for its kind.
    mutating func checkPolicies(_ own: Policies, _ fields: Fields, of kind: StepKind) {
        if let retry = fields["retry"] {
            switch kind {
            case .group:
                report(
                    retry.key, "a group makes no attempts, so that `retry` has nothing to repeat",
                    hint: "write `retry` in its steps, or repeat the group with `until`")
            case .approval, .wait:
                report(
                    retry.key, "`\(kind.key)` makes no attempts, so that `retry` has nothing to repeat",
                    hint: "remove `retry`")
            case .run, .argv, .tool, .prompt, .agent, .decide, .pipeline: break
            }
        }
        if let timeout = fields["timeout"] {
            switch kind {
            case .approval:
                report(
                    timeout.key, "`timeout` limits attempts, and `approval` makes none",
                    hint: "write `approval: {message: …, timeout: \(timeout.node.scalar?.text ?? "2h")}`")
            case .wait:
                report(timeout.key, "`timeout` limits attempts, and `wait` makes none", hint: "remove `timeout`")
            case .run, .argv, .tool, .prompt, .agent, .decide, .pipeline, .group: break
            }
        }
        if !kind.startsProcesses {
            for name in ["sandbox", "working_directory"] {
                guard let field = fields[name] else { continue }
                report(
                    field.key, "`\(name)` has no effect on `\(kind.key)`, which starts no process",
                    hint: kind.body == nil ? nil : "write it in the group's steps", severity: .warning)
            }
        }
        switch kind {
        case .approval, .wait:
            for name in ["cache", "quality", "budget"] {
                guard let field = fields[name] else { continue }
                report(field.key, "`\(name)` has no effect on `\(kind.key)`", severity: .warning)
            }
        case .run, .argv, .tool, .prompt, .agent, .decide, .pipeline, .group: break
        }
    }

    /// Reports what does not go together once everything is inherited.
    mutating func checkEffective(_ policies: Policies, of step: Step, _ fields: Fields) {
        if let retry = fields["retry"], retry.node.map != nil, policies.maxAttempts == nil,
            retry.node["max_attempts"] == nil, step.kind.makesAttempts
        {
            missing("\(retry.label).max_attempts", in: retry.key, hint: "for example `retry: {max_attempts: 3}`")
        }
        if let first = policies.initialWait, let longest = policies.longestWait, longest < first,
            let place = place(of: "retry.backoff.max", fields)
        {
            diagnostics.append(
                Diagnostic(
                    at: place,
                    "`retry.backoff.max` is shorter than the first wait, \(DurationText.text(first))"))
        }
        if policies.budget.onExceed != nil, policies.budget.budget == nil,
            let place = place(of: "budget.on_exceed", fields)
        {
            diagnostics.append(
                Diagnostic(
                    .warning, at: place, "`budget` limits nothing: it has neither `usd` nor `tokens`",
                    hint: "for example `budget: {usd: 0.50}`"))
        }
    }

    /// Where the policy `key` was given, by the step itself or by what it inherits from.
    private func place(of key: String, _ fields: Fields) -> SourceLocation? {
        var node = fields[String(key.prefix { $0 != "." })]?.node
        for name in key.split(separator: ".").dropFirst() { node = node?[String(name)] }
        return node.map { document.location($0) } ?? inheritedPlaces[key]
    }
}
